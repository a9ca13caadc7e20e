"""A source is calibrated on its first pictures, judged from then on, and again as its sample doubles."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from astrolens.config.paths import Paths
from astrolens.config.settings import DetectSettings
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.detection import Decision
from astrolens.domain.event import EventKind
from astrolens.domain.image import ImageState
from astrolens.domain.review import Label, LabelValue
from astrolens.pipeline.announce import Announcer
from astrolens.pipeline.judging import Judging
from astrolens.store.store import Store, open_store
from tests.pipeline.pictures import MODEL_ID, measured, normals, oddities
from tests.store.samples import in_force

run = asyncio.run
SETTINGS = DetectSettings(calibration_images=40, calibration_limit=100, budget_per_1000=20.0)


def judging(store: Store, settings: DetectSettings = SETTINGS, model_id: str = MODEL_ID) -> Judging:
    return Judging(store, settings, model_id, Announcer(store))


def settle(one: Judging) -> int:
    """Turn until nothing is left; a turn that never ends would be a busy loop."""
    turns = 1
    while run(one.judge_waiting()):
        turns += 1
        assert turns < 20
    return turns


def states(store: Store) -> dict[ImageState, int]:
    return {state: count for state, count in store.statistics.by_state().items() if count}


def reasons(store: Store) -> list[object]:
    events = store.events.after(0)
    return [event.payload["reason"] for event in events if event.kind is EventKind.CALIBRATED]


@pytest.fixture
def reopened(store: Store, paths: Paths) -> Iterator[list[Store]]:
    opened: list[Store] = []
    yield opened
    for one in opened:
        one.close()


def test_nothing_is_judged_before_there_are_enough_then_all_are(store: Store) -> None:
    one = judging(store)
    measured(store, normals(39))
    assert settle(one) == 1
    assert states(store) == {ImageState.ANALYSED: 39}
    assert run(one.judge_of("sdss")) is None
    measured(store, normals(1, seed=8), first=39)
    settle(one)
    assert states(store) == {ImageState.JUDGED: 40}
    verdicts = [store.verdicts.get(image_id) for image_id in range(1, 41)]
    assert all(verdict is not None and verdict.in_calibration for verdict in verdicts)
    assert one.counts.done == 40
    assert reasons(store) == ["first 40 pictures of this source"]


def test_later_pictures_are_judged_against_the_sample_and_oddities_stand_out(store: Store) -> None:
    one = judging(store)
    measured(store, normals(60))
    settle(one)
    ids = measured(store, [*oddities(3), *normals(10, seed=9)], first=60)
    settle(one)
    verdicts = [store.verdicts.get(image_id) for image_id in ids]
    assert all(verdict is not None and not verdict.in_calibration for verdict in verdicts)
    sigmas = [verdict.sigma for verdict in verdicts if verdict is not None]
    assert min(sigmas[:3]) > max(sigmas[3:])
    assert {verdict.decision for verdict in verdicts[:3] if verdict} <= {Decision.ANOMALY, Decision.NEAR_MISS}
    assert one.counts.done == 73


def test_sources_are_judged_apart(store: Store) -> None:
    one = judging(store)
    measured(store, normals(40), source="deep")
    measured(store, normals(20), source="wide")
    settle(one)
    assert states(store) == {ImageState.JUDGED: 40, ImageState.ANALYSED: 20}
    assert run(one.judge_of("wide")) is None


def test_a_doubled_sample_is_calibrated_anew_and_flagged_pictures_are_judged_again(
    store: Store,
) -> None:
    one = judging(store)
    measured(store, normals(40))
    settle(one)
    first = run(one.judge_of("sdss"))
    odd = measured(store, oddities(2), first=40)
    settle(one)
    measured(store, normals(70, seed=4), first=42)
    settle(one)
    second = run(one.judge_of("sdss"))
    assert first is not None
    assert second is not None
    assert second.state.calibrated == 100  # no more than the limit
    assert reasons(store)[-1] == "the sample of this source has doubled"
    assert states(store) == {ImageState.JUDGED: 112}
    for image_id in odd:
        verdict = store.verdicts.get(image_id)
        assert verdict is not None
        assert verdict.state_id == second.state.state_id
    measured(store, normals(120, seed=5), first=112)
    settle(one)
    assert len(reasons(store)) == 2  # at its limit a sample does not double any more


def test_a_calibration_survives_a_restart_bit_for_bit(
    store: Store, paths: Paths, reopened: list[Store]
) -> None:
    one = judging(store)
    measured(store, normals(40))
    settle(one)
    before = run(one.judge_of("sdss"))
    store.close()
    reopened.append(open_store(paths))
    again = judging(reopened[0])
    after = run(again.judge_of("sdss"))
    assert before is not None
    assert after is not None
    assert after.state.state_id == before.state.state_id
    fresh = normals(5, seed=6)
    assert after.judge(fresh) == before.judge(fresh)
    assert len(reasons(reopened[0])) == 1


def test_a_damaged_calibration_is_made_anew(store: Store) -> None:
    measured(store, normals(40))
    settle(judging(store))
    state = store.state.detector_state("sdss", MODEL_ID)
    assert state is not None
    in_force(store, replace(state, state_id="0" * 16, blob=state.blob[:-40]))
    again = judging(store)
    assert run(again.judge_of("sdss")) is None
    ids = measured(store, normals(2, seed=3), first=40)
    settle(again)
    judge = run(again.judge_of("sdss"))
    assert judge is not None
    assert judge.state.calibrated == 42
    assert store.verdicts.get(ids[0]) is not None


def test_what_a_person_called_an_anomaly_is_not_learnt_as_normal(store: Store) -> None:
    ids = measured(store, normals(40))
    store.labels.add(Label(image_id=ids[0], value=LabelValue.ANOMALY, reviewer="ada", made_at=iso(utc_now())))
    one = judging(store)
    assert settle(one) == 1  # one short now: it waits, and does not turn for ever
    assert states(store) == {ImageState.ANALYSED: 40}
    measured(store, normals(1, seed=7), first=40)
    settle(one)
    judge = run(one.judge_of("sdss"))
    verdict = store.verdicts.get(ids[0])
    assert judge is not None
    assert verdict is not None
    assert judge.state.calibrated == 40
    assert not verdict.in_calibration
    assert states(store) == {ImageState.JUDGED: 41}


def test_another_budget_holds_at_once_and_needs_no_new_fit(store: Store) -> None:
    one = judging(store)
    measured(store, normals(60))
    settle(one)
    before = run(one.judge_of("sdss"))
    strict = SETTINGS.model_copy(update={"budget_per_1000": 0.001, "near_miss_factor": 1.0})
    one.apply(strict)
    ids = measured(store, oddities(2), first=60)
    settle(one)
    after = run(one.judge_of("sdss"))
    verdict = store.verdicts.get(ids[0])
    assert before is not None
    assert after is not None
    assert verdict is not None
    assert after.state.state_id == before.state.state_id
    assert (verdict.budget_per_1000, verdict.decision) == (0.001, Decision.NORMAL)
    assert len(reasons(store)) == 1


def test_a_calibration_that_was_ordered_is_made_however_little_came(store: Store) -> None:
    one = judging(store)
    measured(store, normals(40))
    settle(one)
    measured(store, normals(3, seed=3), first=40)
    one.order_calibration("sdss", "asked for by a person")
    one.order_calibration("nobody", "asked for by a person")
    assert not one.settled
    settle(one)
    assert reasons(store)[-1] == "asked for by a person"
    judge = run(one.judge_of("sdss"))
    assert judge is not None
    assert judge.state.calibrated == 43


def test_pictures_of_another_encoder_hold_up_nobody(store: Store) -> None:
    one = judging(store)
    old = measured(store, normals(300, seed=5), model_id="older-model")
    measured(store, normals(40), first=300)
    settle(one)
    ids = measured(store, normals(4, seed=2), first=340)
    settle(one)
    assert all(store.verdicts.get(image_id) is not None for image_id in ids)
    assert store.verdicts.get(old[0]) is None
    assert not run(one.judge_again(old[0]))


def test_one_picture_is_judged_again_with_the_calibration_in_force(store: Store) -> None:
    one = judging(store)
    ids = measured(store, normals(40))
    assert not run(one.judge_again(ids[0]))
    assert not run(one.judge_again(999))
    settle(one)
    (late,) = measured(store, normals(1, seed=2), first=40)
    assert run(one.judge_again(late))
    assert store.verdicts.get(late) is not None
    before = store.verdicts.get(ids[3])
    assert run(one.judge_again(ids[3]))
    assert store.verdicts.get(ids[3]) == before  # a member of the sample keeps its leave-one-out verdict


async def test_run_wakes_when_something_was_measured(store: Store) -> None:
    woken = asyncio.Event()
    one = Judging(store, SETTINGS, MODEL_ID, Announcer(store), on_judged=woken.set)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(one.run(), name="judging")
        await asyncio.to_thread(measured, store, normals(40))
        one.wake()
        async with asyncio.timeout(15):
            await woken.wait()
        task.cancel()
    counts = await store.run(store.statistics.by_state)
    assert counts[ImageState.JUDGED] == 40
