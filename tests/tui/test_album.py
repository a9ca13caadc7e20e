"""Fetched once, kept while near, readable while the daemon is away."""

from pathlib import Path

import pytest

from astrolens.api.client import Client
from astrolens.domain.errors import BadData, Unavailable
from astrolens.tui.album import Album, Newest
from tests.tui.fake_daemon import FakeDaemon


def test_the_oldest_is_forgotten() -> None:
    kept: Newest[int, str] = Newest(2)
    kept.put(1, "a")
    kept.put(2, "b")
    kept.get(1)
    kept.put(3, "c")
    assert (kept.get(1), kept.get(2), kept.get(3)) == ("a", None, "c")
    kept.drop(3)
    assert kept.get(3) is None


async def test_a_picture_is_fetched_once(socket: Path) -> None:
    async with FakeDaemon(socket) as daemon, Client(socket) as client:
        album = Album(client, half_cells=True)
        assert album.drawn(1, 30, 15) is None
        drawn = await album.fetch_drawn(1, 30, 15)
        assert (drawn.columns, drawn.rows) == (30, 15)
        await album.fetch_drawn(1, 20, 10)
        assert album.drawn(1, 30, 15) is drawn
        assert daemon.asked.count("thumbnail 1") == 1
        detail = await album.fetch_detail(1)
        assert await album.fetch_detail(1) is detail
        album.forget_detail(1)
        assert album.detail(1) is None
        for _ in range(2):
            with pytest.raises(BadData, match="has no thumbnail"):
                await album.fetch_drawn(13, 30, 15)
        assert daemon.asked.count("thumbnail 13") == 1
        await daemon.stop()
        assert (await album.fetch_drawn(1, 12, 6)).rows == 6, "the pixels are still here"
        with pytest.raises(Unavailable):
            await album.fetch_drawn(2, 12, 6)
