"""The words of the card."""

from astrolens.domain.review import LabelValue
from astrolens.tui.card_text import card_lines, card_title
from tests.tui.fake_daemon import candidate, detail_of
from tests.tui.fake_why import why_of
from tests.tui.still import still_live


def test_title_says_what_you_said() -> None:
    live, row = still_live(), candidate(0, 41)
    assert "you" not in card_title(row, live.marks.shown(row), live, None).plain
    live.marks.begin(row, LabelValue.ANOMALY, 3)
    assert "you: ! anomaly 3 (on its way)" in card_title(row, live.marks.shown(row), live, None).plain
    live.marks.refuse(row["id"])
    assert "not saved" in card_title(row, live.marks.shown(row), live, 4).plain
    assert "interest 4" in card_title(row, None, live, 4).plain


def test_blocks_that_are_empty_have_no_heading() -> None:
    live, detail = still_live(), detail_of(candidate(0, 41))
    detail.update(
        {"classes": {}, "heads": {}, "scores": {}, "labels": [], "morphology": {}, "morphology_flags": []}
    )
    text = "\n".join(line.plain for line in card_lines(detail, detail, live, 60, ""))
    assert "classes" not in text
    assert "labels" not in text
    assert "why: share" in text


def test_labels_newest_first_with_what_was_taken_back() -> None:
    live, detail = still_live(), detail_of(candidate(0, 41))
    for label_id, value, reviewer in ((1, "normal", "ana"), (2, "anomaly", "bo")):
        detail["labels"].append(
            {
                "label_id": label_id,
                "image_id": 1,
                "value": value,
                "reviewer": reviewer,
                "made_at": "2020-01-01T00:00:00Z",
                "interest": None,
                "note": "odd",
                "withdrawn": label_id == 1,
            }
        )
    text = "\n".join(line.plain for line in card_lines(detail, detail, live, 100, ""))
    assert text.index("bo") < text.index("ana")
    assert "= normal  2020-01-01 00:00 UTC  odd  taken back" in text


def test_without_details_it_says_why() -> None:
    row = candidate(0, 41)
    assert card_lines(row, None, still_live(), 60, "no daemon answers")[-1].plain == "no daemon answers"


def test_the_evidence_stands_below_the_verdict() -> None:
    live, detail = still_live(), detail_of(candidate(0, 41))
    text = "\n".join(line.plain for line in card_lines(detail, detail, live, 70, "", why_of(detail)))
    assert "(knn)" in text  # it does not decide
    assert "mahalanobis" in text
    assert "asymmetry     0.41  usual 0.05..0.22, above 99.8 %" in text
    assert 'half light    0.9"  usual 1.2..6.1, below 99.6 %' in text
    assert text.index("odd shape") < text.index("nearest normals") < text.index("nearest labelled")
    assert "! anomaly     0.930       1 sdss" in text


def test_a_rule_that_held_it_back_and_a_former_model_are_said() -> None:
    live, detail = still_live(), detail_of(candidate(0, 41))
    detail.update({"held_by": "top_per_night", "former_model": True})
    text = "\n".join(line.plain for line in card_lines(detail, detail, live, 70, ""))
    assert "held back     by top per night; it is inside the budget" in text
    assert "former model" in text


def test_what_stands_below_the_verdict_goes_on_in_the_next_line_of_a_narrow_card() -> None:
    live, detail = still_live(), detail_of(candidate(0, 41))
    detail.update({"held_by": "top_per_night", "former_model": True, "in_calibration": True})
    lines = [line.plain for line in card_lines(detail, detail, live, 37, "")]
    upper = lines[: lines.index("why: share of normals less odd")]
    assert max(map(len, upper)) <= 37
    said = " ".join(" ".join(upper).split())
    for words in ("10 false alarms per 1,000" if detail["budget_per_1000"] == 10 else "false alarms per 1,000",
                  "of 3 alone would flag it", "its p leaves it out", "it is inside the budget", "measured again"):  # fmt: skip
        assert words in said
