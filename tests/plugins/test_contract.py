"""One contract, run over every built-in plugin."""

import ast
import asyncio
import importlib
import json
import pkgutil
import random
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from astrolens.config.settings import Settings, SourceSettings
from astrolens.domain.clock import utc_now
from astrolens.domain.image import Offer
from astrolens.plugin import ByteSource, SourceContext, SourceOptions
from astrolens.sources.context import make_context
from astrolens.sources.known import KnownSource, file_of, known_sources
from astrolens.sources.loader import LoadedSource, load_sources
from astrolens.sources.poll import poll
from tests import fakes
from tests.fakes.archive_pictures import fits_file
from tests.fakes.service import FakeService
from tests.plugins.sky_server import PlainFetcher, SkyServer

BUILT_IN = {source.name: source for source in known_sources() if source.path is not None}


def _folder(tmp_path: Path, server: SkyServer) -> dict[str, Any]:
    for name in ("a", "b", "c", "d", "e", "f"):
        (tmp_path / f"{name}.jpg").write_bytes(name.encode())
    return {"path": str(tmp_path), "settle_s": 0.1}


def _sdss(tmp_path: Path, server: SkyServer) -> dict[str, Any]:
    return {"base_url": server.url}


def _simulated(tmp_path: Path, server: SkyServer) -> dict[str, Any]:
    return {}


def _archive(tmp_path: Path, server: SkyServer) -> dict[str, Any]:
    for name in ("a", "b", "c", "d", "e", "f"):
        (tmp_path / f"{name}.fits").write_bytes(fits_file(name))
    return {"path": str(tmp_path), "hdu": "all"}


OPTIONS: dict[str, Callable[[Path, SkyServer], dict[str, Any]]] = {
    "archive": _archive,
    "folder": _folder,
    "sdss": _sdss,
    "simulated": _simulated,
    "simulated_plates": _simulated,
    "simulated_wide": _simulated,
}


def _fakes() -> dict[str, FakeService]:
    """Fake servers of plugins, one in each module of `tests.fakes` that has a ``SERVICE``."""
    modules = [
        importlib.import_module(f"tests.fakes.{module.name}")
        for module in pkgutil.iter_modules(fakes.__path__)
    ]
    services = [service for module in modules if (service := getattr(module, "SERVICE", None)) is not None]
    return {service.name: service for service in services if service.name in BUILT_IN}


FAKES = _fakes()


@pytest.fixture(params=sorted(BUILT_IN))
def known(request: pytest.FixtureRequest) -> KnownSource:
    return BUILT_IN[request.param]


class Host:
    """Loads a plugin afresh and polls it."""

    def __init__(self, name: str, options: dict[str, Any], fetcher: PlainFetcher) -> None:
        self._table = {"enabled": True, **options}
        self._name = name
        self._fetcher = fetcher

    async def load(self) -> LoadedSource:
        tables = {"sources": {self._name: self._table}}
        (loaded,) = await asyncio.to_thread(load_sources, Settings.model_validate(tables))
        assert loaded.error == ""
        return loaded

    async def offers(self, loaded: LoadedSource, cursor: dict[str, Any], limit: int = 4) -> list[Offer]:
        return await poll(loaded, self.context(loaded, cursor, limit, set()), 15.0)

    def context(
        self, loaded: LoadedSource, cursor: dict[str, Any], limit: int, known: set[str]
    ) -> SourceContext:
        return make_context(
            loaded,
            cursor=cursor,
            is_known=known.__contains__,
            fetch=self._fetcher,
            limit=limit,
            seed=1,
            now=lambda: utc_now() + timedelta(hours=1),
        )


@pytest.fixture
async def fake_url(known: KnownSource) -> AsyncIterator[str]:
    """Address of the plugin's fake server; empty when it has none."""
    if known.name not in FAKES:
        yield ""
        return
    runner = web.AppRunner(FAKES[known.name].build(False))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    yield f"http://{host}:{port}"
    await runner.cleanup()


@pytest.fixture
async def host(
    known: KnownSource, tmp_path: Path, sky_server: SkyServer, fake_url: str, fetcher: PlainFetcher
) -> Host:
    if fake_url:
        return Host(known.name, dict(FAKES[known.name].options(fake_url)), fetcher)
    folder = tmp_path / "source"
    await asyncio.to_thread(folder.mkdir)
    return Host(known.name, OPTIONS[known.name](folder, sky_server), fetcher)


def test_every_plugin_is_under_contract() -> None:
    assert set(BUILT_IN) == set(OPTIONS) | set(FAKES), (
        "a new plugin needs a fake server, or its options in this file"
    )


async def test_it_says_who_it_is(host: Host, known: KnownSource) -> None:
    source = (await host.load()).working()
    assert source.name == known.name
    assert known.title == source.title != ""
    assert not source.hosts or (source.licence and source.credit)
    assert source.poll_interval_s >= 1
    assert source.offers.__doc__


def test_its_options_are_explained(known: KnownSource) -> None:
    (loaded,) = load_sources(Settings.model_validate({"sources": {known.name: {"enabled": True, "zz": 1}}}))
    assert f"sources.{known.name}.zz: unknown key" in loaded.error


async def test_each_option_has_its_sentence(host: Host) -> None:
    options = (await host.load()).working().Options
    assert issubclass(options, SourceOptions)
    assert not set(options.model_fields) & set(SourceSettings.model_fields)
    for name, field in options.model_fields.items():
        assert (field.description or "").endswith("."), f"{name} needs a description that is a sentence"


async def test_its_offers_are_within_limits_and_taken_as_they_are(host: Host) -> None:
    loaded = await host.load()
    offers = await host.offers(loaded, {})
    assert 1 <= len(offers) <= 4
    assert len(await host.offers(await host.load(), {}, limit=1)) == 1
    assert len({offer.key for offer in offers}) == len(offers)
    source = loaded.working()
    for offer in offers:
        assert offer.source == source.name
        assert bool(offer.licence and offer.credit) == bool(source.licence and source.credit)
        web = offer.url.startswith("http")
        assert web == bool(source.hosts)
        assert web or offer.url.startswith("file:") or isinstance(source, ByteSource)


async def test_its_keys_and_addresses_are_stable(host: Host) -> None:
    one = await host.offers(await host.load(), {})
    other = await host.offers(await host.load(), {})
    assert one == other


async def test_it_goes_on_after_a_restart(host: Host) -> None:
    cursor: dict[str, Any] = {}
    first = await host.offers(await host.load(), cursor, limit=2)
    cursor = json.loads(json.dumps(cursor))
    loaded = await host.load()
    known = {offer.key for offer in first}
    second = await poll(loaded, host.context(loaded, cursor, 2, known), 15.0)
    assert len(second) == 2
    assert not known & {offer.key for offer in second}


async def test_it_is_cancelled_cleanly_at_any_moment(host: Host) -> None:
    loaded = await host.load()
    chance = random.Random(7)
    for _ in range(12):
        cursor: dict[str, Any] = {}
        async with asyncio.TaskGroup() as group:
            task = group.create_task(host.offers(loaded, cursor), name="poll")
            for _ in range(chance.randrange(20)):
                await asyncio.sleep(0)
            task.cancel()
        if task.cancelled():
            assert cursor == {}
    assert await host.offers(loaded, {})


async def test_it_reads_its_own_schemes(host: Host) -> None:
    loaded = await host.load()
    source = loaded.working()
    for offer in await host.offers(loaded, {}, limit=2):
        if isinstance(source, ByteSource):
            one = await asyncio.to_thread(source.read, offer, loaded.options)
            other = await asyncio.to_thread((await host.load()).working().read, offer, loaded.options)  # type: ignore[attr-defined]
            assert one == other
            assert one[:4] in {b"\xff\xd8\xff\xe0", b"\x89PNG", b"SIMP"}


def test_it_imports_nothing_of_the_house_but_the_plugin_surface(known: KnownSource) -> None:
    path = known.path
    assert path is not None
    own = f"astrolens_plugins.{known.name.split('_')[0]}"
    for file in sorted(path.rglob("*.py")) if path.is_dir() else [file_of(path)]:
        for node in ast.walk(ast.parse(file.read_bytes())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                house = name.split(".")[0] in {"astrolens", "astrolens_plugins", "plugins"}
                assert not house or name == "astrolens.plugin" or name.startswith(own), f"{file}: {name}"
                assert name.split(".")[0] not in {"torch", "aiohttp", "sqlite3", "requests", "urllib3"}
