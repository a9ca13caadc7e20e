"""Every source under everything that a server can do wrong: pictures arrive, or an error says what to do."""

import asyncio
import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from astrolens.config.settings import Settings
from astrolens.domain.errors import BadData, ConfigError, PluginError, Unavailable
from astrolens.domain.image import Offer
from astrolens.download.fetch import HttpFetcher
from astrolens.download.limits import DecodeLimits
from astrolens.download.stage import decode
from astrolens.sources.context import make_context
from astrolens.sources.loader import LoadedSource, load_sources
from astrolens.sources.poll import poll
from tests.contract.cases import CASES, Case
from tests.contract.conftest import Note
from tests.contract.discover import services
from tests.contract.spoiler import LIMIT_MB, RETRY_AFTER_S, Spoiler, spoiling
from tests.contract.table import Cell
from tests.download.servers import Clock, fetcher
from tests.fakes.service import FakeService

SERVICES = services(catalogues=False)
SEARCH, PICTURE = "search", "picture"
TRIED = [
    (service, case, what)
    for service in SERVICES
    for case in CASES
    for what in (SEARCH, PICTURE)
    if what == PICTURE or not case.pictures_only
]
_OFFERS = 8
_PICTURES = 2
_STALL_S = 0.1
_TIMEOUT_S = 0.25
_LIMITS = DecodeLimits(megapixels=16.0, unpacked_mb=32.0)
_SLOW = {"slow drip", "stall in the middle", "stall before the answer"}


@pytest.mark.parametrize(
    ("service", "case", "what"), TRIED, ids=[f"{s.name}-{c.name}-{w}" for s, c, w in TRIED]
)
async def test_a_source_survives(
    service: FakeService, case: Case, what: str, tmp_path: Path, note: Note
) -> None:
    def is_spoiled(path: str) -> bool:
        return path.startswith(tuple(service.pictures)) == (what == PICTURE)

    async with (
        spoiling(service.build(case.empty), case.spoil, is_spoiled) as server,
        _fetcher(case) as http,
    ):
        loaded = await asyncio.to_thread(_load, service, server.base)
        offers, outcome = await _offers(loaded, http)
        if what == PICTURE:
            assert case.empty or len(offers) == service.expected, outcome
            outcome = await _pictures(offers[:_PICTURES], loaded, http, server, tmp_path)
        elif case.spoil is not None and not server.spoilt:
            assert len(offers) == service.expected
            outcome = "not asked"
        assert server.trapped == 0
    if case.is_fine and not case.empty:
        assert outcome == (f"{service.expected} offers" if what == SEARCH else "picture") or (
            outcome == "not asked"
        )
    elif case.spoil is not None and what == PICTURE:
        assert outcome in {"BadData", "Unavailable"}
    note(service.name, case.name, what, outcome)


def test_the_page_has_every_case_and_no_other(
    committed: dict[Cell, str], pytestconfig: pytest.Config
) -> None:
    if pytestconfig.getoption("--write-table", default=False):
        pytest.skip("the page is being written")
    sources = {service.name for service in SERVICES}
    told = {cell for cell in committed if cell[2] in (SEARCH, PICTURE)}
    assert told == {(service.name, case.name, what) for service, case, what in TRIED}, (
        f"run pytest tests/contract --write-table (sources: {sorted(sources)})"
    )


def _fetcher(case: Case) -> HttpFetcher:
    slow = {"stall_s": _STALL_S, "timeout_s": _TIMEOUT_S} if case.name in _SLOW else {"timeout_s": 15.0}
    return fetcher(Clock(), attempts=1, limit_mb=LIMIT_MB, **slow)  # type: ignore[arg-type]


def _load(service: FakeService, base_url: str) -> LoadedSource:
    table = {"enabled": True, **service.options(base_url)}
    (loaded,) = load_sources(Settings.model_validate({"sources": {service.name: table}}))
    assert loaded.error == ""
    return loaded


async def _offers(loaded: LoadedSource, http: HttpFetcher) -> tuple[list[Offer], str]:
    context = make_context(
        loaded,
        cursor={},
        is_known=lambda key: False,
        fetch=http.for_plugin(loaded.hosts),
        limit=_OFFERS,
        seed=1,
    )
    try:
        offers = await poll(loaded, context, 15.0)
    except (ConfigError, PluginError, Unavailable) as error:
        return [], _told(error)
    return offers, f"{len(offers)} offers"


def _told(error: Exception) -> str:
    """Name of an error whose words can be shown."""
    kept_waiting = isinstance(error, Unavailable) and " 429 " in str(error)
    well_told = str(error).isprintable() and "Traceback" not in str(error) and len(str(error)) < 500
    if not well_told or (kept_waiting and error.retry_after_s != RETRY_AFTER_S):  # type: ignore[attr-defined]
        raise AssertionError(f"badly told: {error!r}")
    return type(error).__name__


async def _pictures(
    offers: Sequence[Offer], loaded: LoadedSource, http: HttpFetcher, server: Spoiler, tmp_path: Path
) -> str:
    tries = [
        _picture(offer, loaded, http, server, tmp_path / str(number)) for number, offer in enumerate(offers)
    ]
    outcomes = await asyncio.gather(*tries)
    assert len(set(outcomes)) <= 1, outcomes
    return outcomes[0] if outcomes else "nothing to fetch"


async def _picture(offer: Offer, loaded: LoadedSource, http: HttpFetcher, server: Spoiler, into: Path) -> str:
    try:
        file = await http.fetch(offer.url, into, loaded.hosts)
        await asyncio.to_thread(decode, file.path, _LIMITS)
    except (BadData, Unavailable) as error:
        return _told(error)
    good = {hashlib.sha256(body).hexdigest() for body in server.good.values()}
    assert file.sha256 in good, "a wrong picture"
    return "picture"
