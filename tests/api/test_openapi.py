"""The document and the server say the same, and so does docs/api.md."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from aiohttp import web

from astrolens.api.client import Client
from astrolens.api.context import ApiContext
from astrolens.api.hub import EventHub
from astrolens.api.openapi import document, operation_id
from astrolens.api.questions import openapi
from astrolens.api.route import Route
from astrolens.api.server import all_routes, build_app
from astrolens.config.paths import resolve
from astrolens.config.settings import Settings
from astrolens.store.store import open_store
from tests.api.conftest import House, SmallDaemon

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"


async def served_routes() -> Sequence[Route]:
    """Every route, of a house that is closed again."""
    store = await asyncio.to_thread(open_store, resolve(Settings()))
    context = ApiContext(
        store=store, control=SmallDaemon(store), hub=EventHub(), upload_limit_bytes=1, version="0"
    )
    try:
        routes, _ = all_routes(context, Settings())
        application = build_app(context, Settings())
    finally:
        await asyncio.to_thread(store.close)
    in_router = {
        (entry.method, entry.resource.canonical)
        for entry in application.router.routes()
        if isinstance(entry.resource, web.Resource) and entry.method != "HEAD"
    }
    assert in_router == {(route.method, route.path) for route in routes}
    return routes


async def test_the_document_lists_exactly_what_is_served(house: House, client: Client) -> None:
    told = cast("dict[str, Any]", await client.ask(openapi()))
    listed = {(method.upper(), path) for path, methods in told["paths"].items() for method in methods}
    assert listed == {(route.method, route.path) for route in house_routes(house)}
    assert told["openapi"].startswith("3.1")


def house_routes(house: House) -> Sequence[Route]:
    context = ApiContext(
        store=house.store, control=house.control, hub=house.hub, upload_limit_bytes=1, version="0"
    )
    return all_routes(context, Settings())[0]


async def test_every_operation_has_a_name_words_and_its_refusals() -> None:
    routes = await served_routes()
    told = document(routes, "0")
    operations = [operation for methods in told["paths"].values() for operation in methods.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names) == len(routes)
    assert "get_images_id_file" in names
    for operation in operations:
        assert operation["summary"].endswith(".")
        assert {"400", "401", "403", "500"} <= set(operation["responses"])
    parameters = told["paths"]["/candidates"]["get"]["parameters"]
    decision = next(parameter for parameter in parameters if parameter["name"] == "decision")
    assert decision["schema"]["items"]["enum"] == ["anomaly", "near_miss", "normal", "calibrating"]
    body = told["paths"]["/labels"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["required"] == ["image_id", "value"]


async def test_the_page_for_people_names_every_route_and_parameter() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for route in await served_routes():
        assert f"`{route.method} {route.path}`" in page, operation_id(route)
        for parameter in route.parameters:
            assert f"`{parameter.name}`" in page, (route.path, parameter.name)
