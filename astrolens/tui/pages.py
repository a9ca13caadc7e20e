"""Candidates by row number, read a page at a time from wherever one looks; only the newest pages are kept."""

from collections import OrderedDict

from astrolens.api.client import Client
from astrolens.api.wire import CandidatePage, CandidateRow
from astrolens.tui.query import CandidateQuery

PAGE_ROWS = 200
KEPT_PAGES = 32
_KEPT_CURSORS = 2048
_BEYOND_ALL = 1_000_000_000_000


class CandidatePages:
    """One ordered list of candidates as it was when its first page was read.

    A page beside one that was read is asked for with that one's cursor, so that nothing is shown twice when
    rows come in; a page anywhere else is asked for by rank.
    """

    def __init__(self, client: Client, query: CandidateQuery) -> None:
        self.query = query
        self.total = 0
        self.exact = True  # False: there are more than ``total`` rows
        self.near_misses = 0
        self.loaded = False
        self._client = client
        self._pages: OrderedDict[int, list[CandidateRow]] = OrderedDict()
        self._after: OrderedDict[int, str] = OrderedDict()  # cursor that ends where a page begins
        self._before: OrderedDict[int, str] = OrderedDict()  # cursor that begins where a page ends

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

    def held(self) -> int:
        """How many rows are in memory."""
        return sum(len(rows) for rows in self._pages.values())

    async def fetch(self, page: int) -> None:
        """Read one page; where the list ends before it, its last page is read instead."""
        after, before = self._after.get(page), self._before.get(page)
        if page == 0:
            answer = await self._client.ask(self.query.page(None, PAGE_ROWS))
        elif after is not None:
            answer = await self._client.ask(self.query.page(after, PAGE_ROWS))
        elif before is not None:
            answer = await self._client.ask(self.query.page(None, PAGE_ROWS, before=before))
            if len(answer["rows"]) < PAGE_ROWS:  # rows went away: the numbers are no longer true
                answer = await self._client.ask(self.query.page(None, PAGE_ROWS, rank=page * PAGE_ROWS))
        else:
            answer = await self._client.ask(self.query.page(None, PAGE_ROWS, rank=page * PAGE_ROWS))
        first = answer["first"]
        self._keep(page if first is None else first // PAGE_ROWS, answer)

    async def fetch_last(self) -> None:
        """Read the last page, and learn how many rows there are."""
        answer = await self._client.ask(self.query.page(None, PAGE_ROWS, rank=_BEYOND_ALL))
        self._keep((answer["first"] or 0) // PAGE_ROWS, answer)

    def _keep(self, page: int, answer: CandidatePage) -> None:
        rows = answer["rows"]
        self.loaded = True
        if answer["near_misses"] is not None:
            self.near_misses = answer["near_misses"]
        end = page * PAGE_ROWS + len(rows)
        if answer["next"] is None:
            self.total, self.exact = end, True
            for beyond in [held for held in self._pages if held > page]:
                del self._pages[beyond]
        elif answer["first"] is not None and answer["total"] is not None:
            self.total, self.exact = max(answer["total"], end + 1), answer["exact"]
        else:
            self.total = max(self.total, end + 1)
        if rows:
            self._pages[page] = rows
            self._pages.move_to_end(page)
        _note(self._after, page + 1, answer["next"])
        _note(self._before, page - 1, answer["previous"])
        while len(self._pages) > KEPT_PAGES:
            self._pages.popitem(last=False)


def _note(cursors: OrderedDict[int, str], page: int, cursor: str | None) -> None:
    if cursor is None:
        cursors.pop(page, None)
        return
    cursors[page] = cursor
    cursors.move_to_end(page)
    while len(cursors) > _KEPT_CURSORS:
        cursors.popitem(last=False)
