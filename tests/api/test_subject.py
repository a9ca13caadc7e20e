"""A route is written down in one line, and a subject without routes cannot be made."""

import pytest
from aiohttp import web

from astrolens.api.route import Asked
from astrolens.api.subject import Subject, get, post
from astrolens.api.wire_steering import ControlReply


async def nothing(_asked: Asked) -> web.StreamResponse:
    return web.Response()


def test_method_and_extras_are_kept() -> None:
    one = post("/a", nothing, ControlReply, "Does it.", status=202, socket_only=True)
    assert (one.method, one.path, one.status, one.socket_only) == ("POST", "/a", 202, True)
    assert get("/a", nothing, None, "Looks.").method == "GET"


def test_a_subject_has_routes() -> None:
    class Silent(Subject):
        pass

    with pytest.raises(TypeError, match="routes"):
        Silent(None)  # type: ignore[abstract, arg-type]
