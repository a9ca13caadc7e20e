"""Which detectors decide, and what looks alike, in words."""

from astrolens.tui.facts import Facts
from astrolens.tui.glyphs import ascii_glyphs
from astrolens.tui.palette import dark_palette
from astrolens.tui.why_text import deciding, neighbours, outliers
from tests.tui.fake_daemon import candidate, detail_of
from tests.tui.fake_why import why_of


def test_nothing_is_said_of_weights_that_are_not_known() -> None:
    why = why_of(detail_of(candidate(0, 41)))
    assert deciding(why) == frozenset({"mahalanobis", "pair head"})
    assert deciding(None) is None
    for one in why["detectors"]:
        one["weight"] = 0.0
    assert deciding(why) is None


def test_strangers_names_are_harmless() -> None:
    why = why_of(detail_of(candidate(0, 41)))
    why["normals"][0]["key"] = "a\x1b[31m\u202eb"
    facts = Facts(dark_palette(), ascii_glyphs(), 80)
    lines = [line.plain for line in (*neighbours(facts, why["normals"]), *outliers(facts, why))]
    assert not any("\x1b" in line or "\u202e" in line for line in lines)


def test_numbers_have_their_units_and_no_line_is_cut_in_a_word() -> None:
    why = why_of(detail_of(candidate(0, 41)))
    for width in (80, 51, 40, 30):
        facts = Facts(dark_palette(), ascii_glyphs(), width)
        odd, narrow = (line.plain for line in outliers(facts, why))
        assert 'half light    0.9"' in narrow
        assert len(odd) <= width or not odd.endswith("%"), "the share is there as a whole, or not at all"
        assert ("above" in odd) == (width >= 50), odd
