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
