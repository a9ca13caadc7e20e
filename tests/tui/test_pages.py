"""A million rows of which few are held."""

from pathlib import Path

from astrolens.api.client import Client
from astrolens.tui.pages import KEPT_PAGES, PAGE_ROWS, CandidatePages
from astrolens.tui.query import CandidateQuery
from tests.tui.fake_daemon import FakeDaemon


async def walk(pages: CandidatePages, page: int) -> int:
    steps = 1
    while not await pages.step_towards(page):
        steps += 1
    return steps


async def test_rows_come_by_page_and_old_pages_go(socket: Path) -> None:
    async with FakeDaemon(socket, total=1_000_000) as daemon, Client(socket) as client:
        pages = CandidatePages(client, CandidateQuery())
        assert pages.row(0) is None
        assert not pages.loaded
        await walk(pages, 0)
        first = pages.row(0)
        assert first is not None
        assert first["id"] == 1
        assert pages.total == 1_000_000
        for page in range(1, KEPT_PAGES + 3):
            assert await walk(pages, page) == 1
        assert pages.row(0) is None, "the first page was forgotten"
        read = daemon.pages_read
        assert await walk(pages, 0) == 1
        assert daemon.pages_read == read + 1


async def test_a_far_row_is_walked_to_in_big_steps_and_back_in_one(socket: Path) -> None:
    async with FakeDaemon(socket, total=1_000_000) as daemon, Client(socket) as client:
        pages = CandidatePages(client, CandidateQuery())
        await walk(pages, 0)
        far = 20_000 // PAGE_ROWS
        assert await walk(pages, far) <= 21
        row = pages.row(20_007)
        assert row is not None
        assert row["id"] == 20_008
        assert await walk(pages, 10_000 // PAGE_ROWS) == 1
        row = pages.row(10_001)
        assert row is not None
        assert row["id"] == 10_002
        assert pages.frontier() >= 20_000
        assert daemon.pages_read < 25


async def test_a_list_that_shrank_ends_where_it_ends(socket: Path) -> None:
    async with FakeDaemon(socket, total=1_000) as daemon, Client(socket) as client:
        pages = CandidatePages(client, CandidateQuery())
        await walk(pages, 0)
        daemon.total = 450
        await walk(pages, 4)
        assert pages.total == 450
        assert pages.first_missing(440, 999) is None


async def test_missing_pages_are_named(socket: Path) -> None:
    async with FakeDaemon(socket, total=900) as _daemon, Client(socket) as client:
        pages = CandidatePages(client, CandidateQuery())
        assert pages.first_missing(0, 10) is None, "nothing is known to exist yet"
        await walk(pages, 0)
        assert pages.first_missing(150, 260) == 1
        assert pages.first_missing(0, 199) is None
