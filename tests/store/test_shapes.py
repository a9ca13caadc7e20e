"""Only what was flagged and has no shape waits for one."""

from dataclasses import replace

from astrolens.domain.analysis import MorphologyFlag
from astrolens.domain.detection import Decision
from astrolens.store.shapes import ShapeTable
from astrolens.store.store import Store
from tests.store.samples import a_morphology, a_verdict, an_analysis, judged

BARE = replace(a_morphology(), flags=MorphologyFlag.NOT_ASKED)


def flagged(store: Store) -> list[int]:
    decisions = (Decision.ANOMALY, Decision.NORMAL, Decision.NEAR_MISS)
    return judged(store, [a_verdict(4.0, decision=decision) for decision in decisions])


def test_flagged_pictures_without_a_shape_wait_newest_first(store: Store) -> None:
    ids = flagged(store)
    table = ShapeTable(store.database)
    assert table.waiting("model-1", 9) == []
    for number in ids:
        store.analyses.replace(number, replace(an_analysis(number), morphology=BARE))
    assert table.waiting("model-1", 9) == [ids[2], ids[0]]
    assert table.waiting("model-1", 1) == [ids[2]]
    assert table.waiting("model-2", 9) == []


def test_a_shape_that_was_added_is_marked_and_asked_for_no_more(store: Store) -> None:
    ids = flagged(store)
    table = ShapeTable(store.database)
    store.analyses.replace(ids[0], replace(an_analysis(ids[0]), morphology=BARE))
    table.put(ids[0], "model-2", a_morphology(7.0))
    assert table.waiting("model-1", 9) == [ids[0]]
    table.put(ids[0], "model-1", a_morphology(7.0))
    assert table.waiting("model-1", 9) == []
    found = store.analyses.get(ids[0])
    assert found is not None
    assert found.morphology.numbers() == a_morphology(7.0).numbers()
    assert found.morphology.flags == a_morphology().flags | MorphologyFlag.LATER
