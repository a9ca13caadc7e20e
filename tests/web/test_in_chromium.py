"""The whole way: a browser opens the address, sees the terminal, presses a key; a foreign page gets nothing."""

import asyncio
import base64
import os
from pathlib import Path

import pytest

from tests.web.chromium import Tab, chromium, tab
from tests.web.test_site import served

pytestmark = [
    pytest.mark.process,
    pytest.mark.timeout(120),
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
        await _kept(page)
        assert page.requested
        port = origin.rsplit(":", 1)[1]
        assert [
            url for url in page.requested if f"127.0.0.1:{port}/" not in url and not url.startswith("data:")
        ] == []
        await page.ask("Input.insertText", text="q")
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


async def _kept(page: Tab) -> None:
    """A picture for a person's eyes, where one is asked for."""
    if (wanted := os.environ.get("ASTROLENS_SHOT")) is not None:
        shot = await page.ask("Page.captureScreenshot", format="png")
        await asyncio.to_thread(Path(wanted).write_bytes, base64.b64decode(shot["data"]))
