"""The terminal itself comes through, keys go back, and it ends with its tab."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
import textual_serve

from astrolens.web import site as sites
from astrolens.web.site import Site
from tests.web.test_gate import browser, here, let_in, status

__all__ = ["browser"]
ROOT = Path(__file__).resolve().parents[2]


async def until(socket: aiohttp.ClientWebSocketResponse, *words: bytes) -> bytes:
    """Read what the terminal writes until all of some words have come, in whatever order and pieces."""
    heard = b""
    async with asyncio.timeout(20):
        while not all(word in re.sub(rb"\x1b\[[0-9;?]*[a-zA-Z]", b"", heard) for word in words):
            message = await socket.receive()
            assert message.type in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT), heard[-500:]
            if message.type is aiohttp.WSMsgType.BINARY:
                heard += message.data
    return heard


@asynccontextmanager
async def served(*command: str, folder: Path) -> AsyncIterator[str]:
    """A server in a process of its own, as a person starts it; its first address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"ASTROLENS_DATA_DIR": str(folder / "d"), "ASTROLENS_RUNTIME_DIR": str(folder / "r")},
    )  # fmt: skip
    assert process.stdout is not None
    try:
        async with asyncio.timeout(20):
            line = (await process.stdout.readline()).decode()
        yield line.split()[-1]
    finally:
        process.terminate()
        await process.communicate()


@pytest.mark.process
async def test_a_terminal_in_the_browser(browser: aiohttp.ClientSession, tmp_path: Path) -> None:
    small = (
        "import sys; from astrolens.web.serve import serve; "
        "serve((sys.executable, '-m', 'tests.web.small_app'), host='127.0.0.1', port=0, announce=lambda a: print(a, flush=True))"
    )
    async with served("-c", small, folder=tmp_path) as first:
        origin = first.split("/?")[0]
        assert await status(browser, first) == 303
        async with browser.ws_connect(f"{origin}/ws?width=60&height=10", origin=origin) as socket:
            await until(socket, b"hello from the terminal")
            await socket.send_json(["stdin", "x"])
            await until(socket, b"pressed x")
            await socket.send_json(["ping", "7"])
            async with asyncio.timeout(10):
                while (message := await socket.receive()).type is aiohttp.WSMsgType.BINARY:
                    pass
            assert message.json() == ["pong", "7"]


@pytest.mark.process
async def test_astrolens_itself_in_the_browser(browser: aiohttp.ClientSession, tmp_path: Path) -> None:
    async with served("-m", "astrolens", "web", "--port", "0", "--read-only", folder=tmp_path) as first:
        origin = first.split("/?")[0]
        assert await status(browser, first) == 303
        async with browser.ws_connect(f"{origin}/ws?width=100&height=30", origin=origin) as socket:
            await until(socket, b"AstroLens", b"no daemon")
            await socket.send_json(["stdin", "q"])
            async with asyncio.timeout(15):
                while (await socket.receive()).type is not aiohttp.WSMsgType.CLOSE:
                    pass


@pytest.mark.parametrize(
    "sides", ["width=0&height=9", "width=9&height=99999", "width=a&height=9", "width=9&height=-9"]
)
async def test_sides_that_are_no_sides(site: Site, browser: aiohttp.ClientSession, sides: str) -> None:
    await let_in(browser, site)
    assert await status(browser, here(site, f"/ws?{sides}"), Origin=here(site, "")) == 400


async def test_not_too_many(
    site: Site, browser: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sites, "MOST_TERMINALS", 0)
    await let_in(browser, site)
    assert await status(browser, here(site, "/ws"), Origin=here(site, "")) == 503


def test_files_that_are_served_name_no_other_server_to_load_from() -> None:
    folder = Path(textual_serve.__file__).parent / "static"
    css = (folder / "css" / "xterm.css").read_text(encoding="utf-8")
    assert not re.search(r"@import|url\(\s*['\"]?(?:https?:)?//", css)
    script = (folder / "js" / "textual.js").read_text(encoding="utf-8", errors="replace")
    assert not re.search(
        r"https?://(?!www\.w3\.org)[a-z0-9.-]+\.[a-z]{2,}/[^\"'`\s]*\.(?:js|css|woff2?|ttf|wasm)", script
    )
    assert {"RobotoMono-VariableFont_wght.ttf"} <= {file.name for file in (folder / "fonts").iterdir()}
