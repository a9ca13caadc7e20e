"""The plain client of the verbs."""

import asyncio
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from astrolens.api import orders, questions
from astrolens.api.call import Call, TcpAddress
from astrolens.api.sync_client import SyncClient
from astrolens.domain.errors import BadData, ConfigError, Unavailable
from astrolens.domain.image import ImageState
from tests.api.conftest import TOKEN, House, a_house, judged


async def test_it_asks_and_tells(house: House, tmp_path: Path) -> None:
    first, second = await house.store.run(judged, house.store, 2)
    client = SyncClient(house.paths.socket)

    def talk() -> None:
        assert client.ask(questions.status())["images"] == 10
        assert client.ask(questions.candidates(source="sdss"))["total"] == 2
        assert client.ask(questions.images(state=ImageState.PARKED))["rows"] == []
        assert client.ask(orders.crossref_batch((first, second)))["queued"] == 2
        assert client.ask(questions.thumbnail(first)).startswith(b"\x89PNG")
        with pytest.raises(BadData, match="no image 5000"):
            client.ask(questions.image(5000))
        odd = tmp_path / 'na"me.png'
        odd.write_bytes(b"bytes")
        assert client.ask(orders.submit(odd)) == {"image_id": 77}

    await asyncio.to_thread(talk)
    assert house.control.sent == [(b"bytes", "na_me.png")]


async def test_tcp_needs_the_token() -> None:
    async with a_house(tcp=True) as house:
        good = SyncClient(TcpAddress(port=house.tcp_port, token=TOKEN))
        assert (await asyncio.to_thread(good.ask, questions.health()))["wire_version"] == 1
        bad = SyncClient(TcpAddress(port=house.tcp_port, token="x"))
        with pytest.raises(ConfigError, match="token"):
            await asyncio.to_thread(bad.ask, questions.health())


def test_no_daemon_a_silent_one_and_a_stranger_are_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="start one"):
        SyncClient(tmp_path / "none").ask(questions.health())
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "silent"))
        silent.listen()
        quick = Call[str](method="GET", path="/health", timeout_s=0.05)
        with pytest.raises(Unavailable, match=r"within 0\.05 s"):
            SyncClient(tmp_path / "silent").ask(quick)


def test_it_loads_neither_aiohttp_nor_numpy() -> None:
    program = (
        "import sys, astrolens.api.sync_client, astrolens.api.questions, astrolens.api.orders;"
        "print(sorted({'aiohttp', 'numpy', 'pydantic', 'torch'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
