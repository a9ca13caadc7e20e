"""What a picture resembles: itself and its copies never, normals of its own source only, labels of any."""

from dataclasses import replace

import numpy as np

from astrolens.domain.analysis import Analysis
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.detection import Decision
from astrolens.domain.review import Label, LabelValue
from astrolens.store.store import Store
from tests.store.samples import a_verdict, an_analysis, fetched, some_facts

NORMAL = a_verdict(1.0, Decision.NORMAL)


def along(angle: float, model_id: str = "model-1") -> Analysis:
    """An analysis whose embedding turns away with the angle."""
    vector = np.zeros(8, dtype=np.float32)
    vector[:2] = np.cos(angle), np.sin(angle)
    return replace(an_analysis(1, model_id=model_id), embedding=vector)


def put(store: Store, angles: list[float], source: str = "sdss", first: int = 0) -> list[int]:
    """Judged pictures."""
    ids = fetched(store, first + len(angles), source)[-len(angles) :]
    for number, angle in zip(ids, angles, strict=True):
        store.analyses.put(number, along(angle), some_facts(number))
    store.verdicts.put_many([(number, NORMAL) for number in ids])
    return ids


def label(store: Store, number: int, value: LabelValue) -> None:
    store.labels.add(Label(image_id=number, value=value, reviewer="ada", made_at=iso(utc_now())))


def test_nearest_normals_are_of_the_same_source_without_itself_and_copies(store: Store) -> None:
    asked, same, copy, near, odd, called_odd, far = put(store, [0.0, 0.0, 0.1, 0.2, 0.3, 0.4, 0.5])
    store.database.execute("UPDATE images SET near_duplicate_of = ? WHERE id = ?", (asked, copy))
    store.verdicts.put(odd, a_verdict(5.0, Decision.ANOMALY))
    label(store, called_odd, LabelValue.ARTEFACT)
    found = store.resemblance.normals(asked, along(0.0), 5)
    assert [one.image_id for one in found] == [near, far]
    assert same not in {one.image_id for one in found}  # the same pixels under another name
    assert found[0].similarity == np.float32(np.cos(0.2)) or abs(found[0].similarity - np.cos(0.2)) < 1e-6
    assert store.resemblance.newest_normals("sdss", 9)[0] == far
    assert odd not in store.resemblance.newest_normals("sdss", 9)


def test_nearest_labelled_are_few_and_of_the_same_encoder(store: Store) -> None:
    asked, near, copy_of_near, far, foreign = put(store, [0.0, 0.1, 0.11, 0.6, 0.0])
    store.database.execute("UPDATE images SET near_duplicate_of = ? WHERE id = ?", (near, copy_of_near))
    assert store.resemblance.labelled(asked, along(0.0), 5) == []
    for number in (asked, near, copy_of_near, far, foreign):
        label(store, number, LabelValue.ANOMALY)
    store.analyses.replace(foreign, along(0.05, "model-2"))
    found = store.resemblance.labelled(asked, along(0.0), 5)
    assert [(one.image_id, one.label) for one in found] == [(near, "anomaly"), (far, "anomaly")]
    assert [one.image_id for one in store.resemblance.labelled(asked, along(0.0), 1)] == [near]


def test_a_picture_of_a_former_encoder_has_no_neighbours(store: Store) -> None:
    asked, *_others = put(store, [0.0, 0.1])
    assert store.resemblance.normals(asked, along(0.0, "model-0"), 5) == []
