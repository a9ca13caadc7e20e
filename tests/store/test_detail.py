"""One image with everything, in the keys of the wire."""

import json
import math
from typing import get_type_hints

from astrolens.api.wire import ImageDetail, LabelRow, SimilarRow
from astrolens.domain.finding import CatalogAnswer, CatalogOutcome
from astrolens.domain.image import Offer, QualityFlag
from astrolens.domain.review import Label, LabelValue
from astrolens.store.record import MeasuredFacts
from astrolens.store.store import Store
from tests.store.samples import a_hash, a_verdict, an_analysis, analysed, judged, offered, some_facts

_KEYS = set(get_type_hints(ImageDetail)) - {"description"}  # added by the API, when there are words


def test_full_row_has_the_keys_of_the_wire_and_is_json(store: Store) -> None:
    (image_id,) = store.images.offer_many([Offer(source="s", key="k", url="u", truth="ring")])
    store.images.fetched(image_id, sha256=a_hash(1), size_bytes=3)
    facts = some_facts(1)
    flagged = MeasuredFacts(
        width=5, height=6, media_type=facts.media_type, phash=facts.phash, flags=QualityFlag.SATURATED
    )
    store.analyses.put(image_id, an_analysis(1, value=math.nan), flagged)
    store.verdicts.put(image_id, a_verdict(3.0))
    label = store.labels.add(Label(image_id=image_id, value=LabelValue.UNSURE, reviewer="r", made_at="t"))
    answer = CatalogAnswer(catalogue="simbad", outcome=CatalogOutcome.NOT_ANSWERED, reason="time ran out")
    store.crossref.put(image_id, (answer,), required=("simbad",))
    row = store.verdicts.row(image_id)
    assert row is not None
    assert set(row) == _KEYS
    assert json.loads(json.dumps(row, allow_nan=False)) == row
    assert (row["flags"], row["morphology_flags"]) == (["saturated"], ["touches_edge"])
    assert row["morphology"]["gini"] is None
    assert row["scores"] == {"msp": 0.4, "knn": None}
    assert row["truth"] == "ring"
    assert row["answers"][0]["reason"] == "time ran out"
    assert row["labels"][0]["label_id"] == label.label_id
    assert set(row["labels"][0]) == set(get_type_hints(LabelRow))
    assert math.isclose(sum(row["classes"].values()), 1.0)


def test_bare_row_has_them_too_but_no_truth(store: Store) -> None:
    (image_id,) = offered(store, 1)
    row = store.verdicts.row(image_id)
    assert row is not None
    assert set(row) == _KEYS - {"truth"}
    assert (row["decision"], row["sigma"], row["state"]) == ("calibrating", None, "offered")
    assert json.dumps(row)
    assert store.verdicts.row(99) is None


def test_neighbours_keep_their_order_and_skip_the_unknown(store: Store) -> None:
    first, second = judged(store, [a_verdict(3.0), a_verdict(2.0)])
    (third,) = analysed(store, 1, "legacy")
    rows = store.verdicts.neighbours([(second, 0.9), (99, 0.8), (third, 0.7), (first, 0.6)])
    assert [row["id"] for row in rows] == [second, third, first]
    assert [row["decision"] for row in rows] == ["anomaly", "calibrating", "anomaly"]
    assert set(rows[0]) == set(get_type_hints(SimilarRow))
