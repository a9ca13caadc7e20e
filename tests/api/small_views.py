"""Fulfils the Views Protocol in memory."""

from astrolens.api.wire_models import ModelsReply
from astrolens.api.wire_settings import SettingsReply, SourcesReply
from astrolens.api.wire_sky import EmbeddingReply, SkyReply
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
            drift=[], nights=[], promotion="not built",
        )  # fmt: skip

    def settings(self) -> SettingsReply:
        return SettingsReply(file="astrolens.toml", exists=False, mistake="", rows=[])

    def sources(self) -> SourcesReply:
        return SourcesReply(sources=[])

    async def hold(self, source: str, *, held: bool) -> None:
        self.held[source] = held
