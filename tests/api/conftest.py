"""A served API on a real store and real sockets; only the daemon behind it is small."""

import asyncio
import hashlib
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from astrolens.api.client import Client
from astrolens.api.context import ApiContext
from astrolens.api.door import Door
from astrolens.api.hub import EventHub
from astrolens.api.server import build_app, serving
from astrolens.api.wire import WIRE_VERSION
from astrolens.api.wire_status import DeviceReply, SourceStatus, StageStatus, StatusReply
from astrolens.config.paths import Paths, resolve
from astrolens.config.settings import Settings
from astrolens.detect.stage import Judge
from astrolens.domain.analysis import Analysis, Morphology, MorphologyFlag
from astrolens.domain.description import DescribedClass, Description
from astrolens.domain.detection import Decision, Verdict
from astrolens.domain.finding import CatalogAnswer, CatalogMatch, CatalogOutcome
from astrolens.domain.heat import Box, HeatMap
from astrolens.domain.image import MediaType, Offer
from astrolens.domain.pixels import PixelCut
from astrolens.domain.sky import SkyPosition
from astrolens.domain.turnover import TriedCalibration, Turnover
from astrolens.domain.why import WhyCard
from astrolens.pipeline.why_cards import WhyCards
from astrolens.store.record import ImageRecord, MeasuredFacts
from astrolens.store.store import Store, open_store
from tests.api.small_views import SmallPromoter, SmallViews

PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)
TOKEN = "5a" * 32


class SmallDaemon:
    """Fulfils the Control Protocol in memory."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.word = "running"
        self.reasons: list[str] = []
        self.told: list[tuple[object, ...]] = []
        self.error: Exception | None = None
        self.sent: list[tuple[bytes, str]] = []
        self.views = SmallViews(store)
        self.promoter = SmallPromoter()
        self.cut: PixelCut | None = None

    def state(self) -> str:
        return self.word

    def not_ready(self) -> Sequence[str]:
        return self.reasons

    def source_names(self) -> Sequence[str]:
        return ("sdss", "folder")

    async def status(self) -> StatusReply:
        self._fail()
        return status_reply(self.word, await self.store.run(self.store.events.last))

    async def device(self) -> DeviceReply:
        return DeviceReply(device="cpu", name="CPU", threads=1, model_id="m1", memory_bytes=None)

    async def metrics(self) -> str:
        return "# EOF\n"

    async def pause(self) -> None:
        self.word = "paused"

    async def resume(self) -> None:
        self.word = "running"

    async def reload(self) -> Sequence[str]:
        self._fail()
        return ("analyse.model",)

    async def stop(self) -> None:
        self.told.append(("stop",))

    async def poll_now(self, source: str) -> None:
        self.told.append(("poll", source))

    async def recalibrate(self, source: str | None) -> None:
        self._fail()
        self.told.append(("recalibrate", source))

    async def try_calibration(self, source: str) -> TriedCalibration | None:
        self.told.append(("try", source))
        if source != "sdss":
            return None
        table = Turnover.between(
            {1: Decision.NORMAL, 2: Decision.NORMAL}, [(1, Decision.ANOMALY), (2, Decision.NORMAL)]
        )
        return TriedCalibration(source=source, model_id="m1", sample=500, table=table)

    async def why(self, image_id: int, *, heat: bool) -> WhyCard | None:
        self.told.append(("why", image_id, heat))
        cards = WhyCards(self.store, self._no_judge, "m1", self._warm)
        return await cards.card(image_id, heat=heat)

    async def attached(self) -> None:
        self.told.append(("attached",))

    async def pixels(self, image_id: int, *, side: int, band: int | None) -> PixelCut | None:
        self.told.append(("pixels", image_id, side, band))
        self._fail()
        return self.cut

    async def _no_judge(self, _source: str) -> Judge | None:
        return None

    async def _warm(self, _record: ImageRecord) -> HeatMap | None:
        values = np.array([[0.0, 0.5], [0.25, 1.0]], dtype=np.float32)
        return HeatMap(values=values, box=Box(left=16.0, upper=0.0, right=48.0, lower=24.0))

    async def submit(self, file: Path, name: str) -> int:
        self._fail()
        self.sent.append((await asyncio.to_thread(file.read_bytes), name))
        return 77

    async def rejudge(self, image_id: int) -> None:
        self._fail()
        self.told.append(("rejudge", image_id))

    async def crossref(self, image_id: int) -> Sequence[CatalogAnswer]:
        self.told.append(("crossref", image_id))
        return (match_answer(),)

    async def annotate(self, image_id: int) -> Description:
        self._fail()
        self.told.append(("annotate", image_id))
        return a_description(image_id)

    async def crossref_at(
        self, position: SkyPosition, radius_arcsec: float | None, epoch: datetime | None = None
    ) -> Sequence[CatalogAnswer]:
        self.told.append(("crossref_at", position.ra_deg, position.dec_deg, radius_arcsec, epoch))
        return tuple(
            CatalogAnswer(catalogue=name, outcome=CatalogOutcome.NO_MATCH, radius_arcsec=5.0)
            for name in ("simbad", "ned")
        )

    async def crossref_later(self, image_ids: Sequence[int]) -> int:
        self.told.append(("crossref_later", tuple(image_ids)))
        return len(image_ids)

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error


def a_description(image_id: int) -> Description:
    return Description(
        image_id=image_id, words="Two nuclei and a bridge.", features=("bridge",), suggested=DescribedClass.MERGER,
        confidence=0.8, provider="ollama", model="llava", prompt_version="1", made_at="2026-11-21T00:00:00.000Z",
    )  # fmt: skip


def match_answer() -> CatalogAnswer:
    match = CatalogMatch(
        catalogue="simbad",
        name="NGC 5216",
        object_type="G",
        position=SkyPosition(ra_deg=203.0, dec_deg=62.7),
        separation_arcsec=1.2,
        chance_probability=0.001,
    )
    return CatalogAnswer(catalogue="simbad", outcome=CatalogOutcome.MATCH, matches=(match,), asked_at="t")


def status_reply(state: str = "running", last_event: int = 0) -> StatusReply:
    stage = StageStatus(
        name="offered", waiting=1, in_flight=0, done=2, refused=0, per_hour=None, oldest_waiting_s=3.5
    )
    source = SourceStatus(
        name="sdss", title="SDSS", state="ok", reason="", next_poll_s=4.0, images=10, today=1, errors=0,
        calibration_seen=3, calibration_wanted=500, calibrated=False, budget_per_1000=2.0,
        realised_per_1000=None, drift="unknown", held=False, breaker="closed",
    )  # fmt: skip
    return StatusReply(
        version="0", wire_version=WIRE_VERSION, pid=1, state=state, reasons=[], started_at="t",
        uptime_s=1.0, model_id="m1", budget_per_1000=2.0, near_miss_factor=5.0, stages=[stage],
        sources=[source], images=10, anomalies=1, near_misses=2, parked=0, duplicates=0,
        unlabelled_anomalies=1, labels=0, images_per_hour=[0] * 24, anomalies_per_day=[0] * 30,
        anomalies_per_night=[0] * 30, near_misses_per_night=[0] * 30, database_bytes=1,
        disk_free_bytes=1, data_bytes=2, last_event=last_event, demo=False,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class House:
    """Everything that a test may touch."""

    store: Store
    control: SmallDaemon
    hub: EventHub
    paths: Paths
    tcp_port: int
    answers: list[tuple[str, str, int, float]] = field(default_factory=list)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@asynccontextmanager
async def a_house(*, users: frozenset[int] | None = None, tcp: bool = False) -> AsyncIterator[House]:
    """Serve until the block ends."""
    settings = Settings()
    paths = resolve(settings)
    store = await asyncio.to_thread(open_store, paths)
    control = SmallDaemon(store)
    hub = EventHub()
    house = House(store=store, control=control, hub=hub, paths=paths, tcp_port=free_port() if tcp else 0)
    context = ApiContext(store=store, control=control, hub=hub, upload_limit_bytes=1 << 20, version="0.0")
    door = Door(token=TOKEN) if users is None else Door(users=users, token=TOKEN)
    app = build_app(context, settings, door=door, observe=lambda *seen: house.answers.append(seen))
    try:
        async with serving(app, paths.socket, tcp_port=house.tcp_port):
            yield house
    finally:
        await asyncio.to_thread(store.close)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with a_house() as served:
        yield served


@pytest.fixture
async def client(house: House) -> AsyncIterator[Client]:
    async with Client(house.paths.socket) as opened:
        yield opened


def an_analysis(seed: int) -> Analysis:
    random = np.random.default_rng(seed)
    numbers = dict.fromkeys(Morphology.number_names(), 0.5)
    return Analysis(
        model_id="m1",
        embedding=random.normal(size=192).astype(np.float32),
        logits=random.normal(size=3).astype(np.float32),
        class_names=("smooth", "disk", "edge-on"),
        heads={"pair": 0.1},
        morphology=Morphology(**numbers, flags=MorphologyFlag.NONE),
    )


def a_verdict(sigma: float, decision: Decision = Decision.ANOMALY) -> Verdict:
    return Verdict(
        decision=decision, p_value=10.0**-sigma, sigma=sigma, extrapolated=False, scores={"msp": 0.4},
        p_values={"msp": 0.01}, votes=2, budget_per_1000=2.0, state_id="s1",
    )  # fmt: skip


def judged(store: Store, count: int, *, source: str = "sdss", position: bool = True) -> list[int]:
    """Pictures that went all the way, odder from one to the next."""
    offers = [
        Offer(
            source=source,
            key=f"k{number}",
            url=f"https://example.org/{number}",
            position=SkyPosition(ra_deg=10.0 + number, dec_deg=20.0) if position else None,
        )
        for number in range(count)
    ]
    numbers = store.images.offer_many(offers)
    for order, image_id in enumerate(numbers):
        content = PNG + f"{source} {order}".encode()
        digest = hashlib.sha256(content).hexdigest()
        temporary = store.blobs.temporary()
        temporary.write_bytes(content)
        store.blobs.add(temporary, digest)
        store.blobs.add_thumbnail(digest, PNG)
        store.images.fetched(image_id, sha256=digest, size_bytes=len(content))
        analysis = an_analysis(order)
        facts = MeasuredFacts(
            width=64, height=64, media_type=MediaType.PNG, phash=0x0101010101010101 * (order + 1)
        )
        store.analyses.put(image_id, analysis, facts)
        store.verdicts.put(image_id, a_verdict(3.0 + order / 10))
        store.images.done(image_id)
    store.vectors.refresh()
    return numbers
