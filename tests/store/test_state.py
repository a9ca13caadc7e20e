"""Named values and detector states outlive the process."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from astrolens.config.paths import Paths
from astrolens.domain.detection import DetectorState
from astrolens.store.store import Store, open_store
from tests.store.samples import in_force

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def fitted(number: int, source: str = "sdss", model_id: str = "model-1") -> DetectorState:
    return DetectorState(
        state_id=f"{source} {model_id} {number}", source=source, model_id=model_id, fitted=number,
        calibrated=number, blob=bytes([number]), made_at="t",
    )  # fmt: skip


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=_JSON)
def test_any_json_comes_back(store: Store, value: object) -> None:
    store.state.put("name", value)
    assert store.state.get("name") == value


def test_missing_value_is_the_default(store: Store) -> None:
    assert store.state.get("nothing") is None
    assert store.state.get("nothing", {}) == {}


def test_nan_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="JSON"):
        store.state.put("name", float("nan"))


def test_several_values_or_none(store: Store) -> None:
    store.state.put_many({"a": 1, "b": None})
    assert (store.state.get("a"), store.state.get("b", "there")) == (1, None)
    with pytest.raises(ValueError, match="JSON"):
        store.state.put_many({"a": 2, "c": float("nan")})
    assert (store.state.get("a"), store.state.get("c")) == (1, None)


def test_a_source_counts_as_calibrated_with_whatever_encoder(store: Store) -> None:
    in_force(store, fitted(1, source="sdss", model_id="a former one"))
    assert store.state.is_calibrated("sdss")
    assert not store.state.is_calibrated("sds")


def test_names_by_prefix(store: Store) -> None:
    for name in ("cursor/b", "cursor/a", "cursor_x", "health/a"):
        store.state.put(name, 1)
    assert store.state.names("cursor/") == ["cursor/a", "cursor/b"]
    assert len(store.state.names()) == 4


def test_values_outlive_the_process(paths: Paths) -> None:
    store = open_store(paths)
    store.state.put("a", 1)
    store.close()
    again = open_store(paths)
    assert again.state.get("a") == 1
    again.close()


def test_newest_detectors_of_each_source_and_model(store: Store) -> None:
    for number in range(15):
        in_force(store, fitted(number))
    in_force(store, fitted(99, "legacy"))
    assert store.state.detector_state("sdss", "model-1") == fitted(14)
    assert store.state.detector_state("legacy", "model-1") == fitted(99, "legacy")
    assert store.state.detector_state("sdss", "model-2") is None
    with store.database.read() as connection:
        assert connection.execute("SELECT count(*) FROM detector_states").fetchone()[0] == 11
    in_force(store, fitted(3))
    assert store.state.detector_state("sdss", "model-1") == fitted(3)
