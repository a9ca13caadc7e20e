"""Rules beside the budget: what they hold back, what they release, and that they agree."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from astrolens.config.settings import DetectSettings
from astrolens.domain.detection import Decision, Verdict
from astrolens.pipeline.nightly import Nightly, night_of
from astrolens.store.nights import NightPicture
from astrolens.store.store import Store
from tests.pipeline.pictures import measured, normals


def _verdict(p_value: float) -> Verdict:
    return Verdict(
        decision=Decision.ANOMALY if p_value <= 0.01 else Decision.NORMAL,
        p_value=p_value,
        sigma=1.0,
        extrapolated=False,
        scores={},
        p_values={},
        votes=0,
        budget_per_1000=10.0,
        state_id="s",
    )


def _judge(
    store: Store,
    ids: Sequence[int],
    p_values: Sequence[float],
    settings: DetectSettings,
    *,
    fresh: bool = True,
) -> dict[int, Verdict]:
    judged = [(number, _verdict(p)) for number, p in zip(ids, p_values, strict=True)]
    decided = Nightly(store).decide(judged, frozenset(ids) if fresh else frozenset(), settings)
    store.verdicts.put_many(decided)
    return dict(decided)


def _held(store: Store, ids: Sequence[int]) -> list[str | None]:
    found = [store.verdicts.get(number) for number in ids]
    for one in found:
        assert one is None or not (one.held_by and one.decision is Decision.ANOMALY)
    return [None if one is None else one.held_by for one in found]


@pytest.fixture
def ids(store: Store) -> list[int]:
    return measured(store, normals(40))


def test_without_rules_nothing_is_touched_or_counted(store: Store, ids: list[int]) -> None:
    settings = DetectSettings(budget_per_1000=10.0)
    _judge(store, ids, [0.001] * 40, settings)
    assert set(_held(store, ids)) == {""}
    assert store.nights.judged(night_of(datetime.now(UTC))) == 0


def test_the_oddest_of_a_night_push_out_earlier_ones(store: Store, ids: list[int]) -> None:
    settings = DetectSettings(budget_per_1000=10.0, top_per_night=2)
    _judge(store, ids[:3], [0.003, 0.002, 0.5], settings)
    assert _held(store, ids[:3]) == ["", "", ""]
    changed = _judge(store, ids[3:4], [0.001], settings)
    assert set(changed) == {ids[0], ids[3]}
    assert _held(store, ids[:4]) == ["top_per_night", "", "", ""]
    held = store.verdicts.get(ids[0])
    assert held is not None
    assert held.decision is Decision.NEAR_MISS
    assert held.p_value == 0.003


def test_a_false_discovery_rate_releases_as_evidence_gathers(store: Store, ids: list[int]) -> None:
    settings = DetectSettings(budget_per_1000=10.0, fdr=0.02)
    _judge(store, ids[:20], [0.0018, *[0.5] * 19], settings)
    assert _held(store, ids[:1]) == ["fdr"]
    _judge(store, ids[20:22], [0.001, 0.0011], settings)
    assert _held(store, [ids[0], ids[20], ids[21]]) == ["", "", ""]


def test_the_stream_goes_on_over_a_restart(store: Store, ids: list[int]) -> None:
    settings = DetectSettings(budget_per_1000=10.0, fdr_online=0.05)
    _judge(store, ids[:20], [0.9] * 20, settings)
    _judge(store, ids[20:22], [0.009, 1e-6], settings)
    assert _held(store, ids[20:22]) == ["fdr_online", ""]
    assert store.state.get("fdr_online") == {"tested": 22, "found": 1}


def test_judging_again_neither_counts_nor_releases(store: Store, ids: list[int]) -> None:
    settings = DetectSettings(budget_per_1000=10.0, top_per_night=1, fdr_online=0.5)
    _judge(store, ids[:2], [1e-6, 1e-5], settings)
    assert _held(store, ids[:2]) == ["", "top_per_night"]
    _judge(store, ids[:2], [1e-6, 1e-7], settings, fresh=False)
    assert _held(store, ids[:2]) == ["", "top_per_night"]
    assert store.nights.judged(night_of(datetime.now(UTC))) == 2


def test_a_night_runs_from_noon_to_noon() -> None:
    assert night_of(datetime(2026, 11, 22, 11, 59, tzinfo=UTC)) == "2026-11-21"
    assert night_of(datetime(2026, 11, 22, 12, 0, tzinfo=UTC)) == "2026-11-22"


def test_judged_again_a_picture_passes_the_rules_before_it_is_flagged(store: Store, ids: list[int]) -> None:
    settings = DetectSettings(budget_per_1000=10.0, top_per_night=2)
    _judge(store, ids[:20], [0.001, *[0.5] * 19], settings)
    _judge(store, ids[1:5], [0.002, 0.003, 0.0001, 0.5], settings, fresh=False)
    assert _held(store, ids[:5]) == ["", "top_per_night", "top_per_night", "", ""]
    _judge(store, ids[3:4], [0.4], settings, fresh=False)
    assert _held(store, ids[:4]) == ["", "", "top_per_night", ""]


def test_judging_many_again_is_a_family_of_its_own(store: Store, ids: list[int]) -> None:
    settings = DetectSettings(budget_per_1000=10.0, fdr=0.02)
    _judge(store, ids[:10], [0.0015, *[0.5] * 9], settings)
    _judge(store, ids[1:10], [0.009, *[0.5] * 8], settings, fresh=False)
    assert _held(store, ids[:2]) == ["", "fdr"]
    night = night_of(datetime.now(UTC))
    assert (store.nights.judged(night), store.nights.judged(night + " again")) == (10, 9)


def test_the_stream_does_not_look_at_a_picture_twice(store: Store, ids: list[int]) -> None:
    settings = DetectSettings(budget_per_1000=10.0, fdr_online=0.5)
    _judge(store, ids[:2], [0.5, 0.5], settings)
    _judge(store, ids[:1], [1e-9], settings, fresh=False)
    assert _held(store, ids[:1]) == ["fdr_online"]
    assert store.state.get("fdr_online") == {"tested": 2, "found": 0}


def test_each_source_keeps_its_own_threshold(store: Store, ids: list[int]) -> None:
    """A picture outside its own source's threshold takes no place of the night from another source."""
    narrow = DetectSettings(budget_per_1000=5.0, top_per_night=1)
    near_miss = replace(_verdict(0.006), decision=Decision.NEAR_MISS, budget_per_1000=5.0)
    store.verdicts.put_many(Nightly(store).decide([(ids[0], near_miss)], frozenset(ids[:1]), narrow))
    store.nights.add(
        night_of(datetime.now(UTC)), 0, [NightPicture(image_id=ids[0], p_value=0.006, online=True)]
    )
    _judge(store, ids[1:2], [0.008], DetectSettings(budget_per_1000=10.0, top_per_night=1))
    assert _held(store, ids[:2]) == ["", ""]
