"""Remarks: said once, shown while they hold."""

from astrolens.domain.review import Remark, RemarkKind
from astrolens.store.remarks import add_remark, take_remark_back
from astrolens.store.store import Store
from tests.store.samples import offered


def test_round_trip(store: Store) -> None:
    (image_id,) = offered(store, 1)
    note = Remark(image_id=image_id, kind=RemarkKind.NOTE, words="two nuclei", reviewer="vera", made_at="t1")
    stored, added = store.database.write(lambda connection: add_remark(connection, note))
    assert added
    assert store.remarks.of_image(image_id) == [stored]
    same, added = store.database.write(lambda connection: add_remark(connection, note))
    assert not added
    assert same == stored
    gone = store.database.write(lambda connection: take_remark_back(connection, stored.remark_id, "t2"))
    assert gone.withdrawn
    assert store.remarks.of_image(image_id) == []
