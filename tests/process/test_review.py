"""200 labels by the keys of the terminal on a daemon process, killed after the last acknowledgement."""

import asyncio
import hashlib
import io
import os
import signal
import sqlite3
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from astrolens.api.client import Client
from astrolens.config.paths import Paths
from astrolens.config.settings import UiSettings
from astrolens.domain.image import MediaType, Offer
from astrolens.store.record import MeasuredFacts
from astrolens.store.store import open_store
from astrolens.tui.screens.review import ReviewView
from astrolens.tui.widgets.picture_pane import PicturePane
from tests.api.conftest import a_verdict, an_analysis
from tests.process.profile import DaemonProcess
from tests.tui.conftest import Terminal, new_app

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LABELS = 200
LONGEST_S = 0.5
KEYS = "anxd"
SIDE = 96


def a_picture(seed: int) -> bytes:
    """A round galaxy with noise, as a PNG."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:SIDE, :SIDE] - SIDE / 2
    light = np.exp(-np.hypot(x, y / random.uniform(0.5, 1.0)) / random.uniform(5, 14))
    planes = [
        np.clip(255 * (tint * light + random.normal(0.05, 0.02, light.shape)), 0, 255)
        for tint in (1.0, 0.8, 0.6)
    ]
    buffer = io.BytesIO()
    Image.fromarray(np.stack(planes, -1).astype(np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def fill(house: DaemonProcess, count: int) -> None:
    """Findings of a former life of this profile."""
    store = open_store(Paths(config_file=house.config, data=house.data, runtime=house.folder / "run"))
    try:
        offers = [Offer(source="sdss", key=f"k{n}", url=f"https://example.org/{n}") for n in range(count)]
        for order, image_id in enumerate(store.images.offer_many(offers)):
            content = a_picture(order)
            digest = hashlib.sha256(content).hexdigest()
            temporary = store.blobs.temporary()
            temporary.write_bytes(content)
            store.blobs.add(temporary, digest)
            store.blobs.add_thumbnail(digest, content)
            store.images.fetched(image_id, sha256=digest, size_bytes=len(content))
            facts = MeasuredFacts(
                width=SIDE, height=SIDE, media_type=MediaType.PNG, phash=order << 20 | order
            )
            store.analyses.put(image_id, an_analysis(order), facts)
            store.verdicts.put(image_id, a_verdict(3.0 + order / 100))
            store.images.done(image_id)
    finally:
        store.close()


@asynccontextmanager
async def reviewing(socket: Path) -> "AsyncIterator[Terminal]":
    """A terminal in view 3, on a real daemon."""
    async with Client(socket) as client:
        app = await new_app(client, UiSettings(reviewer="vera"))
        async with app.run_test(size=(120, 40)) as pilot:
            t = Terminal(app=app, pilot=pilot, daemon=None)  # type: ignore[arg-type]
            await t.until(lambda: app.live.attached, "attached")
            await t.press("3")
            await t.until(lambda: isinstance(app.screen, ReviewView), "view 3")
            yield t


def view(t: Terminal) -> ReviewView:
    assert isinstance(t.app.screen, ReviewView)
    return t.app.screen


def number(t: Terminal) -> int:
    row = view(t).queue.row
    return 0 if row is None else row["id"]


async def label_all(t: Terminal) -> list[float]:
    """Press a key for each picture once it is drawn; seconds that each took."""
    picture = t.app.screen.query_one(PicturePane).picture
    seconds = []
    for step in range(LABELS):
        began = time.monotonic()
        await t.until(lambda: number(t) and picture.drawn is not None, "a picture")
        before = number(t)
        await t.press(KEYS[step % len(KEYS)])
        await t.until(lambda was=before: number(t) != was, "the next")  # type: ignore[misc]
        seconds.append(time.monotonic() - began)
    await t.until(lambda: t.app.live.marks.saved_count == LABELS, "all acknowledged")
    return seconds


def stored(house: DaemonProcess) -> list[tuple[int, str, str, str | None]]:
    with sqlite3.connect(house.data / "astrolens.db") as connection:
        return list(
            connection.execute("SELECT image_id, value, reviewer, withdrawn_at FROM labels ORDER BY id")
        )


async def undo(t: Terminal, times: int) -> None:
    for _ in range(times):
        saved = t.app.live.notice
        await t.press("u")
        await t.until(lambda was=saved: t.app.live.notice is not was, "taken back")  # type: ignore[misc]


@pytest.mark.process
@pytest.mark.timeout(300)
async def test_200_labels_with_their_pictures_outlive_sigkill_and_can_be_undone(
    house: DaemonProcess,
) -> None:
    await asyncio.to_thread(fill, house, LABELS + 5)
    await asyncio.to_thread(house.start)
    async with reviewing(house.socket) as t:
        before = time.process_time()
        seconds = await label_all(t)
        cpu_s = (time.process_time() - before) / LABELS
        assert house.process is not None
        os.kill(house.process.pid, signal.SIGKILL)
        await asyncio.to_thread(house.process.wait)
        kept = await asyncio.to_thread(stored, house)
        assert len(kept) == LABELS
        assert len({image_id for image_id, *_ in kept}) == LABELS
        assert [value[0] for _, value, *_ in kept] == [
            {"x": "a", "d": "u"}.get(key, key) for key in KEYS * 50
        ]
        took = f"{np.median(seconds):.3f} s median, {max(seconds):.3f} s longest, {cpu_s:.3f} s CPU each"
        assert cpu_s <= LONGEST_S, took
        assert np.median(seconds) <= LONGEST_S, took
    # Daemon and terminal are new; the steps are those of before.
    await asyncio.to_thread(house.start)
    async with reviewing(house.socket) as t:
        await t.until(lambda: number(t), "the rest of the queue")
        await undo(t, 3)
        kept = await asyncio.to_thread(stored, house)
        assert [image_id for image_id, *_, gone in kept if gone] == [image_id for image_id, *_ in kept[-3:]]
        await t.until(lambda: number(t) == kept[-3][0], "the picture of the step that was undone last")
        await t.press("ctrl+r")
        await t.until(
            lambda: "again:" in (t.app.live.notice.words if t.app.live.notice else ""), "said again"
        )
        assert (await asyncio.to_thread(stored, house))[-1][:3] == kept[-3][:3]
