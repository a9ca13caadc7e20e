"""A transfer that broke off goes on where it was, when the server can say that it is still the same file."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from astrolens.domain.errors import BadData, Unavailable
from astrolens.download.resume import note_of
from tests.download.servers import HOST, HOSTS, Clock, fetcher

BODY = bytes(range(251)) * 12_000
HALF = len(BODY) // 2
Answer = Callable[[dict[str, str]], bytes]


def head(status: str, length: int | None, **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {length}"] if length is not None else []
    return "\r\n".join([*lines, "", ""]).encode()


def broken_off(body: bytes = BODY, **headers: str) -> Answer:
    return lambda _: head("200 OK", len(body), **headers) + body[:HALF]


def whole(body: bytes = BODY, **headers: str) -> Answer:
    return lambda _: head("200 OK", len(body), **headers) + body


def rest(body: bytes = BODY, *, shift: int = 0, total: str | None = None, **headers: str) -> Answer:
    """What was asked for; how much of the first part had arrived is up to the machine."""

    def answer(asked: dict[str, str]) -> bytes:
        begun = int(asked["range"].removeprefix("bytes=").removesuffix("-"))
        assert 0 < begun <= HALF
        first = begun + shift
        span = f"bytes {first}-{len(body) - 1}/{total or len(body)}"
        return head("206 Partial Content", len(body) - first, Content_Range=span, **headers) + body[first:]

    return answer


@asynccontextmanager
async def in_turn(*answers: Answer) -> AsyncIterator[tuple[str, list[dict[str, str]]]]:
    """A server that gives one answer after the other and notes the request headers."""
    left, asked = list(answers), list[dict[str, str]]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:-2]
        asked.append({name.lower(): value for name, value in (line.split(": ", 1) for line in lines)})
        writer.write(left.pop(0)(asked[-1]))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, HOST, 0)
    try:
        yield f"http://{HOST}:{server.sockets[0].getsockname()[1]}/a", asked
    finally:
        server.close()
        await server.wait_closed()


async def fetched(tmp_path: Path, *answers: Answer) -> list[dict[str, str]]:
    """Fetch, check the whole file, and give the request headers of all tries."""
    async with in_turn(*answers) as (url, asked), fetcher(Clock()) as http:
        file = await http.fetch(url, tmp_path / "file", HOSTS)
    assert await asyncio.to_thread((tmp_path / "file").read_bytes) == BODY
    assert file.sha256 == hashlib.sha256(BODY).hexdigest()
    assert file.size_bytes == len(BODY)
    return asked


async def test_only_the_rest_is_asked_for(tmp_path: Path) -> None:
    asked = await fetched(tmp_path, broken_off(ETag='"v1"'), rest(ETag='"v1"'))
    assert "range" not in asked[0]
    begun = int(asked[1]["range"][6:-1])
    assert (asked[1]["range"], asked[1]["if-range"]) == (f"bytes={begun}-", '"v1"')
    assert asked[1]["accept-encoding"] == "identity"


async def test_an_old_date_tells_a_file_as_well_as_a_tag(tmp_path: Path) -> None:
    old, now = "Sat, 21 Nov 2026 03:08:08 GMT", "Sat, 21 Nov 2026 03:10:08 GMT"
    asked = await fetched(tmp_path, broken_off(Last_Modified=old, Date=now), rest(total="*"))
    assert asked[1]["if-range"] == old


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"ETag": 'W/"v1"'},
        {"Last_Modified": "Sat, 21 Nov 2026 03:08:08 GMT", "Date": "Sat, 21 Nov 2026 03:08:18 GMT"},
        {"Last_Modified": "nonsense", "Date": "nonsense"},
    ],
)
async def test_a_file_that_cannot_be_told_from_a_later_one_is_fetched_anew(
    headers: dict[str, Any], tmp_path: Path
) -> None:
    asked = await fetched(tmp_path, broken_off(**headers), whole())
    assert "range" not in asked[1]


@pytest.mark.parametrize(
    "second",
    [
        pytest.param((whole(ETag='"v2"'),), id="ranges are ignored, or the file has changed"),
        pytest.param((rest(shift=1, ETag='"v1"'), whole()), id="another part"),
        pytest.param((rest(ETag='"v2"'), whole()), id="a part of another version"),
        pytest.param((rest(total=str(len(BODY) + 1), ETag='"v1"'), whole()), id="it is longer"),
        pytest.param((lambda _: head("416 Range Not Satisfiable", 0), whole()), id="no such part"),
        pytest.param((lambda _: head("206 Partial Content", 0), whole()), id="it does not say which part"),
        pytest.param((broken_off(ETag='"v2"'), rest(ETag='"v2"')), id="it breaks off twice"),
    ],
)
async def test_whatever_comes_then_the_file_is_right(second: tuple[Answer, ...], tmp_path: Path) -> None:
    old = bytes(HALF)
    await fetched(tmp_path, broken_off(old + old, ETag='"v1"'), *second[:-1], second[-1])


async def test_the_size_limit_holds_for_all_parts_together(tmp_path: Path) -> None:
    chunked = head("200 OK", None, ETag='"v1"', Transfer_Encoding="chunked")
    chunked += f"{HALF:x}\r\n".encode() + BODY[:HALF] + b"\r\n"
    async with (
        in_turn(lambda _: chunked, rest(ETag='"v1"')) as (url, asked),
        fetcher(Clock()) as http,
    ):
        with pytest.raises(BadData, match="announces"):
            await http.fetch(url, tmp_path / "file", HOSTS, limit_bytes=HALF + 10)
    assert len(asked) == 2
    assert not (tmp_path / "file").exists()


async def test_what_was_kept_goes_when_the_visit_fails(tmp_path: Path) -> None:
    async with (
        in_turn(broken_off(ETag='"v1"'), broken_off(ETag='"v2"')) as (url, _),
        fetcher(Clock(), attempts=2) as http,
    ):
        with pytest.raises(Unavailable, match="broke off"):
            await http.fetch(url, tmp_path / "file", HOSTS)
    assert not (tmp_path / "file").exists()


async def two_visits(tmp_path: Path, *answers: Answer, second: str = "") -> list[dict[str, str]]:
    """One visit that breaks off, and one after a restart; the second brings the whole file."""
    file = tmp_path / "file"
    async with in_turn(*answers) as (url, asked):
        async with fetcher(Clock(), attempts=1) as http:
            with pytest.raises(Unavailable, match="broke off"):
                await http.fetch(url, file, HOSTS, keep_part=True)
        async with fetcher(Clock(), attempts=2) as http:
            found = await http.fetch(url + second, file, HOSTS, keep_part=True)
    assert await asyncio.to_thread(file.read_bytes) == BODY
    assert (found.sha256, found.size_bytes) == (hashlib.sha256(BODY).hexdigest(), len(BODY))
    assert not note_of(file).exists()
    return asked


async def test_the_next_visit_goes_on_where_the_last_one_broke_off(tmp_path: Path) -> None:
    asked = await two_visits(tmp_path, broken_off(ETag='"v1"'), rest(ETag='"v1"'))
    assert 0 < int(asked[1]["range"][6:-1]) <= HALF
    assert asked[1]["if-range"] == '"v1"'


@pytest.mark.parametrize(
    ("first", "then", "second"),
    [
        pytest.param(broken_off(), (whole(),), "", id="it cannot be told from a later one"),
        pytest.param(broken_off(ETag='"v1"'), (whole(),), "?b", id="another address"),
        pytest.param(
            broken_off(bytes(len(BODY)), ETag='"v1"'), (whole(ETag='"v2"'),), "", id="it has changed"
        ),
        pytest.param(
            broken_off(bytes(len(BODY)), ETag='"v1"'),
            (lambda _: head("416 Range Not Satisfiable", 0), whole(ETag='"v2"')),
            "",
            id="it is shorter now",
        ),
    ],
)
async def test_a_part_of_something_else_is_thrown_away(
    first: Answer, then: tuple[Answer, ...], second: str, tmp_path: Path
) -> None:
    asked = await two_visits(tmp_path, first, *then, second=second)
    assert len(asked) == 1 + len(then)


async def test_a_part_that_a_kill_left_is_gone_on_with(tmp_path: Path) -> None:
    file = tmp_path / "file"
    async with in_turn(rest(ETag='"v1"')) as (url, asked), fetcher(Clock()) as http:
        file.write_bytes(BODY[:100_001])
        note_of(file).write_text(f'{{"url": "{url}", "validator": "\\"v1\\""}}')
        await http.fetch(url, file, HOSTS, keep_part=True)
    assert asked[0]["range"] == "bytes=100001-"
    assert await asyncio.to_thread(file.read_bytes) == BODY


@pytest.mark.parametrize("note", ["", "[]", '{"url": 1}', "{" * 30_000])
async def test_a_note_that_makes_no_sense_is_none(note: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x" * 1000)
    note_of(file).write_text(note)
    async with in_turn(whole()) as (url, asked), fetcher(Clock()) as http:
        await http.fetch(url, file, HOSTS, keep_part=True)
    assert "range" not in asked[0]
    assert await asyncio.to_thread(file.read_bytes) == BODY


async def test_a_refusal_leaves_no_part(tmp_path: Path) -> None:
    file = tmp_path / "file"
    async with (
        in_turn(broken_off(ETag='"v1"'), lambda _: head("404 Not Found", 0)) as (url, _),
        fetcher(Clock(), attempts=2) as http,
    ):
        with pytest.raises(BadData, match="404"):
            await http.fetch(url, file, HOSTS, keep_part=True)
    assert not file.exists()
    assert not note_of(file).exists()
