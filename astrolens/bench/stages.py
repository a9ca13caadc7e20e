"""What each step of one picture costs, measured in this process."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from astrolens.analyse.morphology import measure, measure_sky
from astrolens.analyse.pixels import pixel_numbers, small_planes
from astrolens.analyse.preprocess import to_network_input
from astrolens.analyse.stage import analyses_from
from astrolens.detect.stage import Judge
from astrolens.domain.analysis import Analysis, Morphology
from astrolens.domain.image import Image
from astrolens.download.limits import DecodeLimits
from astrolens.download.stage import decode, read_both
from astrolens.models.encoder import Encoder
from astrolens.models.preprocessing import Measures

STAGES = ("decode", "preview", "shape", "pixels", "network_input", "network", "judge")
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

    everything = encoder.preprocessing.measures is Measures.ALL
    shape: Callable[[Image], Morphology] = measure if everything else measure_sky

    def _on_pixels(image: Image) -> NDArray[np.float16]:
        return pixel_numbers(small_planes(image)) if everything else np.zeros(0, np.float16)

    inputs, shapes, numbers = [], [], []
    for path in files:
        image, picture = _timed("decode", lambda path=path: read_both(path, limits))  # type: ignore[misc]
        _timed("preview", lambda path=path: decode(path, limits))  # type: ignore[misc]
        spent["preview"][-1] = max(0.0, spent["preview"][-1] - spent["decode"][-1])
        shapes.append(_timed("shape", lambda image=image: shape(image)))  # type: ignore[misc]
        numbers.append(_timed("pixels", lambda image=image: _on_pixels(image)))  # type: ignore[misc]
        made = _timed(
            "network_input",
            lambda image=image, picture=picture: to_network_input(  # type: ignore[misc]
                image, encoder.preprocessing, picture=picture
            ),
        )
        inputs.append(made)
    encoded = _timed("network", lambda: encoder.encode(np.stack(inputs)))
    analyses: list[Analysis] = analyses_from(
        encoded, shapes, model_id=encoder.model_id, class_names=encoder.class_names, pixels=numbers
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
