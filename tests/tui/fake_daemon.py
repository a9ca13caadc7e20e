"""A daemon that is only a mouth: a real aiohttp server on a real Unix socket that speaks the wire format."""

import asyncio
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import numpy as np
from aiohttp import WSMsgType, web
from aiohttp.typedefs import Middleware
from numpy.typing import NDArray

from astrolens.api.wire import (
    CandidatePage,
    CandidateRow,
    DescriptionRow,
    EventRow,
    ImageDetail,
    LabelRow,
    SimilarRow,
)
from astrolens.api.wire_pixels import PixelsReply
from astrolens.api.wire_status import SourceStatus, StageStatus, StatusReply
from astrolens.domain.clock import iso
from astrolens.domain.description import NOTICE
from tests.tui.fake_review import FakeReview
from tests.tui.fake_views import FakeViews
from tests.tui.fake_why import why_of

NOW = datetime.now(UTC)
DETECTORS = ("mahalanobis", "knn", "pair head", "energy", "msp", "shape")
SOURCES = ("sdss", "legacy_dr10", "panstarrs", "sim_deep")
REAL_WHY = (
    ("mahalanobis", "knn"),
    ("pair head", "knn"),
    ("shape", "energy", "msp"),
    ("knn", "mahalanobis", "shape"),
)


def stage(
    name: str, waiting: int, per_hour: float | None, refused: int = 0, oldest: float | None = None
) -> StageStatus:
    """One stage."""
    return StageStatus(
        name=name,
        waiting=waiting,
        in_flight=1 if waiting else 0,
        done=int(per_hour or 0) * 5,
        refused=refused,
        per_hour=per_hour,
        oldest_waiting_s=oldest,
    )


def source(name: str, state: str = "ok", **changes: Any) -> SourceStatus:
    """One source."""
    row = SourceStatus(
        name=name,
        title=name.upper(),
        state=state,
        reason="",
        next_poll_s=11.0,
        images=9870,
        today=2211,
        errors=0,
        calibration_seen=500,
        calibration_wanted=500,
        calibrated=True,
        budget_per_1000=2.0,
        realised_per_1000=1.8,
        drift="unknown",
        held=False,
        breaker="closed",
    )
    row.update(changes)  # type: ignore[typeddict-item]
    return row


def busy_stats() -> StatusReply:
    """A daemon in the middle of its work."""
    hours = [310, 420, 500, 610, 640, 700, 820, 870, 910, 905, 860, 640, 120, 110, 130, 700, 760, 880, 1002, 1180,
             1100, 1198, 1204, 1190]  # fmt: skip
    days = [1, 2, 1, 1, 3, 1, 1, 2, 1, 0, 1, 4, 2, 1, 0, 1, 2, 1, 1, 1, 1, 3, 2, 1, 0, 2, 1, 5, 1, 2]
    return StatusReply(
        version="0.1.0",
        wire_version=1,
        pid=4711,
        state="running",
        reasons=[],
        started_at=iso(NOW - timedelta(days=3, hours=4)),
        uptime_s=3 * 86400 + 4 * 3600 + 120,
        model_id="vit-tiny-p8-galaxy-3f9a",
        budget_per_1000=2.0,
        near_miss_factor=5.0,
        stages=[
            stage("offered", 3, 1204),
            stage("downloaded", 12, 1198, refused=6),
            stage("measured", 14, 1190, refused=8, oldest=95.0),
            stage("judged", 0, 1190),
            stage("looked_up", 5, 41),
            stage("done", 0, 1190),
        ],
        sources=[
            source("sdss", images=22195, today=3104, next_poll_s=4.0),
            source("legacy_dr10", errors=2, realised_per_1000=2.1),
            source(
                "panstarrs",
                "calibrating",
                images=214,
                today=214,
                calibration_seen=214,
                calibrated=False,
                realised_per_1000=None,
                next_poll_s=40.0,
            ),
            source(
                "ztf",
                "resting",
                images=1204,
                today=0,
                errors=12,
                next_poll_s=840.0,
                reason="503 from the cutout service, asked to wait 15 min",
            ),
        ],
        images=33483,
        anomalies=41,
        near_misses=2310,
        parked=14,
        duplicates=102,
        unlabelled_anomalies=3,
        labels=31,
        images_per_hour=hours,
        anomalies_per_day=days,
        anomalies_per_night=days,
        near_misses_per_night=[count * 7 for count in days],
        disk_free_bytes=41_000_000_000,
        data_bytes=1_200_000_000,
        database_bytes=310_000_000,
        last_event=0,
        demo=False,
    )


def candidate(index: int, total: int) -> CandidateRow:
    """Row ``index`` of a list sorted by sigma."""
    sigma = max(0.0, 5.8 * (1 - index / max(total, 1)) ** 0.6)
    known = index % 3 == 1
    catalogue = ("unknown", "known", "not_answered", "no_position")[index % 4]
    said = {
        "unknown": "unknown (4 of 4)",
        "known": ('NGC 5216, 1.2"', '2MASX J14021130+3541, 0.4"')[index % 2],
        "not_answered": "not answered: ned",
        "no_position": "no position",
    }[catalogue]
    names = REAL_WHY[index % len(REAL_WHY)]
    p_value = min(1.0, max(1e-12, 10 ** (-0.25 * sigma**1.75)))
    labels = {2: "artefact", 5: "anomaly", 8: "normal", 11: "unsure"}
    return CandidateRow(
        id=index + 1,
        source=SOURCES[index % len(SOURCES)],
        key=f"1237{648720693755918 + index * 7919}",
        found_at=iso(NOW - timedelta(minutes=7 + 13 * index + (index * index) % 91)),
        decision="anomaly" if index < 41 or total > 5000 else "near_miss",
        sigma=sigma,
        p_value=p_value,
        extrapolated=index < 2,
        why=[[name, 0.995 - 0.02 * rank - 0.0003 * (index % 100)] for rank, name in enumerate(names)],
        catalogue=catalogue,
        catalogue_words=said,
        label=labels.get(index),
        reviewer="ana" if index in labels else None,
        interest=4 if index == 5 else None,
        ra_deg=None if catalogue == "no_position" else (210.5471 + index * 0.37) % 360,
        dec_deg=None if catalogue == "no_position" else 35.6838 - (index * 0.13) % 60,
        near_duplicate_of=1 if known and index == 7 else None,
    )


def galaxy(seed: int, size: int = 128) -> NDArray[np.uint8]:
    """A colour picture of something like a galaxy; every third one is a pair."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    light = np.zeros((size, size, 3))
    centres = [(0.0, 0.0, 1.0)] + ([(0.38, -0.3, 0.6)] if seed % 3 == 1 else [])
    for cx, cy, scale in centres:
        angle, axis = random.uniform(0, 3.1), random.uniform(0.35, 0.95)
        u = (x - cx) * np.cos(angle) + (y - cy) * np.sin(angle)
        v = (-(x - cx) * np.sin(angle) + (y - cy) * np.cos(angle)) / axis
        r, theta = np.hypot(u, v) / scale, np.arctan2(v, u)
        arms = 1 + 0.85 * np.cos(2 * theta - 8 * np.log(r + 0.04))
        bulge, disk = np.exp(-r / 0.055) * 2.2, np.exp(-r / 0.23) * 0.7 * arms
        light += (
            np.stack([bulge + disk * 0.75, bulge * 0.85 + disk * 0.85, bulge * 0.6 + disk * 1.1], -1) * scale
        )
    for sx, sy in random.uniform(-0.95, 0.95, (6, 2)):
        star = random.uniform(0.2, 1.4) * np.exp(-((x - sx) ** 2 + (y - sy) ** 2) / 0.0007)
        light += star[..., None] * random.uniform(0.7, 1.0, 3)
    light += random.normal(0.015, 0.012, light.shape)
    shown = np.arcsinh(9 * np.clip(light, 0, None)) / np.arcsinh(16)
    pixels: NDArray[np.uint8] = (np.clip(shown, 0, 1) * 255).astype(np.uint8)
    return pixels


def png(pixels: NDArray[np.uint8]) -> bytes:
    """Encode a picture."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


@cache
def thumbnail(image_id: int) -> bytes:
    """PNG of a picture, made once for all tests."""
    return png(galaxy(image_id))


def detail_of(row: CandidateRow) -> ImageDetail:
    """Everything about a row."""
    more = _more_of(row)
    return cast(ImageDetail, {**row, **more})


def _more_of(row: CandidateRow) -> dict[str, Any]:
    index = row["id"] - 1
    return {
        "state": "done",
        "reason": "",
        "url": f"https://skyserver.example/cutout?id={row['key']}",
        "sha256": "9f2c" * 16,
        "media_type": "image/jpeg",
        "size_bytes": 24_310,
        "width": 128,
        "height": 128,
        "bands": ["g", "r", "i"],
        "pixel_scale_arcsec": 0.4,
        "observed_at": None,
        "licence": "CC BY 4.0",
        "credit": "Sloan Digital Sky Survey",
        "flags": ["saturated"] if index % 5 == 3 else [],
        "duplicate_of": None,
        "model_id": "vit-tiny-p8-galaxy-3f9a",
        "classes": {"spiral": 0.61, "smooth": 0.21, "edge-on": 0.11, "merger": 0.07},
        "heads": {"pair": 2.41 - index * 0.01},
        "morphology": {
            "concentration": 3.12,
            "asymmetry": 0.41,
            "smoothness": 0.08,
            "gini": 0.55,
            "m20": -1.72,
            "ellipticity": 0.31,
            "orientation_deg": 41.0,
            "half_light_radius_px": 9.4,
            "petrosian_radius_px": 22.5,
            "half_light_radius_arcsec": 3.76,
            "signal_to_noise": 12.4,
            "area_fraction": 0.19,
            "second_peak_ratio": 0.62,
            "sky": 0.02,
            "sky_sigma": 0.011,
        },
        "morphology_flags": ["non_linear"],
        "scores": {name: 12.0 - 2.1 * rank for rank, name in enumerate(DETECTORS)},
        "p_values": {name: float(min(1.0, 0.0008 * 4.1**rank)) for rank, name in enumerate(DETECTORS)},
        "votes": 2,
        "budget_per_1000": 2.0,
        "held_by": "top_per_night" if index % 7 == 4 else "",
        "state_id": "sdss-3f9a-21c0",
        "verdict_model_id": "vit-tiny-p8-galaxy-3f9a",
        "former_model": index % 7 == 5,
        "in_calibration": False,
        "answers": [
            {
                "catalogue": "simbad",
                "outcome": "match" if row["catalogue"] == "known" else "no_match",
                "reason": "",
                "radius_arcsec": 5.0,
                "asked_at": iso(NOW),
                "matches": [
                    {
                        "catalogue": "simbad",
                        "name": "NGC 5216",
                        "object_type": "Galaxy",
                        "ra_deg": 210.5,
                        "dec_deg": 35.6,
                        "separation_arcsec": 1.2,
                        "chance_probability": 0.0004,
                        "size_arcsec": 60.0,
                        "redshift": 0.0098,
                        "references": 91,
                    }
                ]
                if row["catalogue"] == "known"
                else [],
            },
            {
                "catalogue": "ned",
                "outcome": "not_answered",
                "reason": "timed out after 20 s",
                "radius_arcsec": 5.0,
                "asked_at": iso(NOW),
                "matches": [],
            },
        ],
        "labels": [],
    }


def a_description(**changes: Any) -> DescriptionRow:
    """What a language model wrote."""
    row = DescriptionRow(
        image_id=1, described=True, words="Two nuclei in one halo, with a faint bridge to the north.",
        features=["two nuclei", "bridge"], suggested="merging galaxies", confidence=0.8, reason="",
        provider="ollama", model="llava", prompt_version="1", made_at=iso(NOW), notice=NOTICE,
    )  # fmt: skip
    row.update(changes)  # type: ignore[typeddict-item]
    return row


class FakeDaemon:
    """``async with FakeDaemon(socket) as daemon``; change its fields to change what it says."""

    def __init__(self, socket: Path, *, total: int = 41, near_misses: int = 2310) -> None:
        self.socket = socket
        self.total = total
        self.near_misses = near_misses
        self.stats = busy_stats()
        self.make_row: Callable[[int, int], CandidateRow] = candidate
        self.change_detail: Callable[[ImageDetail], None] = lambda _detail: None
        self.middlewares: list[Middleware] = []
        self.labels: list[LabelRow] = []
        self.review = FakeReview(self)
        self.label_error: str | None = None
        self.label_gate: asyncio.Event | None = None
        self.page_gate: asyncio.Event | None = None
        self.words: dict[int, DescriptionRow] = {}
        self.next_words: DescriptionRow | str = a_description()
        self.events: list[EventRow] = []
        self.views = FakeViews(lambda: self.events)
        self.asked: list[str] = []
        self.pages_read = 0
        self.counts = True  # False: the first page does not know how many rows there are
        self.saved: dict[str, str] = {}
        self.pixels: Callable[[int], PixelsReply | None] = lambda _image_id: None
        self._runner: web.AppRunner | None = None
        self._wake = asyncio.Condition()
        self._sockets: set[web.WebSocketResponse] = set()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen on the socket."""
        app = web.Application(middlewares=self.middlewares)
        app.add_routes(
            [
                web.get("/stats", self._stats),
                web.get("/candidates", self._candidates),
                web.get("/filters", self._filters),
                web.post("/filters", self._save_filter),
                web.post("/filters/remove", self._remove_filter),
                web.get("/images/{id}", self._image),
                web.get("/images/{id}/thumbnail", self._thumbnail),
                web.get("/images/{id}/why", self._why),
                web.get("/images/{id}/pixels", self._pixels),
                web.get("/similar/{id}", self._similar),
                web.get("/events", self._events),
                web.post("/annotate/{id}", self._annotate),
                web.post("/labels", self._label),
                web.post("/labels/{id}/withdraw", self._withdraw),
                *self.review.routes(),
                web.post("/control/pause", self._pause),
                web.post("/control/resume", self._resume),
                *self.views.routes(),
            ]
        )
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.UnixSite(self._runner, str(self.socket)).start()

    async def stop(self) -> None:
        """Go away at once, as a killed daemon does."""
        for socket in list(self._sockets):
            await socket.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def note(self, kind: str, image_id: int | None = None, **payload: Any) -> None:
        """Add an event; who listens already is not told."""
        sequence = self.stats["last_event"] + 1
        self.events.append(
            EventRow(
                sequence=sequence, at=iso(datetime.now(UTC)), kind=kind, image_id=image_id, payload=payload
            )
        )
        self.stats["last_event"] = sequence

    async def happen(self, kind: str, image_id: int | None = None, **payload: Any) -> None:
        """Add an event and tell who listens."""
        self.note(kind, image_id, **payload)
        async with self._wake:
            self._wake.notify_all()

    async def _stats(self, request: web.Request) -> web.Response:
        self.asked.append("stats")
        return web.json_response(self.stats)

    async def _candidates(self, request: web.Request) -> web.Response:
        if self.page_gate is not None:
            await self.page_gate.wait()
        query = request.query
        self.asked.append(f"candidates?{request.query_string}")
        self.pages_read += 1
        near = "near_miss" in query.get("decision", "")
        total = self.total + self.near_misses if near else self.total
        if query.get("filter"):
            total = 0 if "nothing" in query["filter"] else min(total, 7)
        limit = int(query.get("limit", "100"))
        start = int(query.get("after") or query.get("rank") or max(0, int(query.get("before", "0")) - limit))
        if start >= total:
            start = max(0, total - 1) // limit * limit
        end = min(total, start + limit)
        page = CandidatePage(
            rows=[self._row(index, total) for index in range(start, end)],
            next=str(end) if end < total else None,
            previous=str(start) if start else None,
            first=None if "after" in query or "before" in query else start,
            total=total if self.counts or "rank" in query else min(total, 300),
            exact=self.counts or "rank" in query,
            near_misses=self.near_misses,
        )
        return web.json_response(page)

    async def _filters(self, request: web.Request) -> web.Response:
        return web.json_response([{"name": name, "words": self.saved[name]} for name in sorted(self.saved)])

    async def _save_filter(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.saved[body["name"]] = body["words"]
        return await self._filters(request)

    async def _remove_filter(self, request: web.Request) -> web.Response:
        body = await request.json()
        del self.saved[body["name"]]
        return await self._filters(request)

    def _row(self, index: int, total: int) -> CandidateRow:
        row = self.make_row(index, total)
        said = [label for label in self.labels if label["image_id"] == row["id"] and not label["withdrawn"]]
        if said:
            row["label"], row["interest"] = said[-1]["value"], said[-1]["interest"]
        return row

    async def _image(self, request: web.Request) -> web.Response:
        image_id = int(request.match_info["id"])
        self.asked.append(f"image {image_id}")
        detail = detail_of(self._row(image_id - 1, self.total))
        detail["labels"] = [label for label in self.labels if label["image_id"] == image_id]
        if image_id in self.words:
            detail["description"] = self.words[image_id]
        self.change_detail(detail)
        return web.json_response(detail)

    async def _why(self, request: web.Request) -> web.Response:
        image_id = int(request.match_info["id"])
        self.asked.append(f"why {image_id}")
        return web.json_response(why_of(detail_of(self._row(image_id - 1, self.total))))

    async def _annotate(self, request: web.Request) -> web.Response:
        image_id = int(request.match_info["id"])
        self.asked.append(f"annotate {image_id}")
        if isinstance(self.next_words, str):
            return web.json_response({"error": self.next_words}, status=503)
        self.words[image_id] = self.next_words
        return web.json_response(self.next_words)

    async def _thumbnail(self, request: web.Request) -> web.Response:
        image_id = int(request.match_info["id"])
        self.asked.append(f"thumbnail {image_id}")
        if image_id == 13:
            return web.json_response({"error": "picture 13 has no thumbnail"}, status=404)
        body = await asyncio.to_thread(thumbnail, image_id)
        return web.Response(body=body, content_type="image/png")

    async def _pixels(self, request: web.Request) -> web.Response:
        image_id = int(request.match_info["id"])
        self.asked.append(f"pixels {image_id} {request.query.get('side', '')}")
        reply = await asyncio.to_thread(self.pixels, image_id)
        if reply is None:
            return web.json_response({"error": f"the original of {image_id} is gone"}, status=404)
        return web.json_response(reply)

    async def _similar(self, request: web.Request) -> web.Response:
        image_id = int(request.match_info["id"])
        rows = [
            SimilarRow(
                id=image_id + 3 * step,
                similarity=0.98 - 0.013 * step,
                source=SOURCES[step % 4],
                key=f"1237{648720693755918 + step}",
                decision="anomaly" if step < 2 else "normal",
                label="anomaly" if step == 1 else None,
            )
            for step in range(1, 1 + int(request.query.get("limit", "12")))
        ]
        return web.json_response(rows)

    async def _label(self, request: web.Request) -> web.Response:
        if self.label_gate is not None:
            await self.label_gate.wait()
        if self.label_error is not None:
            return web.json_response({"error": self.label_error}, status=500)
        body = await request.json()
        label = LabelRow(
            label_id=len(self.labels) + 1,
            image_id=body["image_id"],
            value=body["value"],
            reviewer=body.get("reviewer", "login"),
            made_at=iso(datetime.now(UTC)),
            interest=body.get("interest"),
            note=body.get("note", ""),
            withdrawn=False,
            asked_because=body.get("asked_because", "chosen"),
        )
        self.labels.append(label)
        self.review.note([label])
        return web.json_response(label, status=201)

    async def _withdraw(self, request: web.Request) -> web.Response:
        label = self.labels[int(request.match_info["id"]) - 1]
        label["withdrawn"] = True
        return web.json_response(label)

    async def _pause(self, request: web.Request) -> web.Response:
        self.stats["state"] = "paused"
        return web.json_response({"done": True, "state": "paused"})

    async def _resume(self, request: web.Request) -> web.Response:
        self.stats["state"] = "running"
        return web.json_response({"done": True, "state": "running"})

    async def _events(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.add(socket)
        cursor = int(request.query.get("after", self.stats["last_event"]))
        reader = asyncio.get_running_loop().create_task(self._until_closed(socket))
        try:
            while not socket.closed:
                for event in [event for event in self.events if event["sequence"] > cursor]:
                    await socket.send_json(event)
                    cursor = event["sequence"]
                async with self._wake:
                    if not any(event["sequence"] > cursor for event in self.events):
                        await self._wake.wait()
        except ConnectionError:
            pass
        finally:
            reader.cancel()
            self._sockets.discard(socket)
        return socket

    async def _until_closed(self, socket: web.WebSocketResponse) -> None:
        async for message in socket:
            if message.type is WSMsgType.ERROR:
                break
        async with self._wake:
            self._wake.notify_all()
