from astrolens.store.nights import NightPicture
from astrolens.store.store import Store
from tests.store.samples import an_offer


def _one(store: Store, number: int, p_value: float) -> NightPicture:
    (image_id,) = store.images.offer_many([an_offer(number)])
    return NightPicture(image_id=image_id, p_value=p_value, online=number % 2 == 0)


def test_a_night_counts_and_keeps_its_oddest_first(store: Store) -> None:
    odd = [_one(store, number, p_value) for number, p_value in enumerate((0.02, 0.001, 0.01))]
    store.nights.add("2026-11-21", 100, odd[:2])
    store.nights.add("2026-11-21", 50, odd[2:])
    assert store.nights.judged("2026-11-21") == 150
    assert store.nights.odd("2026-11-21") == [odd[1], odd[2], odd[0]]
    assert store.nights.judged("2026-11-20") == 0
    assert store.nights.odd("2026-11-20") == []


def test_old_nights_are_forgotten(store: Store) -> None:
    for day in range(40):
        store.nights.add(f"2026-{10 + day // 30}-{day % 30 + 1:02d}", 1, [_one(store, day, 0.01)])
    assert store.nights.judged("2026-10-10") == 0
    assert store.nights.odd("2026-10-10") == []
    assert store.nights.judged("2026-10-11") == 1
    assert len(store.nights.odd("2026-11-10")) == 1
