"""The whole way: a browser opens the address, sees the terminal, presses a key; a foreign page gets nothing."""

import asyncio
import base64
import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.web.chromium import LONGEST_S, Tab, chromium, tab
from tests.web.test_site import served

pytestmark = [
    pytest.mark.process,
    pytest.mark.timeout(150),
    pytest.mark.skipif(
        chromium() is None, reason="no Chromium here; install it, or name it in ASTROLENS_CHROMIUM"
    ),
]
_SHOWN = "document.body.classList.contains('-first-byte')"
_DRAWN = "document.querySelectorAll('#terminal canvas, #terminal .xterm-screen').length > 0"
_FOREIGN = """
new Promise(done => {{
  const socket = new WebSocket({address!r});
  socket.onopen = () => done('open'); socket.onerror = () => done('refused');
  setTimeout(() => done('silent'), 8000);
}})
"""


async def test_the_terminal_in_a_browser(tmp_path: Path) -> None:
    program = chromium()
    assert program is not None
    async with (
        served("-m", "astrolens", "web", "--port", "0", folder=tmp_path) as first,
        tab(program) as page,
    ):
        origin = first.split("/?")[0]
        await page.open(first)
        await page.until(f"{_SHOWN} && {_DRAWN}")
        assert await page.value("location.search") == "", "the token left the address"
        assert await page.value("document.cookie") == "", "no script reads the cookie"
        (cookie,) = (await page.ask("Network.getCookies", urls=[origin]))["cookies"]
        assert cookie["httpOnly"]
        assert cookie["sameSite"] == "Strict"
        assert await page.value(f"fetch({first!r}).then(answer => answer.status)") == 403, (
            "the token is spent"
        )
        await page.until("document.activeElement.className == 'xterm-helper-textarea'")
        before = await seen(page, until=is_drawn)
        await _kept(before)
        await page.type("?")
        after = await seen(page, until=lambda picture: changed(before, picture) > 0.1)
        await _kept(after, "-help")
        await page.key("Escape")
        await seen(page, until=lambda picture: changed(before, picture) < 0.1)
        port = origin.rsplit(":", 1)[1]
        assert page.requested
        assert [
            url for url in page.requested if f"127.0.0.1:{port}/" not in url and not url.startswith("data:")
        ] == [], "nothing comes from elsewhere"
        assert page.complaints == [], "no rule of the page's own policy was broken"
        await page.type("q")
        await page.until("document.body.classList.contains('-closed')")


async def test_a_page_of_another_site_cannot_speak_to_it(tmp_path: Path) -> None:
    program = chromium()
    assert program is not None
    async with (
        served("-m", "astrolens", "web", "--port", "0", folder=tmp_path) as first,
        tab(program) as page,
    ):
        await page.open(first)
        await page.until(_SHOWN)
        await page.open("data:text/html,<title>elsewhere</title>")
        await page.until("document.title == 'elsewhere'")
        address = first.split("/?")[0].replace("http", "ws") + "/ws"
        answer = await page.ask(
            "Runtime.evaluate",
            expression=_FOREIGN.format(address=address),
            awaitPromise=True,
            returnByValue=True,
        )
        assert answer["result"]["value"] == "refused"


async def test_a_name_that_was_made_to_point_here_gets_nothing(tmp_path: Path) -> None:
    program = chromium()
    assert program is not None
    async with (
        served("-m", "astrolens", "web", "--port", "0", folder=tmp_path) as first,
        tab(program) as page,
    ):
        await page.open(first.replace("127.0.0.1", "elsewhere.test"))
        await page.until("document.body.innerText.includes('not served here')")
        assert not await page.value("document.querySelector('#terminal')")
        await page.open(first)
        await page.until(_SHOWN)
        assert await page.value("location.hostname") == "127.0.0.1", (
            "its token was not spent on the other name"
        )


async def seen(page: Tab, *, until: Callable[[Image.Image], bool]) -> Image.Image:
    """What stands in the window, once it is what is wanted."""
    async with asyncio.timeout(LONGEST_S):
        while True:
            shot = await page.ask("Page.captureScreenshot", format="png")
            picture = Image.open(BytesIO(base64.b64decode(shot["data"]))).convert("RGB")
            if until(picture):
                return picture
            await asyncio.sleep(0.1)


def is_drawn(picture: Image.Image) -> bool:
    """Dark, with bright letters in the lines of the state and of the keys and the red of what needs somebody."""
    pixels = np.asarray(picture).astype(int)
    lit = pixels.max(axis=2) > 150
    red = (pixels[..., 0] > 180) & (pixels[..., 1] < 120)
    return bool(lit[:20].sum() > 100 and lit[-60:].sum() > 100 and red.sum() > 100 and lit.mean() < 0.2)


def changed(before: Image.Image, after: Image.Image) -> float:
    """Share of the pixels that are others."""
    return float(np.any(np.asarray(before) != np.asarray(after), axis=2).mean())


async def _kept(picture: Image.Image, name: str = "") -> None:
    """A picture for a person's eyes, where one is asked for."""
    if (wanted := os.environ.get("ASTROLENS_SHOT")) is not None:
        file = Path(wanted)
        await asyncio.to_thread(picture.save, file.with_name(f"{file.stem}{name}.png"))
