"""A simulated sky as a labelled set, for benchmarks that bring no data."""

import os
from dataclasses import replace
from pathlib import Path

from astrolens.bench.sets import LabelledSet

_SEPARATE = 1_000_000


def paint_sky(
    folder: Path, *, reference: int, normal: int, odd: int, seed: int, survey: str = "deep"
) -> LabelledSet:
    """Draw pictures of normals and of planted oddities into a folder.

    Parameters
    ----------
    folder : Path
        Created when missing; a picture that is there already is kept.
    reference, normal : int
        Numbers of ordinary galaxies to fit on and to test on.
    odd : int
        Number of oddities; every planted kind takes its turn.
    seed : int
        Which sky.
    survey : str
        ``deep``, ``wide`` or ``plates``.

    Returns
    -------
    LabelledSet
        Named ``simulated``.
    """
    from astrolens_plugins.simulated.oddities import PLANTED, Kind
    from astrolens_plugins.simulated.sky import facts_of, file_of
    from astrolens_plugins.simulated.surveys import SurveyName, survey_of

    telescope = survey_of(SurveyName(survey))
    folder.mkdir(parents=True, exist_ok=True)
    suffix = ".fits" if telescope.fits else ".jpg"

    def _painted(index: int, kind: Kind) -> Path:
        path = folder / f"{survey}-{seed}-{index:07d}-{kind.value}{suffix}"
        if not path.exists():
            facts = replace(facts_of(telescope, seed=seed, index=index, rate=0.0), kind=kind)
            fresh = path.with_name(f".{path.name}-{os.getpid()}")
            fresh.write_bytes(file_of(telescope, facts, seed=seed, index=index))
            fresh.replace(path)
        return path

    return LabelledSet(
        name="simulated",
        reference=tuple(_painted(index, Kind.NORMAL) for index in range(reference)),
        normal=tuple(_painted(reference + index, Kind.NORMAL) for index in range(normal)),
        odd=tuple(_painted(_SEPARATE + index, PLANTED[index % len(PLANTED)]) for index in range(odd)),
    )
