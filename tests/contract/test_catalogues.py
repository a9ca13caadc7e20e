"""Every catalogue under everything that a server can do wrong: an answer, or the word that there was none."""

import asyncio
from typing import Any

import pytest

from astrolens.catalog.roster import build
from astrolens.domain.finding import CatalogOutcome
from tests.contract.cases import CASES, Case
from tests.contract.conftest import Note
from tests.contract.discover import services
from tests.contract.spoiler import spoiling
from tests.contract.table import Cell
from tests.fakes.known_place import QUESTION
from tests.fakes.service import FakeService

SERVICES = services(catalogues=True)
ANSWER = "answer"
TRIED = [(service, case) for service in SERVICES for case in CASES if not case.pictures_only]
WORDS = {
    CatalogOutcome.MATCH: "match",
    CatalogOutcome.NO_MATCH: "no match",
    CatalogOutcome.NOT_ANSWERED: "not answered",
}
_TIMEOUT_S = 0.3
_SLOW = {"slow drip", "stall in the middle", "stall before the answer"}


@pytest.mark.parametrize(("service", "case"), TRIED, ids=[f"{s.name}-{c.name}" for s, c in TRIED])
async def test_a_catalogue_survives(service: FakeService, case: Case, note: Note) -> None:
    async with (
        asyncio.timeout(15),
        spoiling(service.build(case.empty), case.spoil, lambda path: True) as server,
    ):
        options: dict[str, Any] = {"timeout_s": _TIMEOUT_S if case.name in _SLOW else 10.0}
        answer = await build(service.name, **options, **service.options(server.base)).look_up(QUESTION)
        assert server.trapped == 0
        assert case.spoil is None or server.spoilt
    outcome = WORDS[answer.outcome]
    assert answer.reason.isprintable()
    if case.is_fine:
        assert outcome == ("no match" if case.empty else "match"), answer.reason
    else:
        assert outcome == "not answered"
        assert answer.reason
    note(f"{service.name} (catalogue)", case.name, ANSWER, outcome)


def test_the_page_has_every_catalogue_and_no_other(
    committed: dict[Cell, str], pytestconfig: pytest.Config
) -> None:
    if pytestconfig.getoption("--write-table", default=False):
        pytest.skip("the page is being written")
    told = {cell for cell in committed if cell[2] == ANSWER}
    assert told == {(f"{service.name} (catalogue)", case.name, ANSWER) for service, case in TRIED}
