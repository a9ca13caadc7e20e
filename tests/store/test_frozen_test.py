"""What encoders are compared on: labelled, not calibrated on, measured by the one in use, original kept."""

from dataclasses import replace

from astrolens.domain.review import Label, LabelValue
from astrolens.store.store import Store
from tests.store.samples import a_verdict, an_analysis, judged

SAMPLE = replace(a_verdict(1.0, state_id="s1"), in_calibration=True)
LATER = a_verdict(1.0, state_id="s1")
FORMER = replace(a_verdict(1.0, state_id="s0"), in_calibration=True)


def say(store: Store, image_id: int, value: LabelValue, at: int = 1) -> None:
    made_at = f"2026-11-21T00:00:0{at}.000Z"
    store.labels.add(Label(image_id=image_id, value=value, reviewer="ada", made_at=made_at))


def test_what_belongs_to_it(store: Store) -> None:
    ids = judged(store, [SAMPLE] * 4 + [LATER] * 7 + [FORMER])
    store.database.execute("UPDATE images SET has_blob = 1")
    own, (odd, fault, plain, unsure, moved, gone, foreign), once = ids[:4], ids[4:11], ids[11]
    say(store, own[0], LabelValue.NORMAL)
    say(store, own[1], LabelValue.ANOMALY)
    for number, value in ((odd, "anomaly"), (fault, "artefact"), (plain, "normal"), (unsure, "unsure")):
        say(store, number, LabelValue(value))
    say(store, moved, LabelValue.NORMAL)
    say(store, moved, LabelValue.ANOMALY, at=2)
    for number in (gone, foreign, once):
        say(store, number, LabelValue.NORMAL)
    store.database.execute("UPDATE images SET has_blob = 0 WHERE id IN (?, ?)", (gone, own[3]))
    store.analyses.replace(foreign, an_analysis(1, model_id="another"))
    strangers = judged(store, [LATER], source="legacy")
    say(store, strangers[0], LabelValue.NORMAL)
    found = store.frozen_test.pictures("model-1", {"sdss": "s1"}, 100)
    assert [(one.image_id, one.label.value) for one in found] == [
        (once, "normal"), (moved, "anomaly"), (plain, "normal"), (fault, "artefact"), (odd, "anomaly"),
    ]  # fmt: skip
    assert {one.source for one in found} == {"sdss"}
    assert store.frozen_test.pictures("model-1", {"sdss": "s1"}, 2) == found[:2]
    assert store.frozen_test.pictures("model-1", {}, 100) == []
    assert store.frozen_test.sample("sdss", "model-1", "s1", 100) == [own[0], own[2]]
    assert store.frozen_test.sample("sdss", "model-1", "s1", 1) == [own[2]]
