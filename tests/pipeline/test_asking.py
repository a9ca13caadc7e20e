"""No network is no discovery; when it comes back, what was left open is asked again, in few requests."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer

from astrolens.catalog.stage import CrossMatcher
from astrolens.config.settings import CatalogSettings
from astrolens.domain.detection import Decision
from astrolens.domain.event import EventKind
from astrolens.domain.finding import CatalogState
from astrolens.pipeline.announce import Announcer
from astrolens.pipeline.asking import Asking
from astrolens.pipeline.flow import StageCounts
from astrolens.pipeline.lookup import LookUp
from astrolens.store.store import Store
from tests.fakes import catalog_ned, catalog_simbad
from tests.fakes.tap_sky import TapSky
from tests.pipeline.pictures import measured, normals
from tests.pipeline.test_lookup import Ears
from tests.store.samples import a_verdict

COUNT = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Network:
    """SIMBAD and NED on one port that is closed until the network is up."""

    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.simbad: TapSky = catalog_simbad.sky(
            [catalog_simbad.an_object("NGC 7", 7.0, 10.0, galdim_majaxis=1.0)]
        )
        self.ned: TapSky = catalog_ned.sky([])

    def settings(self) -> CatalogSettings:
        url = f"http://127.0.0.1:{self.port}"
        return CatalogSettings.model_validate(
            {
                "ask": ["openngc-offline", "simbad", "ned", "skybot"], "required": ["simbad", "ned", "skybot"],
                "timeout_s": 10.0, "requests_per_second": 4.0,
                **catalog_simbad.options(url), **catalog_ned.options(url),
            }
        )  # fmt: skip

    @asynccontextmanager
    async def up(self) -> AsyncIterator[None]:
        app = web.Application(client_max_size=64_000_000)
        app.router.add_post(f"{catalog_simbad.PATH}/sync", self.simbad.sync)
        app.router.add_post(f"{catalog_ned.PATH}/sync", self.ned.sync)
        async with TestServer(app, port=self.port, shutdown_timeout=0.1):
            yield


def findings(store: Store) -> list[int]:
    ids = measured(store, normals(COUNT), place=True)
    store.verdicts.put_many([(image_id, a_verdict(5.0, Decision.ANOMALY)) for image_id in ids])
    return ids


def test_no_network_is_no_discovery_and_its_return_closes_every_question(store: Store) -> None:
    ids, network = findings(store), Network()
    settings = network.settings()
    matcher = CrossMatcher(settings, store.crossref)
    look_up = LookUp(store, matcher, settings, Ears(), Announcer(store))

    def summary() -> dict[CatalogState, int]:
        return {state: count for state, count in store.crossref.summary().items() if count}

    async def days() -> None:
        assert await look_up.sweep() == 0
        assert await store.run(summary) == {CatalogState.NOT_ANSWERED: COUNT}
        assert await look_up.sweep() == 0
        async with network.up():
            assert await look_up.sweep() == COUNT
        assert await store.run(summary) == {CatalogState.KNOWN: 1, CatalogState.UNKNOWN: COUNT - 1}
        assert await look_up.sweep() == 0

    asyncio.run(days())
    assert (len(network.simbad.asked), len(network.ned.asked)) == (2, 1)
    told = [event.image_id for event in store.events.after(0) if event.kind is EventKind.CROSS_MATCHED]
    assert sorted(told) == ids  # type: ignore[type-var]
    (known,) = [image_id for image_id in ids if store.images.get(image_id).catalogue is CatalogState.KNOWN]  # type: ignore[union-attr]
    (answer,) = [one for one in store.crossref.get(known) if one.catalogue == "simbad"]
    assert (answer.matches[0].name, answer.matches[0].chance_probability < 1e-3) == ("NGC 7", True)


def test_the_return_of_the_network_is_heard_at_once(store: Store) -> None:
    findings(store)
    network = Network()
    settings = network.settings()
    look_up = LookUp(store, CrossMatcher(settings, store.crossref), settings, Ears(), Announcer(store))

    async def days() -> None:
        async with asyncio.timeout(30), asyncio.TaskGroup() as group:
            for _ in range(6):  # until every catalogue rests
                assert await look_up.sweep() == 0
            task = group.create_task(look_up.run(), name="look up")
            async with network.up():
                look_up.network_turned(False)
                look_up.network_turned(True)
                while (await store.run(store.crossref.summary))[CatalogState.UNKNOWN] < COUNT - 1:
                    await asyncio.sleep(0.02)
            task.cancel()

    asyncio.run(days())
    assert len(network.simbad.asked) < 10


def test_answers_are_counted_and_pictures_without_a_place_say_so(store: Store) -> None:
    placed = measured(store, normals(2), place=True)
    placeless = measured(store, normals(1), first=2, place=False)
    settings, counts = Network().settings(), StageCounts()
    asking = Asking(store, CrossMatcher(settings, store.crossref), settings, counts)
    records = [store.images.get(image_id) for image_id in [*placed, *placeless]]
    outcomes = asyncio.run(asking.ask_many([record for record in records if record is not None]))
    assert [state for _, state in outcomes] == [CatalogState.NOT_ANSWERED] * 2 + [CatalogState.NO_POSITION]
    assert [len(answers) for answers, _ in outcomes] == [3, 3, 0]  # no epoch: what moves is not asked
    assert (counts.done, counts.delayed) == (2, 2)
    assert asyncio.run(asking.ask_many([])) == []
