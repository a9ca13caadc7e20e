"""In which order one person is asked: interesting first, every so often one of a sample, and one by chance."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from astrolens.domain.detection import Decision
from astrolens.domain.review import AskedBecause
from astrolens.domain.reviewable import Reviewable

_RANK = {Decision.ANOMALY: 0, Decision.NEAR_MISS: 1}
_ONE_IN = 3  # of the calibration samples, while something of them waits


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
    interesting: Sequence[int],
    audit: Sequence[int],
    *,
    every: int,
    before: int,
    limit: int,
    sample: Sequence[int] = (),
) -> list[Place]:
    """Put the audit, and what calibrations were made of, between what is interesting.

    Parameters
    ----------
    interesting, audit : sequence of int
        Numbers of pictures, each in its order; a picture may be in several and is asked once.
    every : int
        One in so many is of the audit; 0: none.
    before : int
        Pictures that this person has judged already, so that the share holds over many short queues.
    limit : int
        Most places.
    sample : sequence of int
        The oddest of calibration samples that nobody has looked at, in their order; one in three is of them, less
        where it is the audit's turn.

    Returns
    -------
    list of Place
        When one runs out, the others go on alone, the audit last; without an audit (``every`` 0) it ends.
    """
    waiting = {
        AskedBecause.INTERESTING: iter(interesting),
        AskedBecause.CALIBRATION: iter(sample),
        AskedBecause.AUDIT: iter(audit if every > 0 else ()),
    }
    seen: set[int] = set()
    places: list[Place] = []
    while len(places) < limit:
        turn = AskedBecause.INTERESTING
        if every > 0 and (before + len(places)) % every == every - 1:
            turn = AskedBecause.AUDIT
        elif (before + len(places)) % _ONE_IN == 1:
            turn = AskedBecause.CALIBRATION
        for because in (turn, *waiting):
            number = next((one for one in waiting[because] if one not in seen), None)
            if number is not None:
                break
        else:
            break
        seen.add(number)
        places.append(Place(image_id=number, because=because))
    return places
