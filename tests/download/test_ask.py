"""Searches that a plain GET cannot say: forms, headers, statuses that mean something."""

import pytest
from aiohttp import web

from astrolens.domain.errors import BadData, Unavailable
from tests.download.servers import HOSTS, Clock, fetcher, survey


async def mirror(request: web.Request) -> web.StreamResponse:
    form = {key: str(value) for key, value in (await request.post()).items()}
    facts = {
        "method": request.method,
        "form": form,
        "query": dict(request.query),
        "agent": request.headers["User-Agent"],
    }
    return web.json_response(facts, headers={"X-Rate-Limit-Remaining": "3"})


async def missing(_: web.Request) -> web.StreamResponse:
    return web.json_response({"code": 404}, status=404)


async def elsewhere(_: web.Request) -> web.StreamResponse:
    return web.Response(status=307, headers={"Location": "/ask"})


async def limited(_: web.Request) -> web.StreamResponse:
    return web.Response(status=429, headers={"x-rate-limit-reset": "55"})


async def page(_: web.Request) -> web.StreamResponse:
    return web.Response(text="<html>\x1b[2J</html>")


async def test_a_form_is_posted_and_headers_come_back() -> None:
    async with survey({"/ask": mirror}) as server, fetcher(Clock()) as http:
        lent = http.for_plugin(HOSTS)
        posted = await lent.ask(f"{server.base}/ask", form={"request": '{"a": "ä+&"}'}, params={"b": "+1"})
        got = await lent.ask(f"{server.base}/ask", headers={"User-Agent": 'marker{"id":7}'})
    assert posted.headers["x-rate-limit-remaining"] == "3"
    assert posted.status == 200
    facts = await posted.json()
    assert (facts["method"], facts["form"], facts["query"]) == (
        "POST",
        {"request": '{"a": "ä+&"}'},
        {"b": "+1"},
    )
    facts = await got.json()
    assert (facts["method"], facts["agent"]) == ("GET", 'marker{"id":7}')


async def test_a_status_that_the_plugin_understands_is_no_failure() -> None:
    async with survey({"/missing": missing}) as server, fetcher(Clock()) as http:
        lent = http.for_plugin(HOSTS)
        answer = await lent.ask(f"{server.base}/missing", also=(404,))
        assert (answer.status, await answer.json()) == (404, {"code": 404})
        with pytest.raises(BadData, match="404"):
            await lent.ask(f"{server.base}/missing")


async def test_a_form_is_not_sent_on_to_where_a_redirect_leads() -> None:
    async with survey({"/ask": mirror, "/moved": elsewhere}) as server, fetcher(Clock()) as http:
        lent = http.for_plugin(HOSTS)
        with pytest.raises(Unavailable, match="redirects a form"):
            await lent.ask(f"{server.base}/moved", form={"api_key": "secret"})
        assert (await lent.ask(f"{server.base}/moved")).status == 200


@pytest.mark.parametrize("headers", [{"Authorization": "x"}, {"Host": "x"}, {"Accept": "a\r\nX: 1"}])
async def test_no_other_header_is_sent(headers: dict[str, str]) -> None:
    async with survey({"/ask": mirror}) as server, fetcher(Clock()) as http:
        with pytest.raises(BadData, match="Accept and User-Agent"):
            await http.for_plugin(HOSTS).ask(f"{server.base}/ask", headers=headers)
        assert server.asked == []


async def test_the_end_of_a_limits_window_is_waited_for() -> None:
    async with survey({"/limited": limited}) as server, fetcher(Clock()) as http:
        with pytest.raises(Unavailable) as refused:
            await http.for_plugin(HOSTS).ask(f"{server.base}/limited")
    assert refused.value.retry_after_s == 55


async def test_a_page_instead_of_json_is_no_answer() -> None:
    async with survey({"/page": page}) as server, fetcher(Clock()) as http:
        answer = await http.for_plugin(HOSTS).ask(f"{server.base}/page")
        with pytest.raises(Unavailable, match="no JSON but '<html>") as refused:
            await answer.json()
        assert "\x1b" not in str(refused.value)
        with pytest.raises(BadData):
            await http.for_plugin(HOSTS).ask("https://example.org/", form={})
