"""A calibration for each set of bands: a picture in one filter is odd or not among pictures in that filter."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from astrolens.config.settings import DetectSettings
from astrolens.detect.stage import FEWEST_PICTURES, Judge, fit_judge
from astrolens.detect.state import Fitted, unpack
from astrolens.detect.together import Together
from astrolens.domain.analysis import Analysis
from astrolens.domain.detection import DetectorState, Verdict
from astrolens.domain.errors import BadData

_INDEX, _WHOLE = "bands.json", "whole.npz"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """The calibration of one set of bands.

    Attributes
    ----------
    judge : Judge
        Fitted and calibrated on pictures with these bands alone.
    rows : tuple of int
        Where they were among the analyses that were handed in, rising.
    """

    judge: Judge
    rows: tuple[int, ...]


class BandJudge(Judge):
    """Judges each picture among those of its own bands.

    The p-value is conformal within the category of the picture (Vovk et al. 2003, Mondrian conformal prediction): valid for
    each set of bands that has a part, and for what has none among all pictures of the source together.

    Parameters
    ----------
    fitted : Fitted
        Of all pictures of the source; judges what has no part, and places every picture for the watch on drift.
    state : DetectorState
        All of it as it is stored.
    settings : DetectSettings
        Budget and near-miss factor.
    together : Together, optional
        Of ``fitted``, where it is at hand.
    parts : Mapping of str to Part
        By the names of the bands.

    References
    ----------
    .. [1] Vovk, Lindsay, Nouretdinov and Gammerman (2003), Mondrian Confidence Machine, eq. 2.
    """

    __slots__ = ("_parts",)

    def __init__(
        self,
        fitted: Fitted,
        state: DetectorState,
        settings: DetectSettings,
        together: Together | None = None,
        *,
        parts: Mapping[str, Part],
    ) -> None:
        super().__init__(fitted, state, settings, together)
        self._parts = dict(parts)

    @property
    def band_sets(self) -> tuple[str, ...]:
        """Sets of bands with a calibration of their own.

        Returns
        -------
        tuple of str
            Names as `Analysis.bands` has them.
        """
        return tuple(self._parts)

    @property
    def presumed_odd(self) -> int:
        """Members of the sample that were set aside, each by the calibration that judges its bands.

        Returns
        -------
        int
            0 for a sample that looks clean.
        """
        alone = np.ones(len(self._fitted.given), np.bool_)
        for part in self._parts.values():
            alone[list(part.rows)] = False
        rest = self._fitted.fit.aside[self._fitted.given[alone]]
        return int(rest.sum()) + sum(part.judge.presumed_odd for part in self._parts.values())

    def with_settings(self, settings: DetectSettings) -> Self:
        """Same judge, other budget.

        Parameters
        ----------
        settings : DetectSettings
            As for `Judge.with_settings`.

        Returns
        -------
        BandJudge
            Shares everything fitted.
        """
        parts = {
            bands: replace(part, judge=part.judge.with_settings(settings))
            for bands, part in self._parts.items()
        }
        return type(self)(self._fitted, self.state, settings, self._together, parts=parts)

    def judge_and_place(self, analyses: Sequence[Analysis]) -> tuple[list[Verdict], NDArray[np.int64]]:
        """Judge new pictures, each among its own bands.

        Parameters
        ----------
        analyses : sequence of Analysis
            As for `Judge.judge_and_place`.

        Returns
        -------
        verdicts : list of Verdict
            In the given order; each depends on its own picture only.
        cells : ndarray of int64, shape (n, folds, views)
            Among all pictures of the source: a mixture that changes is a change.

        Raises
        ------
        ValueError
            As `Judge.judge`.
        """
        verdicts, cells = super().judge_and_place(analyses)
        for bands, rows in rows_by_bands(analyses).items():
            if (part := self._parts.get(bands)) is not None:
                self._put(verdicts, rows, part.judge.judge([analyses[row] for row in rows]))
        return verdicts, cells

    def judge_own_sample(self) -> list[Verdict]:
        """Judge the calibration sample, each picture against all others of its bands.

        Returns
        -------
        list of Verdict
            In the order in which the analyses were given to `fit_by_bands`.
        """
        verdicts = super().judge_own_sample()
        for part in self._parts.values():
            self._put(verdicts, part.rows, part.judge.judge_own_sample())
        return verdicts

    def _put(self, verdicts: list[Verdict], rows: Sequence[int], found: Sequence[Verdict]) -> None:
        for row, verdict in zip(rows, found, strict=True):
            verdicts[row] = replace(verdict, state_id=self.state.state_id)


def rows_by_bands(analyses: Sequence[Analysis]) -> dict[str, list[int]]:
    """Which pictures have which bands.

    Parameters
    ----------
    analyses : sequence of Analysis
        Any pictures.

    Returns
    -------
    dict of str to list of int
        By the names of the bands, "" where they are not known; rows rising.
    """
    found: dict[str, list[int]] = {}
    for row, analysis in enumerate(analyses):
        found.setdefault(analysis.bands, []).append(row)
    return found


def fit_by_bands(
    analyses: Sequence[Analysis],
    *,
    source: str,
    settings: DetectSettings,
    made_at: datetime,
    known_normal: Sequence[bool],
) -> Judge:
    """Calibrate a source, each set of bands by itself where it has pictures enough.

    Parameters
    ----------
    analyses : sequence of Analysis
        As for `astrolens.detect.stage.fit_judge`.
    source : str
        The source they come from.
    settings : DetectSettings
        Trimming, seed, budget; a set of bands has enough with ``calibration_images`` pictures.
    made_at : datetime
        Aware.
    known_normal : sequence of bool
        For each analysis, whether a person called it normal.

    Returns
    -------
    Judge
        Just that of `fit_judge` while all pictures have the same bands, or no set has enough.

    Raises
    ------
    ValueError
        As `fit_judge`.
    """
    whole = fit_judge(analyses, source=source, settings=settings, made_at=made_at, known_normal=known_normal)
    sets = rows_by_bands(analyses)
    enough = max(FEWEST_PICTURES, min(settings.calibration_images, settings.calibration_limit))
    parts = {
        bands: Part(
            judge=fit_judge(
                [analyses[row] for row in rows],
                source=source,
                settings=settings,
                made_at=made_at,
                known_normal=[known_normal[row] for row in rows],
            ),
            rows=tuple(rows),
        )
        for bands, rows in sorted(sets.items())
        if len(rows) >= enough and len(sets) > 1
    }
    if not parts:
        return whole
    state = replace(whole.state, state_id=_identity(whole.state, parts), blob=_packed(whole.state, parts))
    return BandJudge(unpack(whole.state.blob), state, settings, parts=parts)


def load_judge(state: DetectorState, settings: DetectSettings) -> Judge:
    """Take up a stored judge of either kind.

    Parameters
    ----------
    state : DetectorState
        From `Judge.state`.
    settings : DetectSettings
        Budget and near-miss factor.

    Returns
    -------
    Judge
        Gives bit for bit the verdicts of the one that was stored.

    Raises
    ------
    BadData
        If the stored numbers are damaged or not those of ``state``; calibrating anew replaces them.
    """
    stored = _unpacked(state)
    if stored is None:
        return Judge.load(state, settings)
    whole, parts = stored
    loaded = {bands: Part(judge=Judge.load(one, settings), rows=rows) for bands, (one, rows) in parts.items()}
    Judge.load(whole, settings)
    rows = [row for part in loaded.values() for row in part.rows]
    fits = all(len(part.rows) == part.judge.state.calibrated for part in loaded.values())
    if not fits or len(set(rows)) != len(rows) or _identity(whole, loaded) != state.state_id:
        raise BadData(f"detector state {state.state_id} of {state.source} holds other parts; calibrate anew")
    return BandJudge(unpack(whole.blob), state, settings, parts=loaded)


def _identity(whole: DetectorState, parts: Mapping[str, Part]) -> str:
    digest = hashlib.sha256(whole.state_id.encode())
    for bands, part in sorted(parts.items()):
        digest.update(json.dumps([bands, part.judge.state.state_id]).encode())
    return digest.hexdigest()[:16]


def _packed(whole: DetectorState, parts: Mapping[str, Part]) -> bytes:
    """A zip of npz files and what they are; an npz file is a zip too, and has no such index."""
    stream = io.BytesIO()
    index: dict[str, Any] = {"whole": _facts_of(whole), "parts": {}}
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr(_WHOLE, whole.blob)
        for number, (bands, part) in enumerate(sorted(parts.items())):
            name = f"{number}.npz"
            file.writestr(name, part.judge.state.blob)
            index["parts"][bands] = {"file": name, "rows": part.rows, **_facts_of(part.judge.state)}
        file.writestr(_INDEX, json.dumps(index))
    return stream.getvalue()


def _unpacked(
    state: DetectorState,
) -> tuple[DetectorState, dict[str, tuple[DetectorState, tuple[int, ...]]]] | None:
    """The whole source's state and its parts'; None where there are no parts."""
    try:
        with zipfile.ZipFile(io.BytesIO(state.blob)) as file:
            if _INDEX not in file.namelist():
                return None
            index = json.loads(file.read(_INDEX))
            whole = _state_of(state, index["whole"], file.read(_WHOLE))
            parts = {
                str(bands): (_state_of(state, one, file.read(one["file"])), tuple(map(int, one["rows"])))
                for bands, one in index["parts"].items()
            }
    except (OSError, KeyError, ValueError, TypeError, AttributeError, EOFError, zipfile.BadZipFile) as error:
        raise BadData(f"detector state cannot be read ({error}); calibrate anew") from error
    return whole, parts


def _facts_of(state: DetectorState) -> dict[str, Any]:
    return {"state_id": state.state_id, "fitted": state.fitted, "calibrated": state.calibrated}


def _state_of(state: DetectorState, facts: Mapping[str, Any], blob: bytes) -> DetectorState:
    return replace(
        state,
        state_id=str(facts["state_id"]),
        fitted=int(facts["fitted"]),
        calibrated=int(facts["calibrated"]),
        blob=blob,
    )
