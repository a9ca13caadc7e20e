"""Every kind of event has a mark and words."""

import pytest

from astrolens.api.wire import EventRow
from astrolens.domain.event import EventKind
from astrolens.tui.eventwords import event_lines
from astrolens.tui.glyphs import unicode_glyphs
from astrolens.tui.palette import dark_palette


def told(kind: str, **payload: object) -> str:
    event = EventRow(sequence=1, at="2020-01-01T00:00:00Z", kind=kind, image_id=4, payload=payload)
    first, second = event_lines(event, dark_palette(), unicode_glyphs())
    return first.plain + ("" if second is None else "\n" + second.plain)


@pytest.mark.parametrize("kind", list(EventKind))
def test_every_kind_is_drawn_even_without_details(kind: EventKind) -> None:
    assert len(told(kind).split("\n")[0].strip()) > 6


def test_words() -> None:
    finding = told("finding", source="sdss", key="J1", sigma=5.31, catalogue="unknown")
    assert "▲ 5.3σ sdss J1\n" in finding
    assert "in no catalogue that answered" in finding
    assert "· 3.0σ" in told("finding", decision="near_miss", sigma=3)
    assert "-σ" in told("finding", sigma="nan")
    assert "⚙ sdss calibrated on 500" in told("calibrated", source="sdss", pictures=500)
    assert "● sdss is ok" in told("source_changed", source="sdss", state="ok")
    assert "x artefact by ana" in told("labelled", value="artefact", reviewer="ana")
    assert "truncated" in told("image_parked", source="sdss", reason="truncated JPEG")


def test_reasons_of_drift_and_moved_thresholds_are_said() -> None:
    drift = told("drift", source="sdss", direction="higher sky", reason="pictures differ: higher sky")
    assert "sdss drifts: higher sky" in drift
    assert "pictures differ: higher sky" in drift.split("\n")[1]
    moved = told(
        "threshold_moved", source="sdss", from_per_1000=2.0, to_per_1000=1.6, reason="9 of 12 labelled"
    )
    assert "threshold sdss 2 to 1.6 per 1,000" in moved
    assert "9 of 12 labelled" in moved.split("\n")[1]


def test_models_are_named_with_what_came_of_them() -> None:
    compared = told("model_compared", model="/home/ana/models/night", outcome="better", words="AUROC 0.91")
    assert "⚙ night compared with the model in use: better\n" in compared
    assert "AUROC 0.91" in compared
    assert "⚙ vit-9c04 put to use by ana" in told("model_promoted", model_id="vit-9c04", by="ana")
    again = told("model_rolled_back", model="bundled", by="ana", reason="satellite trails")
    assert "⚑ bundled taken up again by ana\n" in again
    assert "satellite trails" in again


def test_what_was_judged_or_measured_again_is_said_in_one_line() -> None:
    again = told("rejudged", source="sdss", new=12, pictures=3991, reason="daily")
    assert "sdss: 12 new among 3,991 judged again\n" in again
    assert "daily" in again
    assert "57 pictures measured again" in told("remeasured", measured=57, reason="of 2 the original is gone")


def test_a_label_that_was_taken_back_is_told_from_one_that_was_given() -> None:
    given = told("labelled", value="anomaly", reviewer="vera", image_id=4, withdrawn=False)
    assert "! anomaly by vera, picture 4" in given
    back = told("labelled", value="anomaly", reviewer="vera", image_id=4, withdrawn=True)
    assert "taken back: anomaly by vera, picture 4" in back
    assert "!" not in back
