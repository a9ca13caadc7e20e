"""What each step of one picture costs, measured in this process."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from astrolens.analyse.morphology import measure
from astrolens.analyse.preprocess import to_network_input
from astrolens.analyse.stage import analyses_from
from astrolens.detect.stage import Judge
from astrolens.domain.analysis import Analysis
from astrolens.download.limits import DecodeLimits
from astrolens.download.stage import decode, read_image
from astrolens.models.encoder import Encoder

STAGES = ("decode", "preview", "shape", "network_input", "network", "judge")
T = TypeVar("T")


def time_stages(
    files: Sequence[Path], encoder: Encoder, judge: Judge, limits: DecodeLimits
) -> dict[str, NDArray[np.float64]]:
    """Take pictures through every step as one batch.

    Parameters
    ----------
    files : sequence of Path
        The batch; usable pictures.
    encoder : Encoder
        As shipped.
    judge : Judge
        Fitted on numbers of this encoder.
    limits : DecodeLimits
        What may be decoded.

    Returns
    -------
    dict of str to ndarray of float64, shape (n,)
        CPU milliseconds a picture by the names in `STAGES`; network and judge are shared out evenly. ``preview`` is
        thumbnail and fingerprint.
    """
    spent: dict[str, list[float]] = {name: [] for name in STAGES}

    def _timed(name: str, work: Callable[[], T]) -> T:
        before = time.process_time()
        out = work()
        spent[name].append(1e3 * (time.process_time() - before))
        return out

    inputs, shapes = [], []
    for path in files:
        image = _timed("decode", lambda path=path: read_image(path, limits))  # type: ignore[misc]
        _timed("preview", lambda path=path: decode(path, limits))  # type: ignore[misc]
        spent["preview"][-1] = max(0.0, spent["preview"][-1] - spent["decode"][-1])
        shapes.append(_timed("shape", lambda image=image: measure(image)))  # type: ignore[misc]
        made = _timed(
            "network_input",
            lambda image=image: to_network_input(image, encoder.preprocessing),  # type: ignore[misc]
        )
        inputs.append(made)
    encoded = _timed("network", lambda: encoder.encode(np.stack(inputs)))
    analyses: list[Analysis] = analyses_from(
        encoded, shapes, model_id=encoder.model_id, class_names=encoder.class_names
    )
    _timed("judge", lambda: judge.judge(analyses))
    return {
        name: np.full(len(files), values[0] / len(files))
        if name in ("network", "judge")
        else np.array(values)
        for name, values in spent.items()
    }


def middle(values: NDArray[np.float64] | Sequence[float]) -> dict[str, Any]:
    """Median and scatter.

    Parameters
    ----------
    values : ndarray of float64 or sequence of float
        At least one.

    Returns
    -------
    dict
        ``median`` and ``mad``, the median absolute deviation.
    """
    known = np.asarray(values, np.float64)
    median = float(np.median(known))
    return {"median": round(median, 3), "mad": round(float(np.median(np.abs(known - median))), 3)}
