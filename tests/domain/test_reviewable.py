"""A picture as the queue sees it."""

from astrolens.domain.detection import Decision
from astrolens.domain.reviewable import Reviewable


def test_nothing_is_known_of_catalogues_unless_said() -> None:
    one = Reviewable(image_id=1, decision=Decision.ANOMALY, sigma=4.2)
    assert not one.unknown
