"""GET /sky, /embedding, /models, /settings, /sources, /transients, /events/before and POST /control/hold."""

import asyncio
from typing import Any, cast

import pytest

from astrolens.api import view_calls
from astrolens.api.call import Call
from astrolens.api.client import Client
from astrolens.api.context import ApiContext
from astrolens.api.event_pages import EventPageHandlers
from astrolens.api.models import ModelHandlers
from astrolens.api.settings_view import SettingsHandlers
from astrolens.api.shapes import mistake_in, schema_of
from astrolens.api.sky import SkyHandlers
from astrolens.api.transients import NOT_INSTALLED, TransientHandlers
from astrolens.api.view_calls import events_before, hold
from astrolens.api.views import Views
from astrolens.api.wire import EventPage
from astrolens.api.wire_models import ModelsReply
from astrolens.api.wire_settings import SettingsReply, SourcesReply
from astrolens.api.wire_sky import EmbeddingReply, SkyReply
from astrolens.api.wire_transients import TransientPage
from astrolens.domain.errors import BadData
from astrolens.domain.event import Event, EventKind
from tests.api.conftest import House, judged


@pytest.mark.parametrize(
    ("call", "shape"),
    [
        (view_calls.sky(), SkyReply), (view_calls.embedding(limit=50), EmbeddingReply),
        (view_calls.models(), ModelsReply), (view_calls.settings(), SettingsReply),
        (view_calls.sources(), SourcesReply), (view_calls.transients(), TransientPage),
        (events_before(), EventPage),
    ],
)  # fmt: skip
async def test_each_answers_in_its_shape(client: Client, call: Call[Any], shape: type) -> None:
    answered = await cast(Any, client).ask(call)
    assert mistake_in(answered, schema_of(shape)) is None


async def test_the_sky_is_counted(house: House, client: Client) -> None:
    await asyncio.to_thread(judged, house.store, 3)
    await asyncio.to_thread(judged, house.store, 2, source="folder", position=False)
    reply = await client.ask(view_calls.sky())
    assert (reply["judged"], reply["without_position"]) == (3, 2)


async def test_transients_are_not_pretended(client: Client) -> None:
    page = await client.ask(view_calls.transients())
    assert page == {
        "rows": [], "installed": False, "reason": NOT_INSTALLED,
    }  # fmt: skip
    with pytest.raises(BadData, match=NOT_INSTALLED):
        await client.ask(view_calls.transient(1))
    with pytest.raises(BadData, match=NOT_INSTALLED):
        await client.ask(view_calls.stamps(1))


async def test_events_are_read_back_page_by_page(house: House, client: Client) -> None:
    kinds = (EventKind.STARTED, EventKind.IMAGE_DONE, EventKind.FINDING)
    events = [Event(kind=kinds[number % 3], at="2026-11-21T00:00:00.000Z") for number in range(9)]
    await house.store.run(house.store.events.add_many, events)
    newest = await client.ask(events_before(limit=4))
    assert [row["sequence"] for row in newest["rows"]] == [6, 7, 8, 9]
    older = await client.ask(events_before(before=6, limit=4, kinds=("started", "finding")))
    assert [row["sequence"] for row in older["rows"]] == [1, 3, 4]
    with pytest.raises(BadData, match="kind is 'nonsense'"):
        await client.ask(events_before(kinds=("nonsense",)))


async def test_a_source_is_held(house: House, client: Client) -> None:
    await client.ask(hold("sdss", held=True))
    assert house.control.views.held == {"sdss": True}
    with pytest.raises(BadData, match="no source 'sds'; did you mean sdss"):
        await client.ask(hold("sds", held=True))


async def test_the_small_daemon_is_one(house: House) -> None:
    views: Views = house.control.views
    context = ApiContext(
        store=house.store, control=house.control, hub=house.hub, upload_limit_bytes=1, version="0"
    )
    subjects = (SkyHandlers, ModelHandlers, SettingsHandlers, TransientHandlers, EventPageHandlers)
    routes = [route for subject in subjects for route in subject(context).routes()]
    assert len({(route.method, route.path) for route in routes}) == 13
    assert views.sources()["sources"] == []
