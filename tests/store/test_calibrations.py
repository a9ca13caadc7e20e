"""A calibration comes into force with the event that tells of it, or not at all."""

import pytest

from astrolens.domain.event import Event, EventKind
from astrolens.store.store import Store
from tests.store.test_state import fitted

EVENT = Event(kind=EventKind.CALIBRATED, at="2026-11-21T00:00:00Z", payload={"source": "sdss"})


def test_all_of_it_is_stored(store: Store) -> None:
    told = store.calibrations.put(fitted(1), {"bands/sdss": {"apart": ["r"]}}, EVENT)
    assert store.state.detector_state("sdss", "model-1") == fitted(1)
    assert store.state.get("bands/sdss") == {"apart": ["r"]}
    assert store.events.after(0) == [told]
    assert told.sequence > 0


def test_or_nothing(store: Store) -> None:
    with pytest.raises(ValueError, match="JSON"):
        store.calibrations.put(fitted(1), {"bands/sdss": float("nan")}, EVENT)
    assert store.state.detector_state("sdss", "model-1") is None
    assert store.events.after(0) == []
