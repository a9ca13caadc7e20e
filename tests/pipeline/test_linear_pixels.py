"""Pixels for viewers: decoded in a child, shrunk by means, cached, the right way up."""

import asyncio
import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.config.paths import resolve
from astrolens.config.settings import Settings
from astrolens.domain.errors import BadData
from astrolens.domain.image import Offer
from astrolens.pipeline.cut_file import FUNCTION, block_means, cut_file
from astrolens.pipeline.linear_pixels import LinearPixels
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store, open_store
from tests.download.pictures import LIMITS, fits_bytes, galaxy, saved
from tests.pipeline.pictures import paint

WCS = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 210.0, "CRVAL2": -3.5, "CRPIX1": 32.5, "CRPIX2": 24.5,
    "CDELT1": -2.0 / 3600.0, "CDELT2": 2.0 / 3600.0, "RADESYS": "ICRS",
}  # fmt: skip


def arguments(path: Path, side: int = 256, band: int | None = None) -> dict[str, object]:
    return {
        "path": str(path), "side": side, "band": band, "megapixels": LIMITS.megapixels,
        "unpacked_mb": LIMITS.unpacked_mb,
    }  # fmt: skip


def test_a_fits_is_linear_and_its_last_row_is_on_top(tmp_path: Path) -> None:
    pixels = galaxy()
    reply = cut_file(arguments(saved(tmp_path / "a.fits", fits_bytes(pixels, WCS))))
    assert reply.arrays["planes"].dtype == np.dtype("<f4")
    assert reply.values["linear"]
    np.testing.assert_allclose(reply.arrays["planes"][0], pixels[::-1], rtol=1e-6)
    assert reply.values["tangent"][:4] == pytest.approx([210.0, -3.5, 31.5, pixels.shape[0] - 1 - 23.5])


def test_a_raster_has_levels(tmp_path: Path) -> None:
    (file,) = paint(tmp_path, 1)
    reply = cut_file(arguments(file))
    planes = reply.arrays["planes"]
    assert planes.dtype == np.dtype("<f2")
    assert planes.shape == (3, 48, 48)
    assert planes.max() <= 255
    np.testing.assert_array_equal(planes, np.round(planes))
    one = cut_file(arguments(file, band=1)).arrays["planes"]
    np.testing.assert_array_equal(one[0], planes[1])
    assert cut_file(arguments(file, side=20)).arrays["planes"].shape == (3, 16, 16)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 9), st.integers(0, 999))
def test_means_of_blocks(rows: int, columns: int, factor: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    planes = random.normal(5, 1, (2, rows, columns)).astype(np.float32)
    planes[random.random(planes.shape) < 0.2] = np.nan
    small = block_means(planes, factor)
    assert small.shape == (2, -(-rows // factor), -(-columns // factor))
    block = planes[1, :factor, :factor]
    if np.isfinite(block).any():
        assert small[1, 0, 0] == pytest.approx(np.nanmean(block, dtype=np.float64), rel=1e-5)
    else:
        assert np.isnan(small[1, 0, 0])


def stored(store: Store, content: bytes, key: str) -> ImageRecord:
    sha256 = hashlib.sha256(content).hexdigest()
    (number,) = store.images.offer_many([Offer(source="s", key=key, url="file:///x", bands=("r",))])
    temporary = store.blobs.temporary()
    temporary.write_bytes(content)
    store.blobs.add(temporary, sha256)
    store.images.fetched(number, sha256=sha256, size_bytes=len(content))
    record = store.images.get(number)
    assert record is not None
    return record


async def test_a_child_decodes_once_and_its_answer_is_kept() -> None:
    store = await asyncio.to_thread(open_store, resolve(Settings()))
    try:
        good = await store.run(stored, store, fits_bytes(galaxy(), WCS), "good")
        bad = await store.run(stored, store, b"SIMPLE  = not much", "bad")
        async with LinearPixels(store, LIMITS, memory_mb=2048, timeout_s=20.0) as pixels:
            cut = await pixels.cut(good, 32, None)
            assert cut is not None
            assert (cut.factor, cut.bands, cut.linear) == (2, ("r",), True)
            assert cut.tangent is not None
            assert cut.tangent.scale_arcsec == pytest.approx(4.0)
            assert cut.pixel_scale_arcsec == pytest.approx(2.0, rel=1e-3)
            assert await pixels.cut(good, 32, None) is cut
            assert await pixels.cut(good, 64, None) is not cut
            with pytest.raises(BadData):
                await pixels.cut(bad, 32, None)
    finally:
        await asyncio.to_thread(store.close)


async def test_nothing_starts_before_it_is_asked() -> None:
    store = await asyncio.to_thread(open_store, resolve(Settings()))
    try:
        (number,) = await store.run(store.images.offer_many, [Offer(source="s", key="k", url="file:///x")])
        record = await store.run(store.images.get, number)
        assert record is not None
        async with LinearPixels(store, LIMITS, memory_mb=2048, timeout_s=20.0) as pixels:
            assert await pixels.cut(record, 32, None) is None
    finally:
        await asyncio.to_thread(store.close)


async def test_who_gets_ready_starts_the_child_once() -> None:
    store = await asyncio.to_thread(open_store, resolve(Settings()))
    try:
        async with LinearPixels(store, LIMITS, memory_mb=2048, timeout_s=20.0) as pixels:
            await asyncio.gather(pixels.get_ready(), pixels.get_ready())
            assert pixels._started
    finally:
        await asyncio.to_thread(store.close)


def test_the_child_loads_no_more_than_it_needs() -> None:
    heavy = ("faiss", "onnxruntime", "torch", "sklearn", "aiohttp", "pydantic", "sqlite_utils")
    asked = f"import sys, {FUNCTION.partition(':')[0]}; print([one for one in {heavy} if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
