"""A million rows of which few are held."""

from pathlib import Path

from astrolens.api.client import Client
from astrolens.tui.pages import KEPT_PAGES, PAGE_ROWS, CandidatePages
from astrolens.tui.query import CandidateQuery
from tests.tui.fake_daemon import FakeDaemon


async def test_rows_come_by_page_and_old_pages_go(socket: Path) -> None:
    async with FakeDaemon(socket, total=1_000_000) as daemon, Client(socket) as client:
        pages = CandidatePages(client, CandidateQuery())
        assert pages.row(0) is None
        assert not pages.loaded
        await pages.fetch(0)
        first = pages.row(0)
        assert first is not None
        assert first["id"] == 1
        assert pages.total == 1_000_000
        for page in range(1, KEPT_PAGES + 3):
            await pages.fetch(page)
        assert pages.row(0) is None, "the first page was forgotten"
        assert pages.held() == KEPT_PAGES * PAGE_ROWS
        read = daemon.pages_read
        await pages.fetch(0)
        assert daemon.pages_read == read + 1


async def test_any_row_is_one_question_away_and_its_neighbours_come_by_cursor(socket: Path) -> None:
    async with FakeDaemon(socket, total=1_000_000) as daemon, Client(socket) as client:
        pages = CandidatePages(client, CandidateQuery())
        await pages.fetch(0)
        for page, how in (
            (2500, "rank=500000"),
            (2501, "after=500200"),
            (2499, "before=500000"),
            (4999, "rank=999800"),
        ):
            await pages.fetch(page)
            row = pages.row(page * PAGE_ROWS + 7)
            assert row is not None
            assert row["id"] == page * PAGE_ROWS + 8
            assert how in daemon.asked[-1]
        assert daemon.pages_read == 5


async def test_the_last_page_tells_how_many_rows_there_are(socket: Path) -> None:
    async with FakeDaemon(socket, total=4_321) as daemon, Client(socket) as client:
        daemon.counts = False
        pages = CandidatePages(client, CandidateQuery())
        await pages.fetch(0)
        assert (pages.total, pages.exact) == (300, False)
        await pages.fetch_last()
        assert (pages.total, pages.exact) == (4_321, True)
        assert pages.row(4_320) is not None


async def test_a_list_that_shrank_ends_where_it_ends(socket: Path) -> None:
    async with FakeDaemon(socket, total=1_000) as daemon, Client(socket) as client:
        pages = CandidatePages(client, CandidateQuery())
        await pages.fetch(0)
        daemon.total = 450
        await pages.fetch(4)
        assert pages.total == 450
        await pages.fetch(1)
        assert pages.first_missing(0, 999) is None


async def test_missing_pages_are_named(socket: Path) -> None:
    async with FakeDaemon(socket, total=900) as _daemon, Client(socket) as client:
        pages = CandidatePages(client, CandidateQuery())
        assert pages.first_missing(0, 10) is None, "nothing is known to exist yet"
        await pages.fetch(0)
        assert pages.first_missing(150, 260) == 1
        assert pages.first_missing(0, 199) is None
