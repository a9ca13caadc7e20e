"""Pictures in real pixels: what is sent is ours alone, whatever the daemon calls its bands and units."""

import asyncio
from pathlib import Path

import pytest

from astrolens.api.wire_pixels import PixelsReply
from tests.tui.fake_daemon import FakeDaemon
from tests.tui.fake_pixels import in_flux
from tests.tui.injection.attacks import ATTACKS
from tests.tui.injection.child import Child
from tests.tui.injection.stream import strangers

ROWS, COLUMNS = 48, 140

pytestmark = [pytest.mark.process, pytest.mark.timeout(60)]


def hostile_pixels(image_id: int) -> PixelsReply | None:
    """Attacks where names of bands and units belong."""
    reply = in_flux(1)
    assert reply is not None
    reply["image_id"] = image_id
    reply["unit"] = "".join(ATTACKS.values())
    reply["bands"] = [ATTACKS["title"], ATTACKS["clear and move"], "\x1b_Gi=1,a=T;AAAA\x1b\\"]
    return reply


@pytest.mark.parametrize("kitty", [True, False], ids=["pixels", "cells"])
async def test_only_our_pictures_are_sent(socket: Path, kitty: bool) -> None:
    async with FakeDaemon(socket) as daemon:
        daemon.pixels = hostile_pixels
        env = {"TERM": "xterm-kitty"} if kitty else {}
        child = Child(
            ["-m", "tests.tui.injection.attached", str(socket)], rows=ROWS, columns=COLUMNS, env=env
        )
        with child:
            wait = asyncio.to_thread
            await wait(child.wait_for, lambda written: b"offered" in written, "the first screen")
            child.press("2")
            await wait(child.wait_for, lambda written: b"of 41" in written, "the list")
            child.press("\r")
            await wait(child.wait_for, lambda written: b"asinh  99.5 %" in written, "the picture")
            for key in "bbbbsliN":
                child.press(key)
            await wait(child.wait_for, lambda written: b"inverted" in written, "the last look")
            child.press("\x1b[27u")
            child.press("q")
            assert await wait(child.end) == 0
            written = child.written
    assert (b"\x1b_Ga=T" in written) is kitty
    assert ("\U0010eeee".encode() in written) is kitty
    assert strangers(written, rows=ROWS, columns=COLUMNS) == []


def test_a_strangers_picture_is_not_ours() -> None:
    for sent in ("\x1b_Gi=1,a=T,f=100;AAAA\x1b\\", "\x1b_Ga=d\x1b\\", "\U0010eeee", "\U0010eeeeab"):
        assert strangers(sent.encode(), rows=9, columns=9)
