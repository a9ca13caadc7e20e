"""What every test of the contract notes down, and the page that is written from it."""

from collections.abc import Callable

import pytest

from tests.contract.table import FILE, Cell, parse, render

_SEEN = pytest.StashKey[dict[Cell, str]]()
Note = Callable[[str, str, str, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-table", action="store_true", help="write docs/contract.md from what is seen")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_SEEN] = {}


@pytest.fixture(scope="session")
def committed() -> dict[Cell, str]:
    return _committed()


def _committed() -> dict[Cell, str]:
    return parse(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


@pytest.fixture
def note(request: pytest.FixtureRequest, committed: dict[Cell, str]) -> Note:
    """Remember an outcome, and compare it with the page."""
    writing = bool(request.config.getoption("--write-table", default=False))
    seen = request.config.stash.setdefault(_SEEN, {})

    def noted(service: str, case: str, what: str, outcome: str) -> None:
        seen[service, case, what] = outcome
        if not writing:
            said = committed.get((service, case, what))
            assert said == outcome, f"docs/contract.md says {said!r}; run pytest tests/contract --write-table"

    return noted


def pytest_sessionfinish(session: pytest.Session) -> None:
    seen = session.config.stash.get(_SEEN, {})
    if seen and session.config.getoption("--write-table", default=False):
        tried = {service for service, _, _ in seen}
        others = {cell: word for cell, word in _committed().items() if cell[0] not in tried}
        FILE.write_text(render(others | seen), encoding="utf-8")
