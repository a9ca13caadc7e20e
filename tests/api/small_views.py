"""Fulfils the Protocols of the daemon's views and of its encoder in memory."""

from astrolens.api.wire_models import ModelsReply
from astrolens.api.wire_settings import SettingsReply, SourcesReply
from astrolens.api.wire_sky import EmbeddingReply, SkyReply
from astrolens.domain.errors import BadData
from astrolens.domain.promotion import Comparison, Outcome, Promotion, PromotionKind
from astrolens.store.store import Store


class SmallViews:
    """The sky is the store's own; the rest is empty."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.held: dict[str, bool] = {}

    def sky(self) -> SkyReply:
        areas, judged = self._store.sky_map.counts()
        placed = sum(sum(counts.values()) for counts in areas.values())
        return SkyReply(side_deg=5.0, areas=[], judged=placed, without_position=judged - placed)

    def embedding(self, limit: int) -> EmbeddingReply:
        return EmbeddingReply(
            model_id="m1", points=[], measured=limit, fitted=0, explained=[], reason="too few"
        )

    def models(self) -> ModelsReply:
        return ModelsReply(
            in_use="m1", device="cpu", facts=[], weights_sha256="", models=[], calibrations=[], alarms=[],
            drift=[], nights=[], choices=[], promotions=[], comparisons=[], comparing="",
        )  # fmt: skip

    def settings(self) -> SettingsReply:
        return SettingsReply(file="astrolens.toml", exists=False, mistake="", rows=[])

    def sources(self) -> SourcesReply:
        return SourcesReply(sources=[])

    async def hold(self, source: str, *, held: bool) -> None:
        self.held[source] = held


class SmallPromoter:
    """Believes everything that is called better; remembers what was ordered."""

    def __init__(self) -> None:
        self.comparing = ""
        self.told: list[tuple[object, ...]] = []

    async def compare(self, model: str) -> Comparison:
        self.told.append(("compare", model))
        return a_comparison(model)

    async def promote(self, model: str, *, by: str, reason: str, without_proof: bool) -> Promotion:
        self.told.append(("promote", model, by, reason, without_proof))
        if model == "worse" and not without_proof:
            raise BadData("worse-1 was not shown to be better")
        return a_promotion(model, by, reason, None if without_proof else a_comparison(model))

    async def roll_back(self, *, by: str, reason: str) -> Promotion:
        self.told.append(("roll back", by, reason))
        raise BadData("there is nothing to go back to")


def a_comparison(model: str) -> Comparison:
    return Comparison(
        model=model, model_id=f"{model}-1", former="bundled", former_id="m1", odd=20, normals=60, auroc=0.95,
        former_auroc=0.9, low=0.01, high=0.09, outcome=Outcome.BETTER, at="2026-11-21T00:00:00.000Z", number=1,
    )  # fmt: skip


def a_promotion(model: str, by: str, reason: str, comparison: Comparison | None) -> Promotion:
    return Promotion(
        kind=PromotionKind.PROMOTED, model=model, model_id=f"{model}-1", former="bundled", former_id="m1",
        configured="bundled", by=by, reason=reason, at="2026-11-21T00:00:00.000Z", comparison=comparison, number=1,
    )  # fmt: skip
