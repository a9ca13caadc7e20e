"""Score files against a folder of normals, without a daemon or a profile."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from astrolens.config.settings import Settings
from astrolens.detect.stage import Judge, fit_judge
from astrolens.domain.analysis import Analysis
from astrolens.domain.clock import utc_now
from astrolens.domain.detection import Verdict
from astrolens.domain.errors import BadData
from astrolens.pipeline.encoding import encoder_of
from astrolens.pipeline.framing import framed
from astrolens.pipeline.measure_files import MeasuredFile, measure_files

SUFFIXES = (".jpg", ".jpeg", ".png", ".fits", ".fit", ".fits.gz", ".fit.gz", ".fz")
MINIMUM_REFERENCE = 40
_JUDGED_AT_ONCE = 1024


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScoredFile:
    """One file with everything that was measured.

    Attributes
    ----------
    path : Path
        As it was found.
    sha256 : str
        Of its bytes; "" when it could not be read.
    analysis : Analysis or None
        None when it is no usable picture.
    verdict : Verdict or None
        None when it is no usable picture.
    reason : str
        Why it could not be scored; "" when it was.
    """

    path: Path
    sha256: str
    analysis: Analysis | None = None
    verdict: Verdict | None = None
    reason: str = ""


def find_files(paths: Iterable[Path]) -> list[Path]:
    """Every picture below the given files and folders, symbolic links followed, in a stable order.

    Parameters
    ----------
    paths : iterable of Path
        A file is taken whatever its name; of a folder, what has the suffix of a picture.

    Returns
    -------
    list of Path
        Each file once.

    Raises
    ------
    BadData
        If a path does not exist, or nothing was found.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            seen: set[Path] = set()
            found.update(dict.fromkeys(_below(path, seen)))
        elif path.exists():
            found[path] = None
        else:
            raise BadData(f"{path}: no such file or folder")
    if not found:
        raise BadData(
            f"no pictures below {', '.join(map(str, paths))}; known suffixes are {' '.join(SUFFIXES)}"
        )
    return list(found)


def _below(folder: Path, seen: set[Path]) -> list[Path]:
    real = folder.resolve()
    if real in seen:
        return []
    seen.add(real)
    out: list[Path] = []
    for entry in sorted(folder.iterdir()):
        if entry.is_dir():
            out += _below(entry, seen)
        elif entry.name.lower().endswith(SUFFIXES):
            out.append(entry)
    return out


async def score_files(
    files: Sequence[Path],
    reference: Sequence[Path],
    settings: Settings,
    *,
    processes: int,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> list[ScoredFile]:
    """Score every file.

    Parameters
    ----------
    files : Sequence of Path
        What is scored.
    reference : Sequence of Path
        Normals to compare with; empty: the files are compared with each other. A file whose bytes are among them is
        compared with the others.
    settings : Settings
        Model, limits and budget.
    processes : int
        Decoding processes.
    progress : Callable
        Called with how many are measured, of how many.

    Returns
    -------
    list of ScoredFile
        In the order of ``files``.

    Raises
    ------
    BadData
        If too few reference pictures are usable.
    """
    loaded = await asyncio.to_thread(encoder_of, settings)
    encoder = await framed(loaded, reference or files, settings, processes=processes)
    every = [*files, *reference]
    measured = await measure_files(every, encoder, settings, processes=processes, progress=progress)
    scored, normals = measured[: len(files)], measured[len(files) :]
    sample = _each_once(normals) if reference else [one for one in scored if one.analysis is not None]
    usable = [one.analysis for one in sample if one.analysis is not None]
    if len(usable) < MINIMUM_REFERENCE:
        remedy = "" if reference else "; name a folder of ordinary ones with --reference"
        raise BadData(
            f"{len(usable)} usable reference pictures; at least {MINIMUM_REFERENCE} are needed to say what is normal{remedy}"
        )
    judge = await asyncio.to_thread(
        fit_judge, usable, source="files", settings=settings.detect, made_at=utc_now()
    )
    verdicts = await asyncio.to_thread(_verdicts, judge, scored, sample, bool(reference))
    return [
        ScoredFile(
            path=one.path, sha256=one.sha256, analysis=one.analysis, verdict=verdict, reason=one.reason
        )
        for one, verdict in zip(scored, verdicts, strict=True)
    ]


def _each_once(files: Sequence[MeasuredFile]) -> list[MeasuredFile]:
    """Usable files; of several with the same bytes the first, since copies make each other look ordinary."""
    return list({one.sha256: one for one in reversed(files) if one.analysis is not None}.values())[::-1]


def _verdicts(
    judge: Judge, scored: Sequence[MeasuredFile], sample: Sequence[MeasuredFile], against_reference: bool
) -> list[Verdict | None]:
    """Each file against the sample, those that belong to it against the others in it."""
    own = judge.judge_own_sample()
    if not against_reference:
        given = iter(own)
        return [None if one.analysis is None else next(given) for one in scored]
    by_bytes = {one.sha256: verdict for one, verdict in zip(sample, own, strict=True)}
    strangers = [one.analysis for one in scored if one.analysis is not None and one.sha256 not in by_bytes]
    starts = range(0, len(strangers), _JUDGED_AT_ONCE)
    judged = iter(
        [one for start in starts for one in judge.judge(strangers[start : start + _JUDGED_AT_ONCE])]
    )
    return [
        None if one.analysis is None else by_bytes[one.sha256] if one.sha256 in by_bytes else next(judged)
        for one in scored
    ]
