"""What people say together about one picture."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from astrolens.domain.review import Label, LabelValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinions:
    """The word of each person, and whether they agree.

    Attributes
    ----------
    by_reviewer : tuple of Label
        One label of each person, the newest that holds; in the order in which they were said.
    counts : Mapping of LabelValue to int
        People with this word; words that nobody said are left out.
    disputed : bool
        True when two people are sure of different things. Who is unsure contradicts nobody.
    """

    by_reviewer: tuple[Label, ...]
    counts: Mapping[LabelValue, int]
    disputed: bool


def opinions(labels: Iterable[Label]) -> Opinions:
    """Gather what people say of one picture.

    Parameters
    ----------
    labels : iterable of Label
        All of one picture, in any order, withdrawn ones too.

    Returns
    -------
    Opinions
        Empty when nobody says anything.
    """
    newest: dict[str, Label] = {}
    for label in sorted(labels, key=lambda one: one.label_id):
        if not label.withdrawn:
            newest.pop(label.reviewer, None)
            newest[label.reviewer] = label
    said = tuple(newest.values())
    counts = {value: sum(one.value is value for one in said) for value in LabelValue}
    sure = {one.value for one in said} - {LabelValue.UNSURE}
    return Opinions(
        by_reviewer=said,
        counts={value: count for value, count in counts.items() if count},
        disputed=len(sure) > 1,
    )


def together(labels: Iterable[Label]) -> LabelValue | None:
    """The word that people agree on.

    Parameters
    ----------
    labels : iterable of Label
        All of one picture.

    Returns
    -------
    LabelValue or None
        What more than half of those who are sure say; None when there is no such word.
    """
    counts = opinions(labels).counts
    sure = {value: count for value, count in counts.items() if value is not LabelValue.UNSURE}
    if not sure:
        return None
    value, count = max(sure.items(), key=lambda item: item[1])
    return value if 2 * count > sum(sure.values()) else None
