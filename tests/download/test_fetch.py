"""Downloads from a server that does everything wrong that a server can."""

import asyncio
import hashlib
import zlib
from itertools import count
from pathlib import Path

import pytest
from aiohttp import web

from astrolens.domain.errors import BadData, Unavailable
from astrolens.download.fetch import HttpFetcher
from astrolens.download.sniff import sniff
from tests.download.servers import HOSTS, Clock, Handler, fetcher, raw_server, survey

BODY = bytes(range(256)) * 9000


async def good(_: web.Request) -> web.StreamResponse:
    headers = {"ETag": '"abc"', "Last-Modified": "Sat, 21 Nov 2026 03:08:08 GMT"}
    return web.Response(body=BODY, headers=headers)


def status(code: int, **headers: str) -> Handler:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(
            status=code, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )

    return answer


def redirect(target: str) -> Handler:
    return status(302, Location=target)


def in_turn(*handlers: Handler) -> Handler:
    order = iter(handlers)

    async def answer(request: web.Request) -> web.StreamResponse:
        return await next(order)(request)

    return answer


async def test_a_good_file_arrives_whole(tmp_path: Path) -> None:
    async with survey({"/a.jpg": good}) as server, fetcher(Clock()) as http:
        file = await http.fetch(f"{server.base}/a.jpg#part", tmp_path / "file", HOSTS)
    assert (tmp_path / "file").read_bytes() == BODY
    assert file.path == tmp_path / "file"
    assert file.sha256 == hashlib.sha256(BODY).hexdigest()
    assert (file.size_bytes, file.etag) == (len(BODY), '"abc"')
    assert file.last_modified == "Sat, 21 Nov 2026 03:08:08 GMT"
    assert server.headers[0]["User-Agent"] == "AstroLens/test (+https://example.org)"
    assert server.headers[0]["Accept-Encoding"] == "identity"
    assert "Cookie" not in server.headers[0]


@pytest.mark.parametrize("code", [400, 401, 403, 404, 410, 422, 204])
async def test_a_refusal_parks_the_picture_at_once(code: int, tmp_path: Path) -> None:
    async with survey({"/a": status(code)}) as server, fetcher(Clock()) as http:
        with pytest.raises(BadData, match=f"answered {code}"):
            await http.fetch(f"{server.base}/a", tmp_path / "file", HOSTS)
    assert len(server.asked) == 1
    assert not (tmp_path / "file").exists()


@pytest.mark.parametrize("code", [408, 425, 500, 502, 503, 504])
async def test_a_stumble_is_tried_again(code: int, tmp_path: Path) -> None:
    clock = Clock()
    answers = in_turn(status(code), status(code), good)
    async with survey({"/a": answers}) as server, fetcher(clock) as http:
        file = await http.fetch(f"{server.base}/a", tmp_path / "file", HOSTS)
    assert file.size_bytes == len(BODY)
    assert [wait for wait in clock.slept if wait >= 0.5] == [1.0, 2.0]


async def test_attempts_are_limited(tmp_path: Path) -> None:
    async with survey({"/a": status(500)}) as server, fetcher(Clock(), attempts=3) as http:
        with pytest.raises(Unavailable, match=r"answered 500 .*after 3 tries"):
            await http.fetch(f"{server.base}/a", tmp_path / "file", HOSTS)
    assert len(server.asked) == 3


async def test_a_short_retry_after_is_kept(tmp_path: Path) -> None:
    clock = Clock()
    answers = in_turn(status(429, Retry_After="7"), good)
    async with survey({"/a": answers}) as server, fetcher(clock) as http:
        await http.fetch(f"{server.base}/a", tmp_path / "file", HOSTS)
    assert sum(clock.slept) == pytest.approx(7.7)


async def test_a_long_retry_after_is_left_to_the_store_for_the_whole_host(tmp_path: Path) -> None:
    async with survey({"/a": status(429, Retry_After="120"), "/b": good}) as server, fetcher(Clock()) as http:
        with pytest.raises(Unavailable) as first:
            await http.fetch(f"{server.base}/a", tmp_path / "file", HOSTS)
        with pytest.raises(Unavailable, match="asked to wait 120 s") as second:
            await http.fetch(f"{server.base}/b", tmp_path / "file", HOSTS)
    assert (first.value.retry_after_s, second.value.retry_after_s) == (120.0, 120.0)
    assert server.asked == ["/a"]


async def test_a_file_that_is_announced_too_large_is_not_read(tmp_path: Path) -> None:
    async with survey({"/a": good}) as server, fetcher(Clock(), limit_mb=1.0) as http:
        with pytest.raises(BadData, match="announces 2304000 bytes; at most 1000000"):
            await http.fetch(f"{server.base}/a", tmp_path / "file", HOSTS)
    assert not (tmp_path / "file").exists()


async def test_a_body_without_end_is_cut_off(tmp_path: Path) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in count():
            await response.write(bytes(2**16))
        return response

    async with survey({"/a": endless}) as server, fetcher(Clock(), limit_mb=3.0) as http:
        with pytest.raises(BadData, match="goes on beyond 3000000 bytes"):
            await http.fetch(f"{server.base}/a", tmp_path / "file", HOSTS)
    assert not (tmp_path / "file").exists()


async def test_a_bomb_in_the_content_encoding_is_cut_off(tmp_path: Path) -> None:
    packer = zlib.compressobj(wbits=31)
    bomb = b"".join(packer.compress(bytes(2**20)) for _ in range(200)) + packer.flush()

    async def packed(_: web.Request) -> web.StreamResponse:
        return web.Response(body=bomb, headers={"Content-Encoding": "gzip"})

    async with survey({"/a": packed}) as server, fetcher(Clock(), limit_mb=4.0) as http:
        with pytest.raises(BadData, match="goes on beyond"):
            await http.fetch(f"{server.base}/a", tmp_path / "file", HOSTS)


async def test_a_drip_is_given_up(tmp_path: Path) -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(1000):
            await response.write(b"x")
            await asyncio.sleep(0.02)
        return response

    async with survey({"/a": drip}) as server, fetcher(Clock(), stall_s=0.2, attempts=2) as http:
        with pytest.raises(Unavailable, match=r"too slowly: .* bytes a second"):
            await http.fetch(f"{server.base}/a", tmp_path / "file", HOSTS)
    assert len(server.asked) == 2
    assert not (tmp_path / "file").exists()


async def test_silence_in_the_middle_is_given_up(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc"
    async with raw_server(head, hang=True) as base, fetcher(Clock(), stall_s=0.1, attempts=2) as http:
        with pytest.raises(Unavailable, match=r"too slowly: nothing for 0\.1 s"):
            await http.fetch(base, tmp_path / "file", HOSTS)


async def test_silence_before_the_answer_ends_at_the_deadline(tmp_path: Path) -> None:
    async with raw_server(b"", hang=True) as base, fetcher(Clock()) as http:
        with pytest.raises(Unavailable, match="did not answer in time"):
            await http.fetch(base, tmp_path / "file", HOSTS, timeout_s=0.2)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc", "broke off in the middle"),
        (b"", "did not answer well: ServerDisconnectedError"),
        (b"220 smtp.example.org ESMTP\r\n\r\n", "did not answer well"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n",
            "broke off|did not answer well",
        ),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n", "did not answer well"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
            "broke off|not answer well",
        ),
    ],
)
async def test_a_broken_answer_is_tried_again_and_then_left(
    answer: bytes, reason: str, tmp_path: Path
) -> None:
    async with raw_server(answer) as base, fetcher(Clock(), attempts=2) as http:
        with pytest.raises(Unavailable, match=reason):
            await http.fetch(base, tmp_path / "file", HOSTS)
    assert not (tmp_path / "file").exists()


async def test_a_reset_connection_is_tried_again(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc"
    async with raw_server(head, reset=True) as base, fetcher(Clock(), attempts=2) as http:
        with pytest.raises(Unavailable, match="after 2 tries"):
            await http.fetch(base, tmp_path / "file", HOSTS)


async def test_a_redirect_among_declared_hosts_is_followed(tmp_path: Path) -> None:
    routes = {"/a": redirect("/b?x=1"), "/b": redirect("c"), "/c": good}
    async with survey(routes) as server, fetcher(Clock()) as http:
        assert (await http.fetch(f"{server.base}/a", tmp_path / "file", HOSTS)).size_bytes == len(BODY)
    assert server.asked == ["/a", "/b?x=1", "/c"]


@pytest.mark.parametrize(
    "target",
    ["http://localhost:{port}/trap", "http://[::1]:{port}/trap", "http://2130706433:{port}/trap",
     "http://user:word@127.0.0.1:{port}/trap", "file:///etc/passwd", "gopher://127.0.0.1/", "//example.org/",
     "http://[broken", ""],
)  # fmt: skip
async def test_a_redirect_elsewhere_is_not_followed(target: str, tmp_path: Path) -> None:
    routes: dict[str, Handler] = {"/trap": good}
    async with survey(routes) as server, fetcher(Clock()) as http:
        routes["/a"] = redirect(target.format(port=server.base.rpartition(":")[2]))
        with pytest.raises(Unavailable, match="redirects"):
            await http.fetch(f"{server.base}/a", tmp_path / "file", HOSTS)
    assert set(server.asked) == {"/a"}


async def test_a_redirect_loop_ends(tmp_path: Path) -> None:
    async with survey({"/a": redirect("/a")}) as server, fetcher(Clock()) as http:
        with pytest.raises(Unavailable, match="redirects more than 5 times"):
            await http.fetch(f"{server.base}/a", tmp_path / "file", HOSTS)
    assert len(server.asked) == 6


async def test_only_declared_hosts_are_asked(tmp_path: Path) -> None:
    async with survey({"/a": good}) as server, fetcher(Clock()) as http:
        with pytest.raises(BadData, match="not declared by the source"):
            await http.fetch(f"{server.base}/a", tmp_path / "file", ("survey.example.org",))
    assert server.asked == []


async def test_the_local_network_is_closed_after_name_resolution(tmp_path: Path) -> None:
    """Also a declared name over https: what counts is where it leads."""
    async with fetcher(Clock(), allow_private_hosts=False) as http:
        for name in ("localhost", "127.0.0.1", "[::1]", "[::ffff:7f00:1]", "169.254.169.254"):
            with pytest.raises(Unavailable, match=r"local network; it is not spoken to$"):
                await http.fetch(f"https://{name}/", tmp_path / "file", (name.strip("[]"),))
        for name in ("2130706433", "0x7f000001", "0"):
            with pytest.raises((Unavailable, BadData), match=r"local network|no address that can be asked"):
                await http.fetch(f"https://{name}/", tmp_path / "file", (name,))
        with pytest.raises(BadData, match="not https"):
            await http.fetch("http://localhost/", tmp_path / "file", ("localhost",))


async def test_five_failures_rest_the_host_and_one_probe_wakes_it(tmp_path: Path) -> None:
    clock = Clock()
    answers = in_turn(*[status(500)] * 5, good, good)
    async with survey({"/a": answers}) as server, fetcher(clock, attempts=1) as http:
        for _ in range(5):
            with pytest.raises(Unavailable, match="answered 500"):
                await http.fetch(f"{server.base}/a", tmp_path / "file", HOSTS)
        with pytest.raises(Unavailable, match="rests for 60 s") as resting:
            await http.fetch(f"{server.base}/a", tmp_path / "file", HOSTS)
        assert resting.value.retry_after_s == pytest.approx(60.0, abs=1.0)
        assert len(server.asked) == 5
        clock.now_s += 61.0
        await http.fetch(f"{server.base}/a", tmp_path / "file", HOSTS)
        await http.fetch(f"{server.base}/a", tmp_path / "file", HOSTS)
    assert len(server.asked) == 7


async def test_a_machine_without_network_says_so_once(tmp_path: Path) -> None:
    signals: list[bool] = []
    clock = Clock()
    names = tuple(f"survey{number}.invalid" for number in range(5))
    async with survey({"/a": good}) as server, fetcher(clock, attempts=1, on_network=signals.append) as http:
        for name in names[:3]:
            with pytest.raises(Unavailable, match="does not resolve"):
                await http.fetch(f"https://{name}/", tmp_path / "file", names)
        with pytest.raises(Unavailable, match="this machine is offline"):
            await http.fetch(f"{server.base}/a", tmp_path / "file", HOSTS)
        assert http.rest_s(server.base) > 0
        http.network.succeeded(server.base)
        assert http.rest_s(server.base) == 0
        await http.fetch(f"{server.base}/a", tmp_path / "file", HOSTS)
    assert signals == [False, True]


async def test_no_more_than_agreed_at_once(tmp_path: Path) -> None:
    open_now, most = 0, 0

    async def counted(_: web.Request) -> web.StreamResponse:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        await asyncio.sleep(0.02)
        open_now -= 1
        return web.Response(body=b"x")

    async with (
        survey({"/a": counted}) as server,
        fetcher(Clock(), per_host=2) as http,
        asyncio.TaskGroup() as group,
    ):
        for number in range(8):
            group.create_task(http.fetch(f"{server.base}/a", tmp_path / str(number), HOSTS))
    assert most == 2


async def test_cancelling_leaves_no_file(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n" + bytes(2_000_000)
    async with raw_server(head, hang=True) as base, fetcher(Clock()) as http:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await http.fetch(base, tmp_path / "file", HOSTS)
    assert not (tmp_path / "file").exists()


async def test_a_full_or_missing_folder_is_no_fault_of_the_picture(tmp_path: Path) -> None:
    async with survey({"/a": good}) as server, fetcher(Clock()) as http:
        with pytest.raises(Unavailable, match="cannot write a download"):
            await http.fetch(f"{server.base}/a", tmp_path / "absent" / "file", HOSTS)


async def test_html_with_status_200_is_found_out_by_its_bytes(tmp_path: Path) -> None:
    async def page(_: web.Request) -> web.StreamResponse:
        return web.Response(
            text="<!DOCTYPE html><html>down for maintenance</html>", content_type="image/jpeg"
        )

    async with survey({"/a.jpg": page}) as server, fetcher(Clock()) as http:
        file = await http.fetch(f"{server.base}/a.jpg", tmp_path / "file", HOSTS)
    with pytest.raises(BadData, match="an HTML page"):
        sniff(file.path.read_bytes())


async def test_a_closed_fetcher_refuses(tmp_path: Path) -> None:
    http: HttpFetcher = fetcher(Clock())
    with pytest.raises(RuntimeError, match="closed"):
        await http.fetch("https://example.org/", tmp_path / "file", ("example.org",))
