"""Blank tiles are no pictures, dark ones are."""

from io import BytesIO
from pathlib import Path

import numpy as np
import PIL.Image
import PIL.ImageDraw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolens.domain.errors import BadData
from astrolens.domain.image import QualityFlag
from astrolens.download.content import content_flags, median_level, refuse_page, saturation_flag
from astrolens.download.limits import DecodeLimits
from astrolens.download.stage import decode


def test_blank_is_refused_and_almost_blank_flagged() -> None:
    different = np.zeros((100, 100), np.bool_)
    with pytest.raises(BadData, match="blank"):
        content_flags(different, different, 0.5)
    different[::2, :1] = True
    assert content_flags(different, np.zeros_like(different), 0.5) is QualityFlag.MOSTLY_EMPTY


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("side", [slice(0, 10), slice(-10, None)])
def test_an_empty_edge_is_flagged(axis: int, side: slice) -> None:
    different = np.ones((100, 100), np.bool_)
    empty = np.zeros_like(different)
    assert content_flags(different, empty, 0.5) is QualityFlag.NONE
    empty[(side, slice(None)) if axis == 0 else (slice(None), side)] = True
    assert content_flags(different, empty, 0.5) is QualityFlag.TRUNCATED_FIELD


def test_saturation() -> None:
    saturated = np.zeros((100, 100), np.bool_)
    saturated.flat[:10] = True
    assert saturation_flag(saturated) is QualityFlag.NONE
    saturated.flat[:11] = True
    assert saturation_flag(saturated) is QualityFlag.SATURATED


@pytest.mark.parametrize("values", [[3], [0, 0, 255], [1, 2, 3, 4], [9, 9, 9, 1]])
def test_median_of_levels(values: list[int]) -> None:
    lower = sorted(values)[(len(values) - 1) // 2]
    assert median_level(np.array(values, np.uint8), 256) == lower


@given(most=st.integers(1, 255), uneven=st.floats(0.1, 8.0), seed=st.integers(0, 999))
@settings(max_examples=50, deadline=None)
def test_median_of_many_levels(most: int, uneven: float, seed: int) -> None:
    share = np.random.default_rng(seed).random((40, 35)) ** uneven
    levels = np.sort(np.rint(most * share).astype(np.uint8), axis=0)
    assert median_level(levels, 256) == np.sort(levels, axis=None)[(levels.size - 1) // 2]


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("side", [100, 256, 424])
@pytest.mark.parametrize(
    ("paper", "ink"), [(128, 255), (60, 200), (255, 0), (40, 255), ((90, 90, 120), (255, 255, 255))]
)
def test_a_page_that_says_why_there_is_no_picture_is_no_picture(
    kind: str, side: int, paper: int | tuple[int, ...], ink: int | tuple[int, ...], tmp_path: Path
) -> None:
    page = PIL.Image.new("L" if isinstance(paper, int) else "RGB", (side, side), paper)
    words = PIL.ImageDraw.Draw(page)
    words.text((side // 2 - 38, side // 2 - 10), "No imaging data", fill=ink)
    words.text((side // 2 - 38, side // 2 + 2), "at this position", fill=ink)
    page.save(tmp_path / "page", kind)
    with pytest.raises(BadData, match=r"a page|blank"):
        decode(tmp_path / "page", DecodeLimits())


@given(sky=st.integers(0, 200), noise=st.floats(0.6, 6.0), seed=st.integers(0, 999))
@settings(max_examples=25, deadline=None)
def test_a_smooth_or_clipped_sky_is_a_picture(sky: int, noise: float, seed: int) -> None:
    rows, columns = np.mgrid[:96, :96]
    galaxy = 150.0 * np.exp(-np.hypot(rows - 48, columns - 48) / 6.0)
    seen = sky + galaxy + np.random.default_rng(seed).normal(0.0, noise, (96, 96))
    levels = np.clip(np.rint(seen), 0, 255).astype(np.uint8)
    refuse_page(PIL.Image.fromarray(levels))
    refuse_page(PIL.Image.fromarray(np.where(levels < sky + 20, 0, levels).astype(np.uint8)))
    packed = BytesIO()
    PIL.Image.fromarray(levels).save(packed, "JPEG", quality=75)
    refuse_page(PIL.Image.open(packed))


@pytest.mark.parametrize("share", [0.3, 0.5, 0.69, 0.71, 0.9])
@pytest.mark.parametrize("lines", ["even", "odd", "mixed", "last"])
def test_the_short_look_changes_no_answer(share: float, lines: str) -> None:
    levels = np.random.default_rng(6).integers(40, 240, (61, 50), dtype=np.uint8)
    order = {
        "even": np.arange(61) % 2,
        "odd": 1 - np.arange(61) % 2,
        "mixed": np.zeros(61),
        "last": -np.arange(61),
    }[lines]
    places = np.lexsort((np.arange(levels.size), np.repeat(order, 50)))
    levels.reshape(-1)[places[: round(share * levels.size)]] = 250
    if share > 0.7:
        with pytest.raises(BadData, match="a page"):
            refuse_page(PIL.Image.fromarray(levels))
    else:
        refuse_page(PIL.Image.fromarray(levels))
