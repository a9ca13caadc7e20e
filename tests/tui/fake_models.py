"""What the fake daemon says about versions, comparisons and promotions, and what it does when told."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta

from aiohttp import web

from astrolens.api.wire_models import ChoiceRow, ComparisonRow, ModelsReply, PromotionRow
from astrolens.domain.clock import iso, utc_now

IN_USE = "vit-tiny-p8-galaxy-3f9a"
FOLDER = "/home/ana/.local/share/astrolens/models"


def some_choices() -> list[ChoiceRow]:
    """What ships, what was trained here, and what was in use before."""
    rows = (
        ("bundled", IN_USE, "shipped"),
        (f"{FOLDER}/night-school", "vit-tiny-p8-night-9c04", "trained"),
        ("bundled-whole", "vit-tiny-whole-17aa", "shipped"),
        ("bundled-fast", "vit-nano-fast-b20e", "shipped"),
        (f"{FOLDER}/first-light", "vit-tiny-galaxy-81bb", "former"),
    )
    return [
        ChoiceRow(
            model=model,
            model_id=model_id,
            in_use=model_id == IN_USE,
            kind=kind,
            configured=model == "bundled",
        )
        for model, model_id, kind in rows
    ]


def a_comparison(model: str, model_id: str, outcome: str) -> ComparisonRow:
    """One of each outcome."""
    measured = outcome != "too_few"
    low, high = (0.004, 0.046) if outcome == "better" else (-0.031, 0.012)
    auroc = 0.912 if outcome == "better" else 0.878
    words = f"{model_id} was compared with {IN_USE}"
    return ComparisonRow(
        model=model, model_id=model_id, former_id=IN_USE, odd=132 if measured else 4,
        normals=1203 if measured else 19, auroc=auroc if measured else None,
        former_auroc=0.887 if measured else None, low=low if measured else None, high=high if measured else None,
        outcome=outcome, at=iso(utc_now() - timedelta(hours=2)), words=words,
    )  # fmt: skip


def some_comparisons() -> list[ComparisonRow]:
    """Each outcome once."""
    return [
        a_comparison(f"{FOLDER}/night-school", "vit-tiny-p8-night-9c04", "better"),
        a_comparison("bundled-whole", "vit-tiny-whole-17aa", "not_better"),
        a_comparison("bundled-fast", "vit-nano-fast-b20e", "too_few"),
    ]


def some_promotions() -> list[PromotionRow]:
    """A configured one, one without proof, and its rollback."""
    now = utc_now()
    first, whole = f"{FOLDER}/first-light", "bundled-whole"
    return [
        PromotionRow(
            number=3, at=iso(now - timedelta(hours=30)), kind="rolled_back", model="bundled", model_id=IN_USE,
            former=whole, former_id="vit-tiny-whole-17aa", by="ana", comparison=None,
            reason="satellite trails came up as odd",
        ),
        PromotionRow(
            number=2, at=iso(now - timedelta(days=3)), kind="promoted", model=whole, model_id="vit-tiny-whole-17aa",
            former="bundled", former_id=IN_USE, by="ana", reason="the whole sky in view",
            comparison=a_comparison(whole, "vit-tiny-whole-17aa", "not_better"),
        ),
        PromotionRow(
            number=1, at=iso(now - timedelta(days=12)), kind="configured", model="bundled", model_id=IN_USE,
            former=first, former_id="vit-tiny-galaxy-81bb", by="astrolens.toml", reason="", comparison=None,
        ),
    ]  # fmt: skip


class FakePromotions:
    """Changes the reply of ``/models`` as a daemon would; change its members to change what it does."""

    def __init__(self, reply: Callable[[], ModelsReply], asked: list[str]) -> None:
        self._reply = reply
        self._asked = asked
        self.gate: asyncio.Event | None = None  # a comparison waits for it
        self.outcome = "better"
        self.refusal = ""

    def routes(self) -> list[web.RouteDef]:
        """For the fake daemon."""
        return [
            web.post("/models/compare", self._compare),
            web.post("/models/promote", self._promote),
            web.post("/models/rollback", self._roll_back),
        ]

    def _refused(self) -> web.Response:
        return web.json_response({"error": self.refusal}, status=422)

    def _choice(self, model: str) -> ChoiceRow:
        return next(row for row in self._reply()["choices"] if row["model"] == model)

    async def _compare(self, request: web.Request) -> web.Response:
        model = (await request.json())["model"]
        self._asked.append(f"compare {model}")
        if self.refusal:
            return self._refused()
        reply = self._reply()
        if self.gate is not None:
            reply["comparing"] = model
            await self.gate.wait()
            reply["comparing"] = ""
        row = a_comparison(model, self._choice(model)["model_id"], self.outcome)
        kept = [one for one in reply["comparisons"] if one["model_id"] != row["model_id"]]
        reply["comparisons"] = [*kept, row]
        return web.json_response(row)

    async def _promote(self, request: web.Request) -> web.Response:
        body = await request.json()
        said = f"promote {body['model']} {body['without_proof']} {body['reason']}"
        self._asked.append(said.strip())
        if self.refusal:
            return self._refused()
        reply, choice = self._reply(), self._choice(body["model"])
        comparison = next(
            (one for one in reply["comparisons"] if one["model_id"] == choice["model_id"]), None
        )
        return self._change("promoted", choice["model"], choice["model_id"], body, comparison)

    async def _roll_back(self, request: web.Request) -> web.Response:
        body = await request.json()
        self._asked.append(f"rollback {body['reason']}".strip())
        if self.refusal:
            return self._refused()
        last = self._reply()["promotions"][-1]
        return self._change("rolled_back", last["former"], last["former_id"], body, None)

    def _change(
        self, kind: str, model: str, model_id: str, body: Mapping[str, str], comparison: ComparisonRow | None
    ) -> web.Response:
        reply = self._reply()
        before = next(row for row in reply["choices"] if row["in_use"])
        row = PromotionRow(
            number=len(reply["promotions"]) + 1, at=iso(utc_now()), kind=kind, model=model, model_id=model_id,
            former=before["model"], former_id=before["model_id"], comparison=comparison,
            by=body.get("reviewer", "ana"), reason=body["reason"],
        )  # fmt: skip
        reply["promotions"] = [row, *reply["promotions"]]
        for choice in reply["choices"]:
            choice["in_use"] = choice["model_id"] == model_id
        reply["choices"] = sorted(reply["choices"], key=lambda choice: not choice["in_use"])
        reply["in_use"], reply["comparisons"] = model_id, []
        for one in reply["models"]:
            one["in_use"] = one["model_id"] == model_id
        return web.json_response(row)
