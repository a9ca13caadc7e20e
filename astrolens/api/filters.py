"""GET and POST /filters, POST /filters/remove: filters of the candidate list that have a name."""

from aiohttp import web

from astrolens.api.route import Asked, Route, json_reply
from astrolens.api.subject import Subject, get, post
from astrolens.api.wire_filters import SavedFilter, SavedFilterName
from astrolens.domain.filter_text import parse_filter
from astrolens.domain.text import clean

LONGEST_NAME = 40


class FilterHandlers(Subject):
    """Answers of ``/filters``."""

    def routes(self) -> list[Route]:
        """Routes of this subject.

        Returns
        -------
        list of Route
            For the server and the document.
        """
        return [
            get("/filters", self._all, list[SavedFilter], "Filters that were given a name."),
            post(
                "/filters",
                self._save,
                list[SavedFilter],
                "Give a filter a name; one of the same name is replaced.",
                body=SavedFilter,
                errors=(409,),
            ),
            post(
                "/filters/remove",
                self._remove,
                list[SavedFilter],
                "Forget a filter.",
                body=SavedFilterName,
                errors=(404,),
            ),
        ]

    async def _all(self, _asked: Asked) -> web.StreamResponse:
        store = self._context.store
        saved = await store.run(store.saved_filters.all)
        return json_reply([SavedFilter(name=name, words=words) for name, words in saved.items()])

    async def _save(self, asked: Asked) -> web.StreamResponse:
        name = clean(asked.body["name"], LONGEST_NAME).strip()
        if not name:
            raise web.HTTPBadRequest(text="the name is empty; give the filter one")
        try:
            parse_filter(asked.body["words"])
        except ValueError as error:
            raise web.HTTPBadRequest(text=str(error)) from None
        store = self._context.store
        try:
            await store.run(store.saved_filters.put, name, asked.body["words"])
        except ValueError as error:
            raise web.HTTPConflict(text=str(error)) from None
        return await self._all(asked)

    async def _remove(self, asked: Asked) -> web.StreamResponse:
        store = self._context.store
        if not await store.run(store.saved_filters.remove, asked.body["name"]):
            raise web.HTTPNotFound(text=f"there is no saved filter {clean(asked.body['name'], 60)!r}")
        return await self._all(asked)
