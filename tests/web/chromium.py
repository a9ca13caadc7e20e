"""A headless Chromium, steered over its own debugging socket: no driver is needed."""

import asyncio
import json
import os
import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import aiohttp
import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--remote-debugging-port=0",
    "--window-size=1200,800",
    "--host-resolver-rules=MAP elsewhere.test 127.0.0.1",
)  # fmt: skip
LONGEST_S = 40.0


def chromium() -> str | None:
    """The browser, or None; ASTROLENS_CHROMIUM names one that has another name."""
    named = os.environ.get("ASTROLENS_CHROMIUM")
    return named or next((found for name in _NAMES if (found := shutil.which(name))), None)


class Tab:
    """One tab of the browser."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = count(1)
        self.requested: list[str] = []
        self.complaints: list[str] = []  # of the browser, about the page

    async def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command and its answer."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        async with asyncio.timeout(LONGEST_S):
            while True:
                said = await self._socket.receive_json()
                if said.get("method") == "Network.requestWillBeSent":
                    self.requested.append(said["params"]["request"]["url"])
                if said.get("method") == "Network.webSocketCreated":
                    self.requested.append(said["params"]["url"])
                if said.get("method") == "Log.entryAdded" and said["params"]["entry"]["source"] == "security":
                    self.complaints.append(said["params"]["entry"]["text"])
                if said.get("id") == number:
                    return dict(said.get("result", {}))

    async def value(self, expression: str) -> Any:
        """What a script of the page gives."""
        answer = await self.ask(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        return answer["result"].get("value")

    async def type(self, letters: str) -> None:
        """Type into whatever has the keys."""
        await self.ask("Input.insertText", text=letters)

    async def key(self, name: str) -> None:
        """Press and release a key that is no letter."""
        code = {"Escape": 27, "Enter": 13}[name]
        for kind in ("rawKeyDown", "keyUp"):
            await self.ask(
                "Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=code
            )

    async def open(self, address: str) -> None:
        """Go there."""
        await self.ask("Page.navigate", url=address)

    async def until(self, expression: str) -> None:
        """Wait until a script of the page gives something true."""
        async with asyncio.timeout(LONGEST_S):
            while not await self.value(expression):
                await asyncio.sleep(0.1)


@asynccontextmanager
async def tab(program: str) -> AsyncIterator[Tab]:
    """A browser with an empty profile and one tab."""
    with tempfile.TemporaryDirectory(prefix="al-chromium-") as profile:
        process = await asyncio.create_subprocess_exec(
            program, *_FLAGS, f"--user-data-dir={profile}", "about:blank",
            stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        assert process.stderr is not None
        try:
            async with asyncio.timeout(LONGEST_S):
                while not (
                    found := re.search(r"ws://(\S+?)/", line := (await process.stderr.readline()).decode())
                ):
                    if not line:
                        pytest.skip(f"{program} does not start here")
            async with aiohttp.ClientSession() as session:
                async with session.get(f"http://{found.group(1)}/json/list") as answer:
                    address = next(
                        page["webSocketDebuggerUrl"]
                        for page in json.loads(await answer.text())
                        if page["type"] == "page"
                    )
                async with session.ws_connect(address, max_msg_size=0) as socket:
                    opened = Tab(socket)
                    for domain in ("Page", "Network", "Runtime", "Log"):
                        await opened.ask(f"{domain}.enable")
                    yield opened
        finally:
            process.kill()
            await process.communicate()
