"""GET /events/before: stored events page by page, from the newest back."""

from aiohttp import web

from astrolens.api.route import Asked, Parameter, ParameterKind, Route, json_reply
from astrolens.api.rows import event_row
from astrolens.api.subject import Subject, get
from astrolens.api.wire import EventPage
from astrolens.domain.event import EventKind


class EventPageHandlers(Subject):
    """Answers about what happened earlier."""

    def routes(self) -> list[Route]:
        """Routes of this subject.

        Returns
        -------
        list of Route
            For the server and the document.
        """
        return [
            get(
                "/events/before",
                self._before,
                EventPage,
                "The newest stored events before a cursor, oldest first.",
                parameters=(
                    Parameter(
                        name="before",
                        words="Sequence number of the oldest event that is already known.",
                        kind=ParameterKind.INTEGER,
                        minimum=0,
                        maximum=2**62,
                    ),
                    Parameter(
                        name="kind",
                        words="Only these kinds.",
                        many=True,
                        default=(),
                        choices=tuple(kind.value for kind in EventKind),
                    ),
                    Parameter(
                        name="limit",
                        words="Rows in the page.",
                        kind=ParameterKind.INTEGER,
                        default=100,
                        minimum=1,
                        maximum=1000,
                    ),
                ),
            )
        ]

    async def _before(self, asked: Asked) -> web.StreamResponse:
        store, query = self._context.store, asked.query
        kinds = tuple(EventKind(kind) for kind in query["kind"])
        events = await store.run(store.events.before, query["before"], kinds, query["limit"])
        last = await store.run(store.events.last)
        return json_reply(EventPage(rows=[event_row(event) for event in events], missed=0, last=last))
