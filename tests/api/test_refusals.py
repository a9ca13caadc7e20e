"""What a failure tells, and what it keeps to itself."""

import math

import aiohttp
import pytest

from astrolens.domain.errors import BadData, ConfigError, PluginError, Unavailable
from tests.api.conftest import House


async def ask(house: House, path: str, method: str = "GET") -> tuple[int, str, dict[str, str]]:
    connector = aiohttp.UnixConnector(path=str(house.paths.socket))
    async with (
        aiohttp.ClientSession("http://localhost", connector=connector) as http,
        http.request(method, path) as answer,
    ):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        body = await answer.json()
        assert set(body) == {"error"}
        return answer.status, body["error"], dict(answer.headers)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (BadData("bad"), 422),
        (ConfigError("wrong"), 422),
        (PluginError("broken"), 422),
        (Unavailable("later"), 503),
    ],
)
async def test_the_four_errors_tell_their_words(house: House, error: Exception, status: int) -> None:
    house.control.error = error
    assert (await ask(house, "/stats"))[:2] == (status, str(error))


@pytest.mark.parametrize(("wait_s", "told"), [(2.1, "3"), (0.0, "1"), (math.inf, None), (None, None)])
async def test_a_wait_is_passed_on(house: House, wait_s: float | None, told: str | None) -> None:
    house.control.error = Unavailable("later", retry_after_s=wait_s)
    assert (await ask(house, "/stats"))[2].get("Retry-After") == told


async def test_a_bug_is_logged_and_tells_only_where_to_look(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.control.error = KeyError("/home/someone/secret")
    status, words, _ = await ask(house, "/stats")
    assert status == 500
    assert "secret" not in words
    reference = words.split("reference ")[1].split()[0]
    assert reference in caplog.text
    assert "Traceback" in caplog.text


async def test_unknown_routes_and_methods_are_named(house: House) -> None:
    status, words, _ = await ask(house, "/nothing")
    assert (status, words) == (404, "no such route; GET /openapi.json lists them")
    status, words, headers = await ask(house, "/stats", "DELETE")
    assert (status, words) == (405, "DELETE is not for this route; use GET")
    assert headers["Allow"] == "GET"


async def post(house: House, path: str, body: bytes) -> tuple[int, str]:
    connector = aiohttp.UnixConnector(path=str(house.paths.socket))
    headers = {"Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession("http://localhost", connector=connector, headers=headers) as http,
        http.post(path, data=body) as answer,
    ):
        return answer.status, (await answer.json())["error"]


async def test_a_body_that_is_too_large_is_told_the_limit(house: House) -> None:
    status, words = await post(house, "/labels", b" " * 70_000)
    assert (status, words) == (
        413, "the body has more than 65536 bytes, the most that is taken here; send less",
    )  # fmt: skip


async def test_a_member_that_comes_twice_is_refused(house: House) -> None:
    body = b'{"image_id": 1, "value": "normal", "image_id": 2}'
    assert await post(house, "/labels", body) == (400, "the body names a member twice; name it once")
