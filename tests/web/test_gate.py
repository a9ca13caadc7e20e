"""Every way in that must be shut, and the one that is open."""

import socket as sockets
from collections.abc import AsyncIterator

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.domain.errors import ConfigError
from astrolens.web.gate import Gate, checked_host
from astrolens.web.site import Site


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    """Keeps cookies, follows nothing by itself."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar, timeout=aiohttp.ClientTimeout(total=10)) as session:
        yield session


def here(site: Site, path: str = "/") -> str:
    return f"http://127.0.0.1:{site.port}{path}"


async def status(session: aiohttp.ClientSession, url: str, **headers: str) -> int:
    async with session.get(url, headers=headers, allow_redirects=False) as answer:
        await answer.read()
        return answer.status


async def let_in(session: aiohttp.ClientSession, site: Site) -> None:
    assert await status(session, site.first_address()) == 303
    assert await status(session, here(site)) == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_addresses_of_this_machine(host: str) -> None:
    assert checked_host(host) == ("127.0.0.1" if host == "localhost" else host)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "192.168.1.5", "10.0.0.1", "example.org", "", "127.0.0.1 ", "169.254.1.1"]
)
def test_addresses_that_others_reach_are_refused(host: str) -> None:
    with pytest.raises(ConfigError, match="only on this machine"):
        checked_host(host)


@given(st.text(max_size=20))
def test_no_name_is_resolved(host: str) -> None:
    try:
        assert checked_host(host) in ("127.0.0.1", host)
    except ConfigError:
        return


async def test_the_token_opens_once_and_leaves_the_address(
    site: Site, browser: aiohttp.ClientSession
) -> None:
    first = site.first_address()
    async with browser.get(first, allow_redirects=False) as answer:
        assert answer.status == 303
        assert answer.headers["Location"] == "/"
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    async with browser.get(here(site)) as answer:
        assert answer.status == 200
        assert "textual-terminal" in await answer.text()
    async with aiohttp.ClientSession() as another:
        assert await status(another, first) == 403, "spent"
    assert "token" not in site.first_address()


@pytest.mark.parametrize(
    "path",
    ["/", "/ws", "/static/js/textual.js", "/keys.js", "/download/x", "/nothing", "/?token=wrong", "/?token="],
)
async def test_without_token_or_cookie_nothing_is_shown(
    site: Site, browser: aiohttp.ClientSession, path: str
) -> None:
    assert await status(browser, here(site, path), Origin=here(site, "")) == 403
    assert (
        await status(browser, here(site, path), Cookie=f"astrolens_{site.port}=guess", Origin=here(site, ""))
        == 403
    )


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1",
        "127.0.0.1:1",
        "127.0.0.1.evil.example:{port}",
        "LOCALHOST.:{port}",
        "2130706433:{port}",
    ],
)
async def test_another_host_is_refused_even_with_the_cookie(
    site: Site, browser: aiohttp.ClientSession, host: str
) -> None:
    await let_in(browser, site)
    named = host.format(port=site.port)
    assert await status(browser, here(site), Host=named) == 421
    assert await status(browser, here(site, "/ws"), Host=named, Origin=f"http://{named}") == 421


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "http://127.0.0.1",
        "https://127.0.0.1:{port}",
        "http://localhost:{port}",
        "http://127.0.0.1:{port}.evil.example",
        "",
    ],
)
async def test_another_origin_is_refused_even_with_the_cookie(
    site: Site, browser: aiohttp.ClientSession, origin: str
) -> None:
    await let_in(browser, site)
    sent = origin.format(port=site.port)
    assert await status(browser, here(site), Origin=sent) == 403
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with browser.ws_connect(here(site, "/ws"), origin=sent):
            pass
    assert refused.value.status == 403


async def test_a_socket_needs_an_origin(site: Site, browser: aiohttp.ClientSession) -> None:
    await let_in(browser, site)
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with browser.ws_connect(here(site, "/ws")):
            pass
    assert refused.value.status == 403


@pytest.mark.parametrize("came_from", ["cross-site", "same-site"])
async def test_links_of_other_sites_lead_nowhere(
    site: Site, browser: aiohttp.ClientSession, came_from: str
) -> None:
    await let_in(browser, site)
    assert await status(browser, here(site), **{"Sec-Fetch-Site": came_from}) == 403
    assert await status(browser, here(site), **{"Sec-Fetch-Site": "same-origin"}) == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "HEAD"])
async def test_only_get(site: Site, browser: aiohttp.ClientSession, method: str) -> None:
    await let_in(browser, site)
    async with browser.request(method, here(site)) as answer:
        assert answer.status == 405


async def test_files_stay_in_their_folder(site: Site, browser: aiohttp.ClientSession) -> None:
    await let_in(browser, site)
    assert await status(browser, here(site, "/static/css/xterm.css")) == 200
    for path in ("/static/", "/static/js", "/static/%2e%2e/server.py", "/static/..%2fserver.py"):
        assert await status(browser, here(site, path)) in (403, 404)


async def test_two_hosts_in_one_request_are_refused(site: Site) -> None:
    answer = await _raw(
        site.port, f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nHost: evil.example\r\n\r\n"
    )
    assert answer.split()[1] in (b"400", b"421")
    nameless = await _raw(site.port, "GET / HTTP/1.0\r\n\r\n")
    assert nameless.split()[1] in (b"400", b"421")


async def _raw(port: int, request: str) -> bytes:
    import asyncio

    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request.encode())
        await writer.drain()
        return await reader.read(200)
    finally:
        writer.close()
        await writer.wait_closed()


async def test_it_listens_on_this_machine_alone(site: Site) -> None:
    from asyncio import to_thread

    def refused() -> bool:
        with sockets.socket() as other:
            other.settimeout(2)
            return other.connect_ex(("127.0.0.2", site.port)) != 0

    assert await to_thread(refused)


def test_tokens_differ() -> None:
    paths = {Gate(1).path_with_token() for _ in range(20)}
    assert len(paths) == 20
    assert all(len(path) > 45 for path in paths)
