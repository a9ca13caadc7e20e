"""Blocks of text about one picture."""

import pytest

from astrolens.tui.facts import Facts
from astrolens.tui.glyphs import unicode_glyphs
from astrolens.tui.palette import dark_palette
from tests.tui.fake_daemon import candidate, detail_of


@pytest.mark.parametrize("width", [0, 20, 34, 60, 120])
def test_every_block_fits_its_width(width: int) -> None:
    facts, detail = Facts(dark_palette(), unicode_glyphs(), width), detail_of(candidate(1, 41))
    lines = [*facts.scores(detail), *facts.shape(detail), *facts.shares(detail["classes"])]
    assert max(line.cell_len for line in lines) <= max(width, 25)


def test_scores_are_sorted_and_nan_is_last() -> None:
    facts, detail = Facts(dark_palette(), unicode_glyphs(), 60), detail_of(candidate(1, 41))
    detail["p_values"] = {"slow": 0.5, "lost": None, "odd": 1e-9}
    names = [line.plain.split()[0] for line in facts.scores(detail)]
    assert names == ["odd", "slow", "lost"]
    assert facts.scores(detail)[0].plain.endswith(".999")
    assert facts.scores(detail)[2].plain.endswith("-")


def test_a_missing_measurement_is_a_dash() -> None:
    facts, detail = Facts(dark_palette(), unicode_glyphs(), 30), detail_of(candidate(1, 41))
    detail["morphology"] = {"half_light_radius_px": None, "gini": 0.5}
    assert [line.plain.split() for line in facts.shape(detail)] == [["half", "light", "-"], ["Gini", "0.5"]]


def test_two_numbers_beside_each_other_do_not_touch() -> None:
    facts, detail = Facts(dark_palette(), unicode_glyphs(), 32), detail_of(candidate(1, 41))
    detail["morphology"] = {"ellipticity": 0.06951, "second_peak_ratio": 0.951, "m20": -0.7851, "gini": 0.4}
    lines = [line.plain for line in facts.shape(detail)]
    assert lines == ["1 - b/a   0.07  2nd peak  0.951", "M20       -0.79 Gini      0.4"]
