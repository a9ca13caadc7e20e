"""Candidates by row number, read in pages of a cursor; only the newest pages are kept."""

from collections import OrderedDict

from astrolens.api.client import Client
from astrolens.api.wire import CandidatePage, CandidateRow
from astrolens.tui.query import CandidateQuery

PAGE_ROWS = 200
KEPT_PAGES = 32
_LONGEST_READ = 1000  # rows in one answer when a far row is walked to


class CandidatePages:
    """One ordered list of candidates as it was when its first page was read.

    The daemon answers pages after a cursor and never by number, so a row far ahead is walked to in
    big steps; the cursors that are met on the way are kept and make the way back one step.
    """

    def __init__(self, client: Client, query: CandidateQuery) -> None:
        self.query = query
        self.total = 0
        self.near_misses = 0
        self.loaded = False
        self._client = client
        self._pages: OrderedDict[int, list[CandidateRow]] = OrderedDict()
        self._cursors: dict[int, str | None] = {0: None}

    def row(self, index: int) -> CandidateRow | None:
        """The row, or None while its page has not been read."""
        page = self._pages.get(index // PAGE_ROWS)
        if page is None:
            return None
        self._pages.move_to_end(index // PAGE_ROWS)
        offset = index % PAGE_ROWS
        return page[offset] if offset < len(page) else None

    def first_missing(self, first: int, last: int) -> int | None:
        """First page between two rows that has not been read."""
        last = min(last, self.total - 1)
        for page in range(max(0, first) // PAGE_ROWS, last // PAGE_ROWS + 1 if last >= 0 else 0):
            if page not in self._pages:
                return page
        return None

    def frontier(self) -> int:
        """First row that no cursor has reached yet."""
        return max(self._cursors) * PAGE_ROWS

    async def step_towards(self, page: int) -> bool:
        """Read once on the way to a page; True when it is there or cannot be."""
        start = max(known for known in self._cursors if known <= page)
        wanted = min(_LONGEST_READ, (page - start + 1) * PAGE_ROWS)
        answer = await self._client.ask(self.query.page(self._cursors[start], wanted))
        self._keep(start, answer, wanted)
        return page in self._pages or page * PAGE_ROWS >= self.total

    def _keep(self, start: int, answer: CandidatePage, wanted: int) -> None:
        self.near_misses = answer["near_misses"]
        self.loaded = True
        rows = answer["rows"]
        for offset in range(0, len(rows), PAGE_ROWS):
            self._put(start + offset // PAGE_ROWS, rows[offset : offset + PAGE_ROWS])
        if answer["next"] is None or not rows:
            self.total = start * PAGE_ROWS + len(rows)
        else:
            self._cursors[start + wanted // PAGE_ROWS] = answer["next"]
            asked = answer["total"] if start == 0 else self.total
            self.total = max(asked, self.frontier() + 1)

    def _put(self, page: int, rows: list[CandidateRow]) -> None:
        self._pages[page] = rows
        self._pages.move_to_end(page)
        while len(self._pages) > KEPT_PAGES:
            self._pages.popitem(last=False)
