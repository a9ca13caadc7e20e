"""A FITS archive that is only read: its walk, its headers, its parts."""

import asyncio
import gzip
import io
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits

from astrolens.domain.errors import BadData, Unavailable
from astrolens.domain.image import Offer
from astrolens.download.limits import DecodeLimits
from astrolens.download.stage import read_image
from astrolens.plugin import ByteSource
from astrolens.sources.context import make_context
from astrolens.sources.loader import LoadedSource
from astrolens.sources.poll import poll
from tests.plugins.fake_hosts import keys, load

_PIXELS = np.arange(32 * 32, dtype=np.float32).reshape(32, 32)


def _write(file: Path, *, pixels: Any = _PIXELS, extensions: int = 0, **cards: Any) -> None:
    units: list[Any] = [fits.PrimaryHDU(None if extensions else pixels)]
    for number in range(extensions):
        units.append(fits.ImageHDU(pixels + number, name=f"CCD{number + 1}"))
    for key, value in cards.items():
        units[0].header[key.replace("_", "-")] = value
    file.parent.mkdir(parents=True, exist_ok=True)
    content = io.BytesIO()
    fits.HDUList(units).writeto(content)
    packed = file.suffix == ".gz"
    file.write_bytes(gzip.compress(content.getvalue()) if packed else content.getvalue())


class Reader:
    """Polls one archive; the plugin lives until `restart`."""

    def __init__(self, root: Path, **options: Any) -> None:
        self._options = {"path": str(root), **options}
        self._loaded: LoadedSource | None = None
        self.known: set[str] = set()
        self.cursor: dict[str, Any] = {}
        self.now = datetime.now(UTC)

    def restart(self) -> None:
        self._loaded = None
        self.cursor = json.loads(json.dumps(self.cursor))

    @property
    def loaded(self) -> LoadedSource:
        assert self._loaded is not None
        return self._loaded

    async def poll(self, limit: int = 10) -> list[Offer]:
        if self._loaded is None:
            self._loaded = await asyncio.to_thread(load, "archive", **self._options)
        context = make_context(
            self.loaded,
            cursor=self.cursor,
            is_known=self.known.__contains__,
            limit=limit,
            now=lambda: self.now,
        )
        offers = await poll(self.loaded, context, 10.0)
        self.known |= set(keys(offers))
        return offers


async def test_headers_give_position_band_and_time(tmp_path: Path) -> None:
    _write(tmp_path / "a.fits", RA=10.5, DEC=-3.25, FILTER="R", DATE_OBS="2001-02-03T04:05:06.5")
    _write(tmp_path / "b.fits.gz", RA="12:30:00", DEC="-00:30:00", FILTER="", DATE_OBS=51544.5)
    _write(tmp_path / "c.fit", CTYPE1="RA---TAN", RA=10.5, DEC=3.0, DATE_OBS="2001-02-03")
    _write(tmp_path / "d.fits", RA="east", DEC=91.0, DATE_OBS="long ago")
    a, b, c, d = await Reader(tmp_path).poll()
    assert a.position is not None
    assert (a.position.ra_deg, a.position.dec_deg, a.bands) == (10.5, -3.25, ("R",))
    assert a.observed_at == datetime(2001, 2, 3, 4, 5, 6, 500000, tzinfo=UTC)
    assert a.url == (tmp_path / "a.fits").as_uri()
    assert b.position is not None
    assert (b.position.ra_deg, b.position.dec_deg, b.bands) == (187.5, -0.5, ())
    assert b.observed_at == datetime(2000, 1, 1, 12, tzinfo=UTC)
    assert (c.position, c.observed_at) == (None, None), "the WCS of the picture says more; a day is no time"
    assert (d.position, d.observed_at) == (None, None)


async def test_keywords_terms_and_endings_can_be_chosen(tmp_path: Path) -> None:
    _write(tmp_path / "a.FTS", OBJRA=10, OBJDEC=20, BAND="g", MJD=51544.5)
    _write(tmp_path / "b.fits")
    names = {"ra_keyword": "OBJRA", "dec_keyword": "OBJDEC", "band_keyword": "BAND", "time_keyword": "MJD"}
    (offer,) = await Reader(tmp_path, pattern=[".fts"], licence="CC0", credit="me", **names).poll()
    assert offer.position is not None
    assert (offer.position.ra_deg, offer.bands, offer.licence, offer.credit) == (10, ("g",), "CC0", "me")
    assert offer.observed_at is not None


async def test_the_walk_is_in_order_and_survives_restarts_and_a_lost_poll(tmp_path: Path) -> None:
    names = ["2020/a.fits", "2020/b/x.fits", "2020/b/y.fits", "2020/c.fits", "2021/a.fits", "z.fits"]
    for name in names:
        _write(tmp_path / name)
    for name in ("2020/notes.txt", ".hidden/a.fits", "2021/b.fits.part"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    reader = Reader(tmp_path)
    seen: list[str] = []
    for turn in range(5):
        before = dict(reader.cursor)
        lost = keys(await reader.poll(limit=2))
        reader.known -= set(lost)
        reader.cursor = before  # as if the poll had failed at its end
        assert keys(await reader.poll(limit=2)) == lost
        seen += lost
        reader.known.clear()  # the cursor alone keeps the place
        if turn % 2:
            reader.restart()
    assert seen == names


async def test_it_waits_for_the_next_scan_and_then_reads_changed_folders_only(tmp_path: Path) -> None:
    for name in ("one/a.fits", "two/a.fits", "two/deep/a.fits"):
        _write(tmp_path / name)
    long_ago = (datetime.now(UTC) - timedelta(days=30)).timestamp()
    for folder in ("one", "two/deep", "two"):
        os.utime(tmp_path / folder, (long_ago, long_ago))
    reader = Reader(tmp_path, rescan_hours=24)
    assert len(await reader.poll()) == 3
    assert await reader.poll() == []
    _write(tmp_path / "two/deep/b.fits")
    assert await reader.poll() == [], "not yet"
    reader.now += timedelta(hours=25)
    reader.restart()
    reader.known.clear()
    assert keys(await reader.poll()) == ["two/deep/a.fits", "two/deep/b.fits"], "one/ and two/ did not change"
    reader.now += timedelta(days=365)
    assert keys(await Reader(tmp_path, rescan_hours=0).poll()) != []


async def test_no_new_scan_when_none_is_wanted(tmp_path: Path) -> None:
    _write(tmp_path / "a.fits")
    reader = Reader(tmp_path, rescan_hours=0)
    assert len(await reader.poll()) == 1
    _write(tmp_path / "b.fits")
    reader.now += timedelta(days=365)
    assert await reader.poll() == []


@pytest.mark.parametrize("name", ["m.fits", "m.fits.gz"])
async def test_every_part_of_a_file_is_a_picture_of_its_own(tmp_path: Path, name: str) -> None:
    _write(tmp_path / name, extensions=3, RA=1.0, DEC=2.0)
    reader = Reader(tmp_path, hdu="all")
    first = await reader.poll(limit=2)
    reader.restart()
    second = await reader.poll(limit=2)
    assert keys(first + second) == [f"{name}#{number}" for number in (1, 2, 3)]
    assert await reader.poll() == []
    plugin = reader.loaded.working()
    assert isinstance(plugin, ByteSource)
    for number, offer in enumerate(first + second):
        assert offer.position is not None, "the first header speaks for the others"
        content = await asyncio.to_thread(plugin.read, offer, reader.loaded.options)
        file = tmp_path / "part.out"
        file.write_bytes(content)
        image = await asyncio.to_thread(read_image, file, DecodeLimits())
        np.testing.assert_array_equal(image.pixels[0], _PIXELS + number)


async def test_a_part_is_named_or_numbered_and_may_be_packed_in_tiles(tmp_path: Path) -> None:
    _write(tmp_path / "m.fits", extensions=3)
    packed = fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(_PIXELS.astype(np.int16), name="CCD2")])
    packed.writeto(tmp_path / "n.fits.fz")
    for wanted, parts in (("ccd2", ["m.fits#2", "n.fits.fz#1"]), ("2", ["m.fits#2", "n.fits.fz"])):
        reader = Reader(tmp_path, hdu=wanted)
        offers = await reader.poll()
        assert keys(offers) == parts, "a file without that part is offered whole, to be parked with a reason"
    reader = Reader(tmp_path, hdu="ccd2")
    tiles = (await reader.poll())[1]
    plugin = reader.loaded.working()
    assert isinstance(plugin, ByteSource)
    content = await asyncio.to_thread(plugin.read, tiles, reader.loaded.options)
    (tmp_path / "out").write_bytes(content)
    image = await asyncio.to_thread(read_image, tmp_path / "out", DecodeLimits())
    np.testing.assert_array_equal(image.pixels[0], _PIXELS)


async def test_what_is_damaged_is_offered_whole(tmp_path: Path) -> None:
    (tmp_path / "a.fits").write_bytes(b"SIMPLE  = nonsense")
    (tmp_path / "b.fits").write_bytes(b"")
    (tmp_path / "c.fits.gz").write_bytes(b"\x1f\x8b\x08\x00 broken")
    offers = await Reader(tmp_path, hdu="all").poll()
    assert keys(offers) == ["a.fits", "b.fits", "c.fits.gz"]
    assert all(offer.url.startswith("file:") for offer in offers)


async def test_a_part_that_cannot_be_cut_out_is_bad_data(tmp_path: Path) -> None:
    _write(tmp_path / "m.fits", extensions=1)
    reader = Reader(tmp_path, hdu="all", largest_mb=0.004)
    (offer,) = await reader.poll()
    plugin = reader.loaded.working()
    assert isinstance(plugin, ByteSource)
    with pytest.raises(BadData, match="at most 4000 are taken"):
        await asyncio.to_thread(plugin.read, offer, reader.loaded.options)
    for url in ("archive:///etc/passwd#1", "archive:///x", f"{offer.url}7", "file:///x#1"):
        with pytest.raises(BadData):
            await asyncio.to_thread(
                plugin.read, Offer(source="archive", key="x", url=url), reader.loaded.options
            )


async def test_a_disk_that_is_not_there_comes_back(tmp_path: Path) -> None:
    reader = Reader(tmp_path / "absent")
    with pytest.raises(Unavailable, match=r"mount it or correct sources\.archive\.path"):
        await reader.poll()
    _write(tmp_path / "absent" / "a.fits")
    assert len(await reader.poll()) == 1


async def test_names_need_not_be_text_and_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    _write(tmp_path / "real/a.fits")
    (tmp_path / "real/a.fits").rename(tmp_path / "real" / os.fsdecode(b"\xff#.fits"))
    (tmp_path / "loop").symlink_to(tmp_path)
    reader = Reader(tmp_path)
    (offer,) = await reader.poll()
    assert offer.url.endswith("/real/%FF%23.fits")
    json.dumps(reader.cursor)
    assert await reader.poll() == []


async def test_a_poll_looks_at_a_bounded_number_of_entries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("astrolens_plugins.archive.plugin._ENTRIES_PER_STEP", 3)
    monkeypatch.setattr("astrolens_plugins.archive.plugin._STEPS_PER_POLL", 2)
    for number in range(13):
        (tmp_path / f"{number:02d}.txt").write_bytes(b"")
    _write(tmp_path / "z.fits")
    reader = Reader(tmp_path)
    assert await reader.poll() == []
    assert reader.cursor["after"] == "05.txt"
    reader.restart()
    assert await reader.poll() == []
    assert keys(await reader.poll()) == ["z.fits"]
