"""Encoders, calibrations and nights, as other tables keep them."""

from datetime import UTC, datetime

from astrolens.domain.detection import Decision, DetectorState
from astrolens.store.model_history import Calibration, FormerModel, Night
from astrolens.store.nights import NightPicture
from astrolens.store.store import Store
from tests.store.samples import a_verdict, an_analysis, in_force, judged


def a_state(number: int, source: str, model_id: str) -> DetectorState:
    return DetectorState(
        state_id=f"s{number}", source=source, model_id=model_id, fitted=300, calibrated=200, blob=b"",
        made_at=f"2026-11-{number:02d}T00:00:00.000Z",
    )  # fmt: skip


def test_models_and_calibrations(store: Store) -> None:
    judged(store, [a_verdict(sigma) for sigma in (3.0, 2.0)])
    for number, (source, model) in enumerate(
        [("sdss", "old"), ("sdss", "model-1"), ("legacy", "model-1")], start=1
    ):
        in_force(store, a_state(number, source, model))
    assert store.model_history.models() == [
        FormerModel(model_id="model-1", pictures=2, calibrations=2, newest="2026-11-03T00:00:00.000Z"),
        FormerModel(model_id="old", pictures=0, calibrations=1, newest="2026-11-01T00:00:00.000Z"),
    ]
    assert store.state.detector_state_id("sdss", "model-1") == "s2"
    assert store.state.detector_state_id("sdss", "unknown") is None
    assert [one.source for one in store.model_history.calibrations()] == ["legacy", "sdss"]
    assert store.model_history.calibrations()[1] == Calibration(
        source="sdss", state_id="s2", model_id="model-1", fitted=300, calibrated=200,
        made_at="2026-11-02T00:00:00.000Z",
    )  # fmt: skip


def test_pictures_are_counted_as_they_come_and_change_their_encoder(store: Store) -> None:
    first, second = judged(store, [a_verdict(sigma) for sigma in (3.0, 2.0)])
    store.analyses.replace(second, an_analysis(2, model_id="new"))
    store.analyses.replace(first, an_analysis(1))
    assert {one.model_id: one.pictures for one in store.model_history.models()} == {"model-1": 1, "new": 1}
    assert (store.analyses.count("sdss", "new"), store.analyses.count("sdss", "none")) == (1, 0)
    store.analyses.replace(first, an_analysis(1, model_id="new"))
    assert [(one.model_id, one.pictures) for one in store.model_history.models()] == [("new", 2)]


def test_nights_count_what_lies_within_the_budget(store: Store) -> None:
    first, second = judged(store, [a_verdict(sigma) for sigma in (3.0, 2.0)])
    store.nights.add("2026-11-20", 500, [NightPicture(image_id=first, p_value=0.001, online=True)])
    store.nights.add("2026-11-21", 100, [NightPicture(image_id=second, p_value=0.009, online=True)])
    assert store.model_history.nights(2.0) == [
        Night(night="2026-11-20", judged=500, odd=1), Night(night="2026-11-21", judged=100, odd=0),
    ]  # fmt: skip


def test_a_night_goes_from_noon_to_noon(store: Store) -> None:
    ids = judged(store, [a_verdict(sigma) for sigma in (3.0, 2.0, 2.5)])
    for image_id, at in zip(
        ids, ("2026-11-20T12:00:00.000Z", "2026-11-21T11:59:59.999Z", "2026-11-21T12:00:00.000Z"), strict=True
    ):
        store.database.execute("UPDATE images SET found_at = ? WHERE id = ?", (at, image_id))
    now = datetime(2026, 11, 21, 20, tzinfo=UTC)
    counts = store.model_history.found_by_night(Decision.ANOMALY.value, 3, now)
    assert counts == [0, 2, 1]
