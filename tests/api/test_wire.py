"""The shapes that cross the socket."""

from astrolens.api import wire
from astrolens.api.wire import CandidateOrder, CandidateRow, ImageDetail
from astrolens.api.wire_status import StatusReply
from astrolens.store.candidate_order import CandidateOrder as StoredOrder


def test_a_detail_is_a_candidate_row_and_more() -> None:
    assert CandidateRow.__required_keys__ < ImageDetail.__required_keys__
    assert ImageDetail.__optional_keys__ == {"truth", "description"}


def test_orders_are_those_of_the_store() -> None:
    assert [order.value for order in CandidateOrder] == [order.value for order in StoredOrder]


def test_the_version_goes_with_the_status() -> None:
    assert wire.WIRE_VERSION == 1
    assert "wire_version" in StatusReply.__required_keys__
