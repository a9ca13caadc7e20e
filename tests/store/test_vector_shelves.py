"""Whatever is put in, replaced and dropped in whatever order, what counts is found."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolens.store.vector_shelf import one_thread
from astrolens.store.vector_shelves import Shelves

DIMENSION = 8


def vector(image_id: int, version: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    row = np.random.default_rng((image_id, version)).standard_normal(DIMENSION).astype(np.float32)
    return np.asarray(row / np.linalg.norm(row), np.float32)


STEPS = st.lists(
    st.tuples(st.sampled_from(["put", "drop", "begin", "fill", "install", "away"]), st.integers(0, 30), st.integers(0, 2)),
    max_size=60,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_any_history_is_remembered(steps: list[tuple[str, int, int]]) -> None:
    one_thread()
    shelves, truth, plan = Shelves(), dict[int, int](), None
    for step, image_id, version in steps:
        if step == "put":
            new = shelves.insert(np.array([image_id]), vector(image_id, version)[None])
            assert new == int(truth.get(image_id) != version)
            truth[image_id] = version
        elif step == "drop":
            assert shelves.drop([image_id]) == int(truth.pop(image_id, None) is not None)
        elif step == "begin" and plan is None and shelves.dimension:
            plan = shelves.plan()
        elif step == "fill" and plan is not None:
            plan.graph.put(*shelves.next_of(plan, 4))
        elif step == "install" and plan is not None:
            while len((more := shelves.next_of(plan, 4))[0]):
                plan.graph.put(*more)
            shelves.install(plan)
            plan = None
        elif step == "away":
            shelves.put_away()
    assert sorted(shelves.held().tolist()) == sorted(truth)
    assert len(shelves) == len(truth)
    found = dict(shelves.search(vector(0, 0), 100, ())) if shelves.dimension else {}
    assert sorted(found) == sorted(truth)
    for image_id, version in truth.items():
        assert abs(found[image_id] - float(vector(image_id, version) @ vector(0, 0))) < 2e-3
        nearest = shelves.search(vector(image_id, version), 1, ())
        assert nearest[0][1] > 1.0 - 1e-5


def test_of_one_image_named_twice_the_later_counts() -> None:
    shelves = Shelves()
    assert shelves.insert(np.array([5, 5]), np.stack([vector(5, 0), vector(5, 1)])) == 1
    assert shelves.search(vector(5, 1), 1, ())[0][1] > 1.0 - 1e-6


def test_moves_are_due_when_there_are_many_or_many_were_given_up() -> None:
    one_thread()
    shelves = Shelves()
    shelves.insert(np.arange(40), np.stack([vector(number, 0) for number in range(40)]))
    assert not shelves.due(41, 4)
    assert shelves.due(40, 4)
    plan = shelves.plan()
    assert plan is not None
    while len((more := shelves.next_of(plan, 16))[0]):
        plan.graph.put(*more)
    shelves.install(plan)
    assert not shelves.due(40, 4)
    shelves.insert(np.arange(40, 45), np.stack([vector(number, 0) for number in range(40, 45)]))
    assert shelves.due(40, 4)
    assert shelves.plan() is None  # it is enough to put the five away
    shelves.put_away()
    assert not shelves.due(40, 4)
    shelves.drop(range(20))
    assert shelves.due(40, 4)
    assert shelves.plan() is not None
