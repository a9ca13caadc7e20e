"""Blank tiles are no pictures, dark ones are."""

import numpy as np
import pytest

from astrolens.domain.errors import BadData
from astrolens.domain.image import QualityFlag
from astrolens.download.content import content_flags, median_level, saturation_flag


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
