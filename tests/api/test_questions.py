"""Each GET route has one question, and each question a route."""

import inspect

from astrolens.api import questions
from astrolens.api.call import Call
from tests.api.test_openapi import served_routes


async def test_questions_and_routes_are_the_same() -> None:
    asked = set()
    for name, function in inspect.getmembers(questions, inspect.isfunction):
        if function.__module__ != questions.__name__:
            continue
        call = function(5) if "image_id" in inspect.signature(function).parameters else function()
        assert isinstance(call, Call), name
        asked.add((call.method, call.path.replace("5", "{}")))
    routes = {
        (route.method, route.path.replace("{id}", "{}").replace("{image_id}", "{}"))
        for route in await served_routes()
        if route.method == "GET" and route.path != "/events"
    }
    assert asked == routes
