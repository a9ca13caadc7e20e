"""What a new calibration would change, without changing anything."""

import asyncio
from collections.abc import Sequence

from astrolens.config.settings import DetectSettings
from astrolens.detect.stage import Judge
from astrolens.domain.detection import Decision, Verdict
from astrolens.domain.turnover import TriedCalibration, Turnover
from astrolens.pipeline.calibrating import fit_newest
from astrolens.pipeline.nightly import held_as
from astrolens.store.store import Store

_BATCH = 256
_FROM_THE_NEWEST = 2**62
_FLAGGED = (Decision.ANOMALY, Decision.NEAR_MISS)


async def try_calibration(
    store: Store,
    source: str,
    model_id: str,
    settings: DetectSettings,
    *,
    usable: int,
    fewest: int,
    known_from: int = 0,
) -> TriedCalibration | None:
    """Fit a calibration, judge with it, and forget it.

    Parameters
    ----------
    store : Store
        It is only read.
    source : str
        Which one.
    model_id : str
        The encoder in use.
    settings : DetectSettings
        With the budget in force for this source.
    usable : int
        Newest pictures that may calibrate.
    fewest : int
        With fewer there is no calibration.
    known_from : int
        First picture that it speaks for; earlier ones keep their verdicts.

    Returns
    -------
    TriedCalibration or None
        None when there are too few pictures.
    """
    fresh = await fit_newest(store, source, model_id, settings, usable=usable, fewest=fewest)
    if fresh is None:
        return None
    table = await _compare(store, fresh.judged())
    flagged = await store.run(store.verdicts.ids_with, source, _FLAGGED)
    newest = await store.run(
        store.verdicts.judged_otherwise,
        source,
        model_id,
        fresh.judge.state.state_id,
        below=_FROM_THE_NEWEST,
        limit=settings.rejudge_images + len(fresh.ids),
    )
    left = dict.fromkeys([*flagged, *newest])
    sample = frozenset(fresh.ids)
    ids = [number for number in left if number >= known_from and number not in sample]
    for start in range(0, len(ids), _BATCH):
        judged = await judge_stored(store, fresh.judge, ids[start : start + _BATCH])
        table = table.plus(await _compare(store, judged))
    return TriedCalibration(source=source, model_id=model_id, sample=len(fresh.ids), table=table)


async def judge_stored(store: Store, judge: Judge, ids: Sequence[int]) -> list[tuple[int, Verdict]]:
    """Judge measured pictures; nothing is stored.

    Parameters
    ----------
    store : Store
        Holds their analyses.
    judge : Judge
        The calibration.
    ids : sequence of int
        Pictures of its source.

    Returns
    -------
    list of (int, Verdict)
        In the given order, without those that the judge's encoder did not measure.
    """
    found = await store.run(store.analyses.get_many, ids)
    mine = {number: found[number] for number in ids if number in found}
    mine = {number: one for number, one in mine.items() if one.model_id == judge.state.model_id}
    verdicts = await asyncio.to_thread(judge.judge, list(mine.values()))
    return list(zip(mine, verdicts, strict=True))


async def _compare(store: Store, judged: Sequence[tuple[int, Verdict]]) -> Turnover:
    return await store.run(_turnover, store, judged)


def _turnover(store: Store, judged: Sequence[tuple[int, Verdict]]) -> Turnover:
    old = store.verdicts.decisions([number for number, _ in judged])
    new = []
    for number, verdict in judged:
        decision = verdict.decision
        if decision is Decision.ANOMALY and old.get(number) is Decision.NEAR_MISS:
            before = store.verdicts.get(number)
            decision = held_as(verdict, before.held_by if before is not None else "").decision
        new.append((number, decision))
    return Turnover.between(old, new)
