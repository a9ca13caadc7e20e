"""Versions in words: names, numbers, outcomes; and which change a rollback would undo."""

import pytest

from astrolens.api.wire_models import PromotionRow
from astrolens.tui.glyphs import ascii_glyphs, unicode_glyphs
from astrolens.tui.palette import dark_palette
from astrolens.tui.promotion_text import back_to, names_apart, promotion_lines
from astrolens.tui.table import table
from astrolens.tui.version_text import (
    comparison_of,
    numbers_of,
    outcome_words,
    short_name,
    version_columns,
    version_detail,
    version_row,
    whole_reply,
)
from tests.tui.fake_models import FOLDER, a_comparison, some_promotions
from tests.tui.fake_views import some_models
from tests.tui.still import WIDTHS


def rows_at(width: int) -> str:
    reply = some_models()
    cells = [version_row(row, reply, dark_palette(), unicode_glyphs()) for row in reply["choices"]]
    return "\n".join(line.plain.rstrip() for line in table(version_columns(cells), cells, width, ""))


def test_names_are_short() -> None:
    assert short_name(f"{FOLDER}/night-school/") == "night-school"
    assert short_name("bundled") == "bundled"
    assert short_name("facebook/dinov2-small") == "facebook/dinov2-small"
    assert short_name("/") == "/"
    assert "\x1b" not in short_name("/models/\x1b]0;x\x07")
    assert names_apart("/a/new", "id-1", "/b/new", "id-2") == ("id-1", "id-2")


def test_what_matters_most_is_left_when_it_is_narrow() -> None:
    assert "vit-tiny-p8-night-9c04" in rows_at(160)
    for width in (56, 76):
        narrow = rows_at(width)
        assert "night-school" in narrow
        assert "▲ better" in narrow
        assert "● in use" in narrow
    assert "+0.025 (+0.004 to +0.046)" in rows_at(76)


def test_numbers_are_said_with_their_interval() -> None:
    better = a_comparison("x", "id", "better")
    assert numbers_of(better) == (
        "AUROC 0.912 against 0.887 of the one in use: +0.025, 95 % +0.004 to +0.046, on 132 odd and 1,203 normal pictures"
    )
    assert "10 and 30 are needed" in numbers_of(a_comparison("x", "id", "too_few"))
    assert outcome_words(a_comparison("x", "id", "whatever")) == "-"
    better.update({"low": None, "high": None})
    assert "+0.025, on 132" in numbers_of(better)


def test_a_comparison_with_another_one_in_use_does_not_count() -> None:
    reply = some_models()
    assert comparison_of(reply, reply["choices"][1]) is not None
    reply["comparisons"][0]["former_id"] = "one-of-last-year"
    assert comparison_of(reply, reply["choices"][1]) is None


def test_one_that_is_being_compared_says_so() -> None:
    reply = some_models()
    reply["comparing"] = reply["choices"][4]["model"]
    cells = version_row(reply["choices"][4], reply, dark_palette(), ascii_glyphs())
    assert "% comparing" in [words for words, _style in cells]


@pytest.mark.parametrize("width", WIDTHS)
def test_details_fit(width: int) -> None:
    reply = some_models()
    for choice in reply["choices"]:
        lines = version_detail(choice, reply, some_promotions()[0], dark_palette(), width)
        assert all(line.cell_len <= max(12, width) for line in lines)


def test_an_older_answer_is_made_whole() -> None:
    reply = some_models()
    del reply["choices"]  # type: ignore[misc]
    assert whole_reply(reply)["choices"] == []


def change(number: int, kind: str, former: str, model: str) -> PromotionRow:
    row = some_promotions()[0]
    row.update({"number": number, "kind": kind, "former": former, "model": model})
    return row


def test_a_rollback_goes_one_further_back_each_time() -> None:
    made = [
        change(1, "configured", "a", "b"),
        change(2, "promoted", "b", "c"),
        change(3, "promoted", "c", "d"),
    ]

    def comes_back() -> str | None:
        back = back_to(made[::-1])
        return None if back is None else back.model

    assert comes_back() == "c"
    made.append(change(4, "rolled_back", "d", "c"))
    assert comes_back() == "b"
    made.append(change(5, "rolled_back", "c", "b"))
    assert comes_back() == "a"
    made.append(change(6, "promoted", "b", "e"))
    assert comes_back() == "b"
    made += [change(7, "rolled_back", "e", "b"), change(8, "rolled_back", "b", "a"), change(9, "?", "x", "y")]
    assert comes_back() is None
    assert back_to([]) is None


def test_promotions_say_on_what_they_rest() -> None:
    words = "\n".join(
        line.plain for line in promotion_lines(some_promotions(), dark_palette(), unicode_glyphs(), 200)
    )
    for said in (
        "▼ rolled back",
        "▲ promoted",
        "⚙ configured",
        "analyse.model was changed",
        "first-light",
        "without proof: not shown",
    ):
        assert said in words
    proven = some_promotions()[1]
    proven["comparison"] = a_comparison("x", "id", "better")
    words = "\n".join(line.plain for line in promotion_lines([proven], dark_palette(), unicode_glyphs(), 200))
    assert "without proof" not in words
    proven.update({"comparison": None, "reason": ""})
    words = "\n".join(line.plain for line in promotion_lines([proven], dark_palette(), unicode_glyphs(), 200))
    assert "without proof that it is better" in words
