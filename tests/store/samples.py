"""Pictures for the tests of the store, as far on their journey as a test wants them."""

import hashlib
from collections.abc import Sequence

import numpy as np

from astrolens.domain.analysis import Analysis, Morphology, MorphologyFlag
from astrolens.domain.detection import Decision, DetectorState, Verdict
from astrolens.domain.event import Event, EventKind
from astrolens.domain.image import MediaType, Offer
from astrolens.domain.sky import SkyPosition
from astrolens.store.record import MeasuredFacts
from astrolens.store.store import Store

WIDTH = 8


def an_offer(number: int, source: str = "sdss", position: SkyPosition | None = None) -> Offer:
    return Offer(
        source=source,
        key=f"key-{number}",
        url=f"https://example.org/{number}",
        position=position,
        bands=("r",),
    )


def a_hash(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def a_morphology(value: float = 1.0) -> Morphology:
    numbers = dict.fromkeys(Morphology.number_names(), value)
    return Morphology(**numbers, flags=MorphologyFlag.TOUCHES_EDGE)


def an_analysis(number: int, model_id: str = "model-1", value: float = 1.0) -> Analysis:
    random = np.random.default_rng(number)
    return Analysis(
        model_id=model_id,
        embedding=random.normal(size=WIDTH).astype(np.float32),
        logits=np.array([0.0, 1.0], dtype=np.float32),
        class_names=("smooth", "disk"),
        heads={"pair": 0.5},
        morphology=a_morphology(value),
    )


def some_facts(number: int, position: SkyPosition | None = None) -> MeasuredFacts:
    word = int.from_bytes(hashlib.blake2b(str(number).encode(), digest_size=8).digest())
    return MeasuredFacts(width=64, height=48, media_type=MediaType.PNG, phash=word, position=position)


def a_verdict(
    sigma: float,
    decision: Decision = Decision.ANOMALY,
    p_value: float | None = None,
    state_id: str = "state-1",
) -> Verdict:
    return Verdict(
        decision=decision,
        p_value=10.0**-sigma if p_value is None else p_value,
        sigma=sigma,
        extrapolated=False,
        scores={"msp": 0.4, "knn": float("nan")},
        p_values={"msp": 0.02, "knn": 0.01, "energy": 0.3, "vim": 0.9},
        votes=2,
        budget_per_1000=2.0,
        state_id=state_id,
    )


def offered(store: Store, count: int, source: str = "sdss") -> list[int]:
    return store.images.offer_many([an_offer(number, source) for number in range(count)])


def fetched(store: Store, count: int, source: str = "sdss") -> list[int]:
    numbers = offered(store, count, source)
    for image_id in numbers:
        store.images.fetched(image_id, sha256=a_hash(image_id), size_bytes=10)
    return numbers


def analysed(store: Store, count: int, source: str = "sdss") -> list[int]:
    numbers = fetched(store, count, source)
    store.analyses.put_many([(number, an_analysis(number), some_facts(number)) for number in numbers])
    return numbers


def judged(store: Store, verdicts: Sequence[Verdict], source: str = "sdss") -> list[int]:
    numbers = analysed(store, len(verdicts), source)
    store.verdicts.put_many(list(zip(numbers, verdicts, strict=True)))
    return numbers


def in_force(store: Store, state: DetectorState) -> None:
    """Let a calibration come into force."""
    event = Event(kind=EventKind.CALIBRATED, at="2026-11-21T00:00:00Z", payload={"source": state.source})
    store.calibrations.put(state, {}, event)
