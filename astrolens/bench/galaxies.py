"""Benchmark: oddities among real galaxies, every detector and the combination beside the published family."""

import asyncio
import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from astrolens.bench.machine import machine_facts
from astrolens.bench.measured import MeasuredFile, Progress, measure_files, run_on_files, shipped_encoder
from astrolens.bench.peer_file import FUNCTION
from astrolens.bench.peers import PeerFeatures, peer_scores
from astrolens.bench.ranking import Ranking, Resample, rank, ratio
from astrolens.bench.sets import LabelledSet
from astrolens.config.settings import Settings
from astrolens.detect.stage import fit_judge
from astrolens.domain.clock import utc_now
from astrolens.domain.detection import Decision, Verdict
from astrolens.domain.errors import BadData
from astrolens.pipeline.framing import framed

FEWEST_REFERENCE = 40
DRAWS = 1000
_HEAD = 100
_FAMILIES = {"any": "", "ellipses": "ellipse", "pixels": "pixels", "published": "published"}


def bench_galaxies(
    sets: Sequence[LabelledSet],
    settings: Settings,
    *,
    seed: int,
    processes: int,
    progress: Progress,
    draws: int = DRAWS,
    published: Path | None = None,
) -> dict[str, Any]:
    """Measure how well oddities are put first.

    Parameters
    ----------
    sets : sequence of LabelledSet
        Each is a table of its own; pictures that several share are measured once.
    settings : Settings
        Encoder, budget, limits: what is measured is what they make the product do.
    seed : int
        Of bootstrap and peers.
    processes : int
        Decoding processes.
    progress : Callable
        Told what is done, how many, of how many.
    draws : int
        Bootstrap draws.
    published : Path, optional
        Scores that another program gave to the same files: a CSV file whose first column is a file's name without its
        suffix and whose other columns are scores, larger odder.

    Returns
    -------
    dict
        JSON-able.

    Raises
    ------
    BadData
        If too few reference pictures of a set can be read.
    """
    started_on = machine_facts()
    encoder = shipped_encoder(settings)
    files = list(dict.fromkeys(path for one in sets for path in one.files()))
    known: dict[str, dict[Path, MeasuredFile]] = {}
    replies = run_on_files(
        FUNCTION,
        files,
        lambda path: {"path": str(path), "megapixels": settings.download.limit_megapixels},
        settings,
        processes=processes,
        progress=lambda done: progress("measured for the reference", done, len(files)),
    )
    tables = {}
    for one in sets:
        progress(f"judging {one.name}", 0, 1)
        suited = asyncio.run(framed(encoder, one.reference, settings, processes=processes))
        mine = known.setdefault(suited.model_id, {})
        missing = [path for path in one.files() if path not in mine]
        mine |= measure_files(missing, suited, settings, processes=processes, progress=progress)
        judged = _judged(one, mine, settings)
        resample = Resample.draw(judged.is_odd, draws=draws, seed=seed)
        tested = (*one.normal, *one.odd)
        reference = PeerFeatures.stack(one.reference, replies)
        peers = peer_scores(reference, PeerFeatures.stack(tested, replies), seed=seed)
        if published is not None:
            peers |= published_scores(published, tested)
        rankings = {name: rank(score, resample) for name, score in judged.scores.items()}
        table = dict(judged.facts)
        table["encoder"] = suited.model_id
        table["detectors"] = {name: found.as_json() for name, found in rankings.items()}
        table |= _beside(peers, resample, rankings["combination"])
        tables[one.name] = table
    return {
        "bench": "galaxies",
        "seed": seed,
        "draws": draws,
        "encoder": encoder.model_id,
        "device": encoder.device,
        "machine": started_on,
        "sets": tables,
    }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Judged:
    is_odd: NDArray[np.bool_]
    scores: Mapping[str, NDArray[np.float64]]
    facts: Mapping[str, Any]


def _judged(one: LabelledSet, measured: Mapping[Path, MeasuredFile], settings: Settings) -> _Judged:
    usable = [found for path in one.reference if (found := measured[path].analysis) is not None]
    if len(usable) < FEWEST_REFERENCE:
        raise BadData(
            f"set {one.name}: {len(usable)} usable reference pictures; {FEWEST_REFERENCE} are needed"
        )
    judge = fit_judge(usable, source=one.name, settings=settings.detect, made_at=utc_now())
    tested = [measured[path].analysis for path in (*one.normal, *one.odd)]
    given = iter(judge.judge([analysis for analysis in tested if analysis is not None]))
    verdicts = [None if analysis is None else next(given) for analysis in tested]
    is_odd = np.arange(len(verdicts)) >= len(one.normal)
    scores = {name: _column(verdicts, name) for name in judge.detectors}
    scores["votes"] = np.array([np.nan if v is None else float(v.votes) for v in verdicts])
    scores["combination"] = np.array([np.nan if v is None else v.sigma for v in verdicts])
    called = np.array([v is not None and v.decision is Decision.ANOMALY for v in verdicts])
    facts = {
        "objects": len(verdicts),
        "odd": int(is_odd.sum()),
        "reference": len(usable),
        "not_scored": sum(v is None for v in verdicts),
        "budget_per_1000": settings.detect.budget_per_1000,
        "called_anomaly": {
            "normals_per_1000": round(1000.0 * float(called[~is_odd].mean()), 2),
            "odd_per_1000": round(1000.0 * float(called[is_odd].mean()), 1),
        },
        "deciding": list(judge.deciding),
    }
    return _Judged(is_odd=is_odd, scores=scores, facts=facts)


def published_scores(file: Path, tested: Sequence[Path]) -> dict[str, NDArray[np.float64]]:
    """Read scores that another program gave.

    Parameters
    ----------
    file : Path
        CSV with a header; see `bench_galaxies`.
    tested : sequence of Path
        Order of the rows.

    Returns
    -------
    dict of str to ndarray of float64, shape (n,)
        By ``published_`` and the column's name; NaN where it gave none. Columns without any are left out.

    Raises
    ------
    BadData
        If it cannot be read or a score is no number.
    """
    try:
        with file.open(newline="", encoding="utf-8") as stream:
            heading, *rows = [row for row in csv.reader(stream) if row]
        given = {row[0]: [float(cell or "nan") for cell in row[1:]] for row in rows}
        table = np.array([given.get(path.stem, [np.nan] * (len(heading) - 1)) for path in tested], np.float64)
    except (OSError, ValueError) as error:
        raise BadData(f"{file}: {error}; want a name and scores in each row, under a heading") from error
    return {
        f"published_{name}": column
        for name, column in zip(heading[1:], table.T, strict=True)
        if np.isfinite(column).any()
    }


def _beside(scores: dict[str, NDArray[np.float64]], resample: Resample, ours: Ranking) -> dict[str, Any]:
    rankings = {name: rank(score, resample) for name, score in scores.items()}
    ratios = {}
    for family, prefix in _FAMILIES.items():
        members = [name for name in rankings if name.startswith(prefix)]
        if members:
            best = max(members, key=lambda name: float(rankings[name].found[_HEAD][0]))
            ratios[family] = {
                "best": best,
                "ours_over_it": ratio(ours.found[_HEAD], rankings[best].found[_HEAD]),
            }
    return {
        "reference_methods": {
            name: found.as_json() | {"not_scored": int(np.isnan(scores[name]).sum())}
            for name, found in rankings.items()
        },
        "ratio_found_in_100": ratios,
    }


def _column(verdicts: Sequence[Verdict | None], name: str) -> NDArray[np.float64]:
    return np.array([np.nan if verdict is None else verdict.scores[name] for verdict in verdicts])
