"""What people say together."""

from astrolens.domain.review import Label, LabelValue
from astrolens.review.disagreement import opinions, together

A, N, X, U = LabelValue.ANOMALY, LabelValue.NORMAL, LabelValue.ARTEFACT, LabelValue.UNSURE


def said(*words: tuple[str, LabelValue] | tuple[str, LabelValue, bool]) -> list[Label]:
    return [
        Label(
            image_id=1, reviewer=word[0], value=word[1], made_at="t", label_id=number, withdrawn=len(word) > 2
        )
        for number, word in enumerate(words, start=1)
    ]


def test_the_newest_word_of_each_counts_in_any_order() -> None:
    labels = said(("ana", A), ("jan", N), ("ana", N))
    found = opinions(reversed(labels))
    assert [(label.reviewer, label.value) for label in found.by_reviewer] == [("jan", N), ("ana", N)]
    assert found.counts == {N: 2}
    assert not found.disputed


def test_people_disagree_when_two_are_sure_of_different_things() -> None:
    assert opinions(said(("ana", A), ("jan", N))).disputed
    assert not opinions(said(("ana", A), ("jan", U))).disputed
    assert not opinions(said(("ana", A), ("jan", N, True))).disputed
    assert not opinions([]).disputed


def test_the_word_of_the_majority_of_those_who_are_sure() -> None:
    assert together(said(("ana", A), ("jan", A), ("eva", N), ("ola", U))) is A
    assert together(said(("ana", A), ("jan", N))) is None
    assert together(said(("ana", U))) is None
    assert together([]) is None
