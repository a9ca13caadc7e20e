"""What the fake daemon says about sky, embeddings, models, settings, sources, transients and earlier events."""

import asyncio
import base64
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cache
from typing import Any

import numpy as np
from aiohttp import web

from astrolens.api.wire import EventRow
from astrolens.api.wire_models import (
    AlarmRow,
    CalibrationRow,
    DriftRow,
    ModelRow,
    ModelsReply,
    NightRow,
)
from astrolens.api.wire_settings import SettingRow, SettingsReply, SourceCard, SourcesReply
from astrolens.api.wire_sky import AreaCount, EmbeddingPoint, EmbeddingReply, SkyReply
from astrolens.api.wire_transients import (
    LightPoint,
    StampsReply,
    TransientDetail,
    TransientPage,
    TransientRow,
)
from astrolens.domain.areas import area_of
from astrolens.domain.clock import iso, utc_now
from tests.tui.fake_models import FakePromotions, some_choices, some_comparisons, some_promotions


@cache
def _areas() -> tuple[AreaCount, ...]:
    random = np.random.default_rng(7)
    counts: dict[int, AreaCount] = {}
    for ra in np.arange(112.5, 262.5, 5.0):
        for dec in np.arange(-2.5, 62.5, 5.0):
            if random.uniform() < 0.85:
                number = area_of(float(ra), float(dec))
                judged = int(random.lognormal(4.5, 1.2))
                near = int(random.poisson(judged * 0.004))
                odd = int(random.poisson(judged * 0.001))
                counts[number] = AreaCount(area=number, judged=judged, anomalies=odd, near_misses=near)
    for ra in np.arange(2.5, 60.0, 5.0):
        number = area_of(float(ra), -1.0)
        counts[number] = AreaCount(area=number, judged=400, anomalies=0, near_misses=1)
    return tuple(counts.values())


def a_sky() -> SkyReply:
    """A survey in the north and a stripe."""
    areas = [AreaCount(**one) for one in _areas()]
    return SkyReply(
        side_deg=5.0, areas=areas, judged=sum(one["judged"] for one in areas), without_position=1204
    )


@cache
def _points() -> tuple[EmbeddingPoint, ...]:
    random = np.random.default_rng(3)
    centres = ((0.0, 0.0, 700), (0.5, 0.15, 420), (-0.35, 0.4, 300))
    points = []
    for x, y, count in centres:
        for at in random.normal((x, y), (0.14, 0.1), (count, 2)).round(4).tolist():
            points.append((at[0], at[1], "normal"))
    for at in random.uniform((-0.8, -0.6), (1.0, 0.9), (60, 2)).round(4).tolist():
        points.append((at[0], at[1], "near_miss"))
    for at in random.normal((0.85, -0.42), 0.06, (18, 2)).round(4).tolist():
        points.append((at[0], at[1], "anomaly"))
    return tuple(
        EmbeddingPoint(id=number + 1, x=x, y=y, decision=decision, label=None)
        for number, (x, y, decision) in enumerate(points)
    )


def a_map() -> EmbeddingReply:
    """Three clouds, near misses around them, and anomalies in a corner."""
    return EmbeddingReply(
        model_id="vit-tiny-p8-galaxy-3f9a", points=list(_points()), measured=33_483, fitted=1498,
        explained=[0.31, 0.17], reason="",
    )  # fmt: skip


def some_models() -> ModelsReply:
    """One in use, one before; a source over its budget and one that drifts."""
    now = utc_now()
    names = ("sdss", "legacy_dr10", "panstarrs")
    return ModelsReply(
        in_use="vit-tiny-p8-galaxy-3f9a",
        device="cpu",
        facts=[
            ["network", "kind vit, width 192, layers 12, heads 3, patch 8"],
            ["input", "96 px, middle 80 %"],
            ["embedding", "384 numbers"],
            ["classes", "smooth, disk, edge-on, spiral"],
            ["heads", "pair, merger, artefact"],
            ["runs on", "cpu, 2 threads"],
        ],
        weights_sha256="3f9ac1d2" * 8,
        models=[
            ModelRow(
                model_id="vit-tiny-p8-galaxy-3f9a", in_use=True, pictures=32_100, calibrations=7,
                newest_calibration=iso(now - timedelta(hours=5)),
            ),
            ModelRow(
                model_id="vit-tiny-galaxy-81bb", in_use=False, pictures=1383, calibrations=3,
                newest_calibration=iso(now - timedelta(days=12)),
            ),
        ],
        calibrations=[
            CalibrationRow(
                source=name, state_id=f"{number}21c08f3a{number}b2d4e7", model_id="vit-tiny-p8-galaxy-3f9a",
                fitted=2400, calibrated=2400, made_at=iso(now - timedelta(hours=5 + 30 * number)),
                of_model_in_use=number < 2,
            )
            for number, name in enumerate(names)
        ],
        alarms=[
            AlarmRow(
                source=name, judged=22_195 - 9000 * number, flagged=41 - 12 * number,
                labelled=31 * (number == 0) + 24 * (number == 1), false_alarms=20 * (number < 2),
                flagged_per_1000=1.85 + number, false_per_1000=(1.19, 2.6, None)[number], budget_per_1000=2.0,
                threshold_factor=(1.0, 0.7, 1.0)[number],
            )
            for number, name in enumerate(names)
        ],
        drift=[
            DriftRow(
                source=name, word=("none", "alarm", "unknown")[number], evidence=(12.3, 5.2e6, 0.0)[number],
                alarm_at=4e6, direction=("odder", "higher sky", "")[number], pictures=(22_195, 9870, 0)[number],
                state_id=("a1", "b2", "")[number],
            )
            for number, name in enumerate(names)
        ],
        nights=[
            NightRow(
                night=(now - timedelta(days=29 - back)).date().isoformat(),
                judged=900 + 37 * (back % 11), odd=back % 5,
            )
            for back in range(30)
        ],
        choices=some_choices(), promotions=some_promotions(), comparisons=some_comparisons(), comparing="",
    )  # fmt: skip


def a_setting(key: str, value: str, **changes: Any) -> SettingRow:
    """One setting, as it comes."""
    row = SettingRow(
        key=key, value=value, default=value, bounds="", origin="default", waiting=None,
        at_once=key.startswith(("detect.", "ui.")), words="What it does, in one sentence.",
    )  # fmt: skip
    row.update(changes)  # type: ignore[typeddict-item]
    return row


def some_settings() -> SettingsReply:
    """A file with a few lines, one of them not yet read."""
    rows = [
        a_setting("daemon.log_level", '"info"', bounds="debug | info | warning | error"),
        a_setting("daemon.tcp_port", "0", bounds="from 0 to 65535"),
        a_setting("store.quota_gb", "80.0", default="50.0", origin="file", bounds="above 0",
                  words="Downloads rest when blobs grow beyond this many gigabytes."),
        a_setting("detect.budget_per_1000", "2.0", bounds="above 0 to 200", origin="start", default="1.0",
                  waiting="4.0", words="False alarms allowed per 1,000 normal pictures."),
        a_setting("sources.sdss.enabled", "true", default="false", origin="file"),
        a_setting("sources.apod.api_key", '"********"', default="", origin="file"),
        *(a_setting(f"download.option_{number}", str(number)) for number in range(30)),
    ]  # fmt: skip
    return SettingsReply(
        file="/home/ana/.config/astrolens/astrolens.toml", exists=True, mistake="", rows=rows
    )


def a_card(name: str, **changes: Any) -> SourceCard:
    """One source that works."""
    card = SourceCard(
        name=name, title=f"Cutouts of {name}", enabled=True, held=False, state="ok", breaker="closed", failures=0,
        reason="", next_poll_at=iso(utc_now() + timedelta(seconds=40)),
        last_ok_at=iso(utc_now() - timedelta(minutes=3)), interval_s=60.0, weight=1.0, batch=32,
        hosts=[f"{name}.example.org"], options=[["base_url", f"https://{name}.example.org"], ["api_key", "********"]],
        licence="CC BY 4.0", credit="The survey and its people",
    )  # fmt: skip
    card.update(changes)  # type: ignore[typeddict-item]
    return card


def some_sources() -> SourcesReply:
    """One that works, one that rests, one that is broken."""
    return SourcesReply(
        sources=[
            a_card("sdss"),
            a_card(
                "ztf", state="resting", breaker="open", failures=3,
                reason="503 from the cutout service, asked to wait 15 min",
            ),
            a_card("apod", state="broken", breaker="", reason="sources.apod.api_key: is missing", next_poll_at=None),
        ]
    )  # fmt: skip


def a_transient(number: int) -> TransientRow:
    """One line of the list."""
    return TransientRow(
        id=number, name=f"ztf18abc{number}", source="ztf", observed_at=iso(utc_now() - timedelta(hours=3)),
        band="g", snr=8.2, p_real=0.97, p_real_error=0.01, kind="supernova-like", p_kind=0.81, ra_deg=210.547,
        dec_deg=35.684, label=None,
    )  # fmt: skip


def _detail(row: TransientRow) -> TransientDetail:
    light = [
        LightPoint(mjd=60000.0 + day, mag=20.5 if day < 4 else 20.0 - 0.25 * min(day - 3, 8) + 0.1 * max(0, day - 11),
                   error=0.1, limit=day < 4, band="g")
        for day in range(0, 24, 2)
    ]  # fmt: skip
    facts = [["host", "NGC 5216, 12 arcsec N"], ["minor planets", "nothing within 30 arcsec"]]
    return TransientDetail(**row, facts=facts, light=light)


@cache
def _stamp(number: int, kind: str) -> str:
    from tests.tui.fake_daemon import png

    random = np.random.default_rng(number)
    y, x = np.mgrid[-1:1:63j, -1:1:63j]
    host = 0.7 * np.exp(-np.hypot(x + 0.2, y - 0.1) / 0.25)
    star = np.exp(-((x - 0.1) ** 2 + (y + 0.05) ** 2) / 0.01)
    light = {"science": host + star, "reference": host, "difference": star + 0.3}[kind]
    shown = np.clip(light + random.normal(0.05, 0.03, light.shape), 0, 1)
    pixels = np.repeat((shown * 255).astype(np.uint8)[..., None], 3, axis=2)
    return base64.b64encode(png(pixels)).decode()


class FakeViews:
    """Change its members to change what is said."""

    def __init__(self, events: Callable[[], Sequence[EventRow]]) -> None:
        self._events = events
        self.sky = a_sky()
        self.embedding = a_map()
        self.models = some_models()
        self.settings = some_settings()
        self.sources = some_sources()
        self.transients = TransientPage(
            rows=[], installed=False, reason="the transient branch is not installed in this version"
        )
        self.error: str | None = None
        self.gate: asyncio.Event | None = None  # every answer waits for it
        self.needs_restart: list[str] = []
        self.asked: list[str] = []
        self.log_reads = 0
        self.promotions = FakePromotions(lambda: self.models, self.asked)

    def routes(self) -> list[web.RouteDef]:
        """For the fake daemon."""
        return [
            web.get("/sky", self._answer("sky")),
            web.get("/embedding", self._answer("embedding")),
            web.get("/models", self._answer("models")),
            web.get("/settings", self._answer("settings")),
            web.get("/sources", self._answer("sources")),
            web.get("/transients", self._answer("transients")),
            web.get("/transients/{id}", self._transient),
            web.get("/transients/{id}/stamps", self._stamps),
            web.get("/events/before", self._before),
            web.post("/control/hold", self._hold),
            web.post("/control/poll", self._poll),
            web.post("/control/reload", self._reload),
            *self.promotions.routes(),
        ]

    def _answer(self, name: str) -> Callable[[web.Request], Any]:
        async def answer(_request: web.Request) -> web.Response:
            self.asked.append(name)
            if self.gate is not None:
                await self.gate.wait()
            if self.error is not None:
                return web.json_response({"error": self.error}, status=503)
            return web.json_response(getattr(self, name))

        return answer

    async def _transient(self, request: web.Request) -> web.Response:
        return web.json_response(_detail(a_transient(int(request.match_info["id"]))))

    async def _stamps(self, request: web.Request) -> web.Response:
        number = int(request.match_info["id"])
        stamps = StampsReply(
            science=_stamp(number, "science"), reference=_stamp(number, "reference"),
            difference=None if number == 3 else _stamp(number, "difference"),
            captions=['FWHM 1.9"', 'FWHM 1.6"', "Scorr 8.2"],
        )  # fmt: skip
        return web.json_response(stamps)

    async def _before(self, request: web.Request) -> web.Response:
        self.log_reads += 1
        if self.error is not None:
            return web.json_response({"error": self.error}, status=503)
        before = int(request.query.get("before", 2**62))
        kinds = [kind for kind in request.query.get("kind", "").split(",") if kind]
        limit = int(request.query.get("limit", "100"))
        rows = [
            row for row in self._events() if row["sequence"] < before and (not kinds or row["kind"] in kinds)
        ]
        return web.json_response({"rows": rows[-limit:], "missed": 0, "last": len(self._events())})

    async def _hold(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.asked.append(f"hold {body['source']} {body['held']}")
        for card in self.sources["sources"]:
            if card["name"] == body["source"]:
                card["held"] = body["held"]
        return web.json_response({"state": "running"})

    async def _poll(self, request: web.Request) -> web.Response:
        self.asked.append(f"poll {(await request.json())['source']}")
        return web.json_response({"state": "running"}, status=202)

    async def _reload(self, _request: web.Request) -> web.Response:
        self.asked.append("reload")
        if self.error is not None:
            return web.json_response({"error": self.error}, status=422)
        return web.json_response({"state": "running", "needs_restart": self.needs_restart})
