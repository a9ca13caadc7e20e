"""The evidence for a verdict as lines that a terminal can bear."""

import pytest

from astrolens.api.wire_verdict import TrialReply
from astrolens.cli.why import say_trial, say_why
from tests.tui.fake_daemon import candidate, detail_of
from tests.tui.fake_why import why_of


def test_everything_of_a_card_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    card = why_of(detail_of(candidate(0, 41)))
    card.update({"held_by": "top_per_night", "former_model": True})
    card["normals"][0]["key"] = "a\x1b[31mb"
    say_why(card)
    out = capsys.readouterr().out
    for words in (
        "votes      2 of msp, energy and mahalanobis alone would flag it: a majority",
        "held back  by top_per_night",
        "a former one",
        "odd shape  asymmetry 0.41: normals 0.05 to 0.22, 99.8 % of them are below",
        "flags      saturated",
        "nearest normals:",
        "nearest labelled pictures:",
    ):
        assert words in out
    assert "\x1b" not in out
    card.update({"labelled": []})
    say_why(card)
    assert "nearest labelled pictures: none" in capsys.readouterr().out


def test_a_trial_is_a_table_with_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    say_trial(TrialReply(sources=[]))
    assert "no source has enough pictures" in capsys.readouterr().out
    row = {
        "source": "sdss",
        "model_id": "m",
        "sample": 500,
        "pictures": 3991,
        "new": 12,
        "gone": 1,
        "table": [{"old": "normal", "new": "anomaly", "count": 12, "ids": list(range(1, 13))}],
    }
    say_trial({"sources": [row]})  # type: ignore[list-item]
    out = capsys.readouterr().out
    assert "12 new and 1 no longer anomalies among 3,991 pictures" in out
    assert "normal  anomaly         12  1 2 3 4" in out
