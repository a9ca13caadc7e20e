"""In which order one person is asked: interesting first, and every so often one by chance."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from astrolens.domain.detection import Decision
from astrolens.domain.review import AskedBecause
from astrolens.domain.reviewable import Reviewable

_RANK = {Decision.ANOMALY: 0, Decision.NEAR_MISS: 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One picture in the queue.

    Attributes
    ----------
    image_id : int
        Its number.
    because : AskedBecause
        Why it is asked.
    """

    image_id: int
    because: AskedBecause


def interesting_first(pictures: Iterable[Reviewable]) -> list[Reviewable]:
    """Sort what waits for a person.

    Parameters
    ----------
    pictures : iterable of Reviewable
        In any order.

    Returns
    -------
    list of Reviewable
        Anomalies, then near misses, then the rest; among these the oddest first, of equally odd ones what no
        catalogue knows, then the newest.
    """
    return sorted(
        pictures,
        key=lambda one: (_RANK.get(one.decision, len(_RANK)), -one.sigma, not one.unknown, -one.image_id),
    )


def interleaved(
    interesting: Sequence[int], audit: Sequence[int], *, every: int, before: int, limit: int
) -> list[Place]:
    """Put the audit between what is interesting.

    Parameters
    ----------
    interesting, audit : sequence of int
        Numbers of pictures, each in its order; a picture may be in both and is asked once.
    every : int
        One in so many is of the audit; 0: none.
    before : int
        Pictures that this person has judged already, so that the share holds over many short queues.
    limit : int
        Most places.

    Returns
    -------
    list of Place
        When one of the two runs out, the other goes on alone; without an audit (``every`` 0) it ends.
    """
    waiting = {
        AskedBecause.INTERESTING: iter(interesting),
        AskedBecause.AUDIT: iter(audit if every > 0 else ()),
    }
    seen: set[int] = set()
    places: list[Place] = []
    while len(places) < limit:
        turn = AskedBecause.INTERESTING
        if every > 0 and (before + len(places)) % every == every - 1:
            turn = AskedBecause.AUDIT
        other = AskedBecause.AUDIT if turn is AskedBecause.INTERESTING else AskedBecause.INTERESTING
        for because in (turn, other):
            number = next((one for one in waiting[because] if one not in seen), None)
            if number is not None:
                break
        else:
            break
        seen.add(number)
        places.append(Place(image_id=number, because=because))
    return places
