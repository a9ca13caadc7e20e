"""Known, unknown and unanswered stay apart, in the rows and in the counts."""

from dataclasses import replace

import pytest

from astrolens.domain.finding import CatalogAnswer, CatalogMatch, CatalogOutcome, CatalogState
from astrolens.domain.sky import SkyPosition
from astrolens.store.crossref import words
from astrolens.store.store import Store
from tests.store.samples import a_hash, a_verdict, an_analysis, an_offer, judged, some_facts

PLACE = SkyPosition(ra_deg=1.0, dec_deg=2.0, error_arcsec=0.1)
MATCH = CatalogMatch(
    catalogue="simbad", name="NGC 5216", object_type="Galaxy", position=PLACE, separation_arcsec=1.23,
    chance_probability=0.01, size_arcsec=30.0, redshift=0.009, references=7,
)  # fmt: skip
FOUND = CatalogAnswer(
    catalogue="simbad", outcome=CatalogOutcome.MATCH, matches=(MATCH,), radius_arcsec=5.0, asked_at="t"
)
NOTHING = CatalogAnswer(catalogue="simbad", outcome=CatalogOutcome.NO_MATCH, radius_arcsec=5.0, asked_at="t")
SILENT = CatalogAnswer(
    catalogue="simbad", outcome=CatalogOutcome.NOT_ANSWERED, reason="offline", asked_at="t"
)


def placed(store: Store, count: int = 1) -> list[int]:
    numbers = store.images.offer_many([an_offer(number, position=PLACE) for number in range(count)])
    for number in numbers:
        store.images.fetched(number, sha256=a_hash(number), size_bytes=1)
        store.analyses.put(number, an_analysis(number), some_facts(number))
        store.verdicts.put(number, a_verdict(3.0))
    return numbers


@pytest.mark.parametrize(
    ("answer", "state", "said"),
    [
        (FOUND, CatalogState.KNOWN, 'NGC 5216, 1.2"'),
        (NOTHING, CatalogState.UNKNOWN, "unknown (1 of 1)"),
        (SILENT, CatalogState.NOT_ANSWERED, "not answered: simbad"),
    ],
)
def test_three_outcomes(store: Store, answer: CatalogAnswer, state: CatalogState, said: str) -> None:
    (image_id,) = placed(store)
    assert store.crossref.put(image_id, [answer], required=["simbad"]) is state
    assert store.crossref.get(image_id) == (answer,)
    (row,) = store.verdicts.candidates()["rows"]
    assert (row["catalogue"], row["catalogue_words"]) == (state.value, said)
    assert store.crossref.summary()[state] == 1
    assert sum(store.crossref.summary().values()) == 1


def test_answer_outlives_a_later_silence_but_not_a_later_answer(store: Store) -> None:
    (image_id,) = placed(store)
    store.crossref.put(image_id, [SILENT], required=["simbad"])
    store.crossref.put(image_id, [NOTHING], required=["simbad"])
    assert store.crossref.put(image_id, [SILENT], required=["simbad"]) is CatalogState.UNKNOWN
    assert store.crossref.put(image_id, [FOUND], required=["simbad"]) is CatalogState.KNOWN


def test_a_catalogue_that_must_answer_keeps_the_question_open(store: Store) -> None:
    (image_id,) = placed(store)
    assert store.crossref.put(image_id, [NOTHING], required=["simbad", "ned"]) is CatalogState.NOT_ANSWERED
    (row,) = store.verdicts.candidates()["rows"]
    assert row["catalogue_words"] == "not answered: ned"


def test_without_position_nothing_is_asked(store: Store) -> None:
    (image_id,) = judged(store, [a_verdict(3.0)])
    assert store.crossref.summary()[CatalogState.NO_POSITION] == 1
    assert store.crossref.unanswered(9) == []
    assert store.crossref.put(image_id, (), required=["simbad"]) is CatalogState.NO_POSITION


def test_open_questions_take_turns(store: Store) -> None:
    first, second, third = placed(store, 3)
    assert store.crossref.unanswered(9) == [first, second, third]
    store.crossref.put(first, [SILENT], required=["simbad"])
    assert store.crossref.unanswered(9) == [second, third, first]
    assert store.crossref.unanswered(2) == [second, third]
    store.crossref.put(second, [FOUND], required=["simbad"])
    store.crossref.put(third, [NOTHING], required=["simbad"])
    assert store.crossref.unanswered(9) == [first]


def test_cache_gives_back_what_it_got(store: Store) -> None:
    assert store.crossref.cache_get_many("simbad", ["cell"]) == {}
    store.crossref.cache_put_many("simbad", [("cell", FOUND)])
    store.crossref.cache_put_many("simbad", [("cell", NOTHING), ("other", FOUND)])
    store.crossref.cache_put_many("ned", [("cell", FOUND)])
    found = store.crossref.cache_get_many("simbad", ["cell", "other", "none"])
    assert found == {"cell": NOTHING, "other": FOUND}
    assert store.crossref.cache_get_many("ned", ["cell"]) == {"cell": FOUND}
    assert store.crossref.cache_prune("2000") == 0
    assert store.crossref.cache_prune("2999") == 3


def test_silence_is_never_remembered_as_an_answer(store: Store) -> None:
    with pytest.raises(ValueError, match="did not answer"):
        store.crossref.cache_put_many("simbad", [("one", NOTHING), ("two", SILENT)])
    assert store.crossref.cache_get_many("simbad", ["one", "two"]) == {}


def test_a_bare_detection_does_not_make_known_unless_its_catalogue_is_required(store: Store) -> None:
    (image_id,) = placed(store)
    seen = replace(FOUND, catalogue="sdss", matches=(replace(MATCH, catalogue="sdss", explains=False),))
    assert store.crossref.put(image_id, [NOTHING, seen], required=["simbad"]) is CatalogState.UNKNOWN
    (row,) = store.verdicts.candidates()["rows"]
    assert row["catalogue_words"] == "unknown (2 of 2)"
    assert store.crossref.get(image_id)[0] == seen
    assert store.crossref.put(image_id, [], required=["simbad", "sdss"]) is CatalogState.KNOWN


def test_unknown_image_is_named(store: Store) -> None:
    with pytest.raises(ValueError, match="no image 99"):
        store.crossref.put(99, [FOUND], required=[])


def test_words_of_nothing_asked() -> None:
    assert words(CatalogState.NOT_ASKED, (), ("simbad",)) == ""
    assert words(CatalogState.NO_POSITION, (), ("simbad",)) == "no position"
