"""Benchmark: oddities among real galaxies, every detector and the combination beside the published family."""

from collections.abc import Sequence
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

FEWEST_REFERENCE = 40
DRAWS = 1000


def bench_galaxies(
    sets: Sequence[LabelledSet],
    settings: Settings,
    *,
    seed: int,
    processes: int,
    progress: Progress,
    draws: int = DRAWS,
    peers: bool = True,
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
    peers : bool
        Whether the reference methods run too.

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
    measured = measure_files(files, encoder, settings, processes=processes, progress=progress)
    replies = {}
    if peers:
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
        table = _ours(one, measured, settings, seed=seed, draws=draws)
        scores = table.pop("scores")
        resample, rankings = table.pop("resample"), table.pop("rankings")
        if peers:
            reference = PeerFeatures.stack(one.reference, replies)
            tested = PeerFeatures.stack((*one.normal, *one.odd), replies)
            scores = peer_scores(reference, tested, seed=seed)
            table |= _beside(scores, resample, rankings["combination"])
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


def _ours(
    one: LabelledSet, measured: dict[Path, MeasuredFile], settings: Settings, *, seed: int, draws: int
) -> dict[str, Any]:
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
    resample = Resample.draw(is_odd, draws=draws, seed=seed)
    scores = {name: _column(verdicts, name) for name in judge.detectors}
    scores["votes"] = np.array([np.nan if v is None else float(v.votes) for v in verdicts])
    scores["combination"] = np.array([np.nan if v is None else v.sigma for v in verdicts])
    rankings = {name: rank(score, resample) for name, score in scores.items()}
    called = np.array([v is not None and v.decision is Decision.ANOMALY for v in verdicts])
    return {
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
        "detectors": {name: found.as_json() for name, found in rankings.items()},
        "scores": scores,
        "rankings": rankings,
        "resample": resample,
    }


def _beside(scores: dict[str, NDArray[np.float64]], resample: Resample, ours: Ranking) -> dict[str, Any]:
    rankings = {name: rank(score, resample) for name, score in scores.items()}
    best = max(rankings, key=lambda name: float(rankings[name].found[100][0]))
    ellipses = [name for name in rankings if name.startswith("ellipse")]
    best_ellipse = max(ellipses, key=lambda name: float(rankings[name].found[100][0]))
    return {
        "reference_methods": {
            name: found.as_json() | {"not_scored": int(np.isnan(scores[name]).sum())}
            for name, found in rankings.items()
        },
        "ratio_found_in_100": {
            "best_reference": best,
            "ours_over_best": ratio(ours.found[100], rankings[best].found[100]),
            "best_ellipse": best_ellipse,
            "ours_over_best_ellipse": ratio(ours.found[100], rankings[best_ellipse].found[100]),
        },
    }


def _column(verdicts: Sequence[Verdict | None], name: str) -> NDArray[np.float64]:
    return np.array([np.nan if verdict is None else verdict.scores[name] for verdict in verdicts])
