"""The order of the queue: interesting first, one in so many by chance, nobody twice."""

from hypothesis import given
from hypothesis import strategies as st

from astrolens.domain.detection import Decision
from astrolens.domain.review import AskedBecause
from astrolens.domain.reviewable import Reviewable
from astrolens.review.queue import interesting_first, interleaved

_NUMBERS = st.lists(st.integers(1, 60), unique=True, max_size=30)


def one(image_id: int, decision: Decision, sigma: float, *, unknown: bool = False) -> Reviewable:
    return Reviewable(image_id=image_id, decision=decision, sigma=sigma, unknown=unknown)


def test_anomalies_then_near_misses_the_oddest_first_then_what_nobody_knows() -> None:
    pictures = [
        one(1, Decision.NEAR_MISS, 9.0),
        one(2, Decision.ANOMALY, 3.0),
        one(3, Decision.ANOMALY, 5.0),
        one(4, Decision.ANOMALY, 5.0, unknown=True),
        one(5, Decision.NORMAL, 1.0),
    ]
    assert [picture.image_id for picture in interesting_first(pictures)] == [4, 3, 2, 1, 5]


@given(_NUMBERS, _NUMBERS, st.integers(0, 7), st.integers(0, 50), st.integers(0, 40))
def test_everybody_once_in_order_and_the_share_holds(
    interesting: list[int], audit: list[int], every: int, before: int, limit: int
) -> None:
    places = interleaved(interesting, audit, every=every, before=before, limit=limit)
    numbers = [place.image_id for place in places]
    assert len(set(numbers)) == len(numbers) <= limit
    for because, order in ((AskedBecause.INTERESTING, interesting), (AskedBecause.AUDIT, audit)):
        asked = [place.image_id for place in places if place.because is because]
        assert asked == [number for number in order if number in set(asked)]
    if every == 0:
        assert numbers == interesting[:limit]
    elif limit >= len(set(interesting) | set(audit)):
        assert set(numbers) == set(interesting) | set(audit)


def test_one_in_ten_over_many_short_queues() -> None:
    by_chance = 0
    for before in range(200):
        place = interleaved(range(1, 50), range(100, 150), every=10, before=before, limit=1)[0]
        by_chance += place.because is AskedBecause.AUDIT
    assert by_chance == 20


def test_when_one_runs_out_the_other_goes_on() -> None:
    places = interleaved([1], [7, 8, 9], every=2, before=0, limit=9)
    assert [place.image_id for place in places] == [1, 7, 8, 9]


@given(_NUMBERS, _NUMBERS, _NUMBERS, st.integers(0, 7), st.integers(0, 50))
def test_samples_come_between_and_everybody_once(
    interesting: list[int], audit: list[int], sample: list[int], every: int, before: int
) -> None:
    places = interleaved(interesting, audit, every=every, before=before, limit=99, sample=sample)
    numbers = [place.image_id for place in places]
    assert sorted(numbers) == sorted({*interesting, *sample, *(audit if every else ())})


def test_one_in_three_is_of_a_sample_until_none_is_left() -> None:
    places = interleaved([1, 2, 3, 4, 5, 6, 7], [21, 22], every=9, before=0, limit=99, sample=[2, 11, 12])
    assert [place.image_id for place in places] == [1, 2, 3, 4, 11, 5, 6, 12, 21, 7, 22]
    assert places[1].because is AskedBecause.CALIBRATION
    alone = interleaved([], [21], every=9, before=0, limit=99, sample=[11, 12])
    assert [place.image_id for place in alone] == [11, 12, 21]
