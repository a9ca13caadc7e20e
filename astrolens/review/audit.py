"""A sample of all pictures that no detector had a say in, and the recall that follows from it.

Every picture has a key that looks random and depends on its number and a seed only. The audit is all pictures with
keys below a line; the line moves up as people answer. A picture that was judged for another reason before the line
reached it need not be asked again and belongs to the sample all the same: leaving it out would make the sample poor
in exactly what the detectors find.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from astrolens.domain.detection import Decision
from astrolens.domain.review import LabelValue

_CHUNK = 1 << 20
_Z_95 = 1.959964


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecall:
    """How many true anomalies the detectors find, measured on the audit.

    Attributes
    ----------
    pictures : int
        In the sample: every judged picture below the line, each with a person's word.
    anomalies : int
        Of these, what people call anomalies.
    found : int
        Of these, what the detectors call anomalies.
    recall, low, high : float or None
        Share found and its 95 % interval, in [0, 1]; None without an anomaly.
    """

    pictures: int
    anomalies: int
    found: int
    recall: float | None
    low: float | None
    high: float | None


def audit_keys(image_ids: NDArray[np.uint64], seed: int) -> NDArray[np.uint64]:
    """Keys that the audit goes by, smallest first.

    Parameters
    ----------
    image_ids : ndarray of uint64, shape (n,)
        Numbers of pictures.
    seed : int
        Chooses the order; 0 or more.

    Returns
    -------
    ndarray of uint64, shape (n,)
        Different for different numbers.

    References
    ----------
    .. [1] Steele, Lea and Flood (2014), OOPSLA, 453: SplitMix64, the finalizer of figure 16.
    """
    step = np.uint64(0x9E3779B97F4A7C15)
    start = _mixed(np.array([seed % (1 << 64)], dtype=np.uint64) + step)
    return _mixed(start + image_ids * step)


def _mixed(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


def audit_order(highest_id: int, seed: int, count: int) -> list[int]:
    """The pictures that the audit asks about first.

    Parameters
    ----------
    highest_id : int
        Number of the newest picture; numbers begin at 1.
    seed : int
        Chooses the order.
    count : int
        Most numbers.

    Returns
    -------
    list of int
        In the order of the audit. A picture that comes later takes its place between them and moves nobody else.
    """
    if count < 1:
        return []
    best = np.empty(0, dtype=np.uint64)
    for first in range(1, highest_id + 1, _CHUNK):
        last = min(first + _CHUNK, highest_id + 1)
        numbers = np.concatenate([best, np.arange(first, last, dtype=np.uint64)])
        keys = audit_keys(numbers, seed)
        if len(numbers) > count:
            kept = np.argpartition(keys, count - 1)[:count]
            numbers, keys = numbers[kept], keys[kept]
        best = numbers[np.argsort(keys, kind="stable")]
    return [int(number) for number in best]


def audit_recall(
    order: Sequence[int], decisions: Mapping[int, Decision], said: Mapping[int, LabelValue]
) -> AuditRecall:
    """Recall of the detectors on the part of the audit that people have finished.

    Parameters
    ----------
    order : sequence of int
        From `audit_order`.
    decisions : Mapping of int to Decision
        What the detectors say; numbers without a verdict are passed over.
    said : Mapping of int to LabelValue
        What people say; the sample ends before the first judged picture without a word.

    Returns
    -------
    AuditRecall
        With Wilson's interval [1]_.

    References
    ----------
    .. [1] Wilson (1927), JASA 22, 209, the equation on page 212.
    """
    sample = list(_finished(order, decisions, said))
    anomalies = [number for number in sample if said[number] is LabelValue.ANOMALY]
    found = sum(decisions[number] is Decision.ANOMALY for number in anomalies)
    if not anomalies:
        return AuditRecall(pictures=len(sample), anomalies=0, found=0, recall=None, low=None, high=None)
    low, high = _wilson(found, len(anomalies))
    return AuditRecall(
        pictures=len(sample), anomalies=len(anomalies), found=found, recall=found / len(anomalies), low=low, high=high
    )  # fmt: skip


def _finished(
    order: Sequence[int], decisions: Mapping[int, Decision], said: Mapping[int, LabelValue]
) -> Iterable[int]:
    for number in order:
        if number not in decisions:
            continue
        if number not in said:
            return
        yield number


def _wilson(hits: int, trials: int) -> tuple[float, float]:
    share, squared = hits / trials, _Z_95 * _Z_95
    middle = share + squared / (2 * trials)
    half = _Z_95 * sqrt(share * (1 - share) / trials + squared / (4 * trials * trials))
    whole = 1 + squared / trials
    return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)
