"""Each GET route has one question, and each question a route."""

import inspect
import re
from collections.abc import Callable
from typing import Any

from astrolens.api import questions, review_calls, view_calls
from astrolens.api.call import Call
from tests.api.test_openapi import served_routes

ORDERS = frozenset({"label_many", "undo", "redo", "remark", "hold"})  # of the modules that hold both


def _is_of_one(function: Callable[..., Any]) -> bool:
    return bool({"image_id", "number"} & set(inspect.signature(function).parameters))


async def test_questions_and_routes_are_the_same() -> None:
    asked = set()
    for module in (questions, review_calls, view_calls):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ != module.__name__ or name.startswith("_") or name in ORDERS:
                continue
            call = function(5) if _is_of_one(function) else function()
            assert isinstance(call, Call), name
            asked.add((call.method, call.path.replace("5", "{}")))
    routes = {
        (route.method, re.sub(r"\{\w+\}", "{}", route.path))
        for route in await served_routes()
        if route.method == "GET" and route.path != "/events"
    }
    assert asked == routes
