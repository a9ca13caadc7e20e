"""Verbs below ``astrolens bench``: figures that anyone can measure again."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from astrolens.cli.profile import ConfigOption, open_profile
from astrolens.cli.say import say_json
from astrolens.domain.errors import Unavailable

if TYPE_CHECKING:
    from astrolens.bench.sets import LabelledSet

_TOLD_EVERY = 100
_MOST_PROCESSES = 8

SeedOption = Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same draws.")]
OutOption = Annotated[Path | None, typer.Option("--out", "-o", help="Write the JSON here too.")]
DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        "-d",
        help="Folder of labelled pictures; none: a simulated sky.",
        exists=True,
        file_okay=False,
    ),
]


def bench_app() -> typer.Typer:
    """The verbs below ``astrolens bench``."""
    app = typer.Typer(
        help="Measure quality, calibration, speed, memory and the terminal. JSON on standard output.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    for verb in (galaxies, calibration, speed, memory, quality, ui):
        app.command(verb.__name__)(verb)
    return app


def galaxies(
    data: Annotated[
        Path,
        typer.Option(
            "--data",
            "-d",
            help="Folder with labels.csv, or one that holds several sets.",
            exists=True,
            file_okay=False,
        ),
    ],
    sets: Annotated[
        list[str] | None,
        typer.Option(
            "--set", "-s", help="gz1, dontknow, nongalaxy or efigi; may be repeated, 'all' is each."
        ),
    ] = None,
    published: Annotated[
        Path | None,
        typer.Option(
            "--published",
            help="CSV of another program's scores: name, then columns.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    draws: Annotated[int, typer.Option("--draws", min=20, help="Bootstrap draws.")] = 1000,
    seed: SeedOption = 1,
    out: OutOption = None,
    config: ConfigOption = None,
) -> None:
    """How well oddities are put first. The published family of methods runs beside it."""
    from astrolens.bench.galaxies import bench_galaxies
    from astrolens.bench.sets import SetName, read_set

    names = _set_names(sets, [name.value for name in SetName])
    asked = [read_set(data, SetName(name)) for name in names] or [read_set(data)]
    settings = open_profile(config).settings
    found = bench_galaxies(
        asked,
        settings,
        seed=seed,
        processes=_processes(),
        progress=_progress(),
        draws=draws,
        published=published,
    )
    _hand_over(found, out)


def calibration(
    data: Annotated[
        list[Path] | None,
        typer.Option(
            "--data", "-d", help="Folder of labelled pictures; may be repeated.", exists=True, file_okay=False
        ),
    ] = None,
    splits: Annotated[
        int, typer.Option("--splits", min=4, help="Random splits; contaminated ones take a quarter.")
    ] = 200,
    simulated: Annotated[
        int, typer.Option("--simulated", min=0, help="Normals of a simulated sky; 0: none.")
    ] = 1000,
    labels: Annotated[
        list[int] | None,
        typer.Option(
            "--labels",
            min=0,
            help="Of each contaminated sample a person looks at so many of the oddest; may be repeated, "
            "0: nobody looks. 50 and 100 when not given.",
        ),
    ] = None,
    seed: SeedOption = 1,
    out: OutOption = None,
    config: ConfigOption = None,
) -> None:
    """Realised against nominal false alarms. On held-out normals, clean and contaminated."""
    from astrolens.bench.calibration import LABELS, bench_calibration, labelled_sources

    settings = open_profile(config).settings
    found = bench_calibration(
        labelled_sources(data or []),
        settings,
        seed=seed,
        splits=splits,
        simulated=simulated,
        processes=_processes(),
        progress=_progress(),
        labels=labels or LABELS,
    )
    _hand_over(found, out)


def speed(
    data: DataOption = None,
    rounds: Annotated[
        int, typer.Option("--rounds", min=1, help="Interleaved rounds of ours and the yardstick.")
    ] = 12,
    largest: Annotated[
        int, typer.Option("--largest", min=0, help="Most stored embeddings; 0: leave growth out.")
    ] = 100_000,
    all_cores: Annotated[
        bool, typer.Option("--all-cores", help="Decode and encode side by side, not in turns on one core.")
    ] = False,
    seed: SeedOption = 1,
    out: OutOption = None,
    config: ConfigOption = None,
) -> None:
    """CPU time of a picture, decode to verdict. A ViT-B/16 pass runs beside it."""
    from astrolens.bench.speed import bench_speed

    settings = open_profile(config).settings
    with _Pictures(data, reference=500, normal=200, seed=seed) as pictures:
        found = bench_speed(
            pictures,
            settings,
            seed=seed,
            rounds=rounds,
            largest=largest,
            processes=_processes(),
            progress=_progress(),
            all_cores=all_cores,
        )
    _hand_over(found, out)


def memory(
    data: DataOption = None,
    images: Annotated[int, typer.Option("--images", min=200, help="Pictures to take through.")] = 2000,
    seed: SeedOption = 1,
    out: OutOption = None,
    config: ConfigOption = None,
) -> None:
    """Whether memory stays flat over very many pictures."""
    from astrolens.bench.memory import bench_memory

    settings = open_profile(config).settings
    with _Pictures(data, reference=200, normal=200, seed=seed) as pictures:
        found = bench_memory(pictures, settings, images=images, processes=_processes(), progress=_progress())
    _hand_over(found, out)


def quality(out: OutOption = None, config: ConfigOption = None) -> None:
    """What the quality gate compares with. A small simulated sky, half a minute."""
    from astrolens.bench.quality import bench_quality

    _hand_over(bench_quality(open_profile(config).settings), out)


def ui(
    candidates: Annotated[
        int, typer.Option("--candidates", min=1000, help="Findings in the large list.")
    ] = 1_000_000,
    reference_rows: Annotated[
        int, typer.Option("--reference-rows", min=100, help="Rows of Textual's own table beside it.")
    ] = 20_000,
    keys: Annotated[int, typer.Option("--keys", min=20, help="Keys that a figure is the mean of.")] = 200,
    rate: Annotated[int, typer.Option("--rate", min=100, help="Events a second of the storm.")] = 10_000,
    storm: Annotated[float, typer.Option("--storm", min=1, help="Seconds of the storm.")] = 60.0,
    stopped: Annotated[
        float, typer.Option("--stopped", min=2, help="Seconds of a window with a stopped terminal.")
    ] = 120.0,
    windows: Annotated[
        int, typer.Option("--windows", min=1, help="Such windows, each between two without.")
    ] = 3,
    pairs: Annotated[
        int, typer.Option("--pairs", min=1, help="Pairs of windows of 3 s, with and without a mute reader.")
    ] = 60,
    labels: Annotated[int, typer.Option("--labels", min=1, help="Labels given in a row.")] = 200,
    out: OutOption = None,
) -> None:
    """How quick the terminal is. First paint, keys, labels, a million rows, a storm of events, a stopped one."""
    from astrolens.bench.ui import UiAmounts, bench_ui

    amounts = UiAmounts(
        candidates=candidates, reference_rows=reference_rows, keys=keys, rate=rate, storm_s=storm,
        stopped_s=stopped, windows=windows, pairs=pairs, labels=labels,
    )  # fmt: skip
    _hand_over(bench_ui(amounts, progress=_progress()), out)


class _Pictures:
    """A labelled set from disk, or a simulated one in a folder that is removed at the end."""

    def __init__(self, data: Path | None, *, reference: int, normal: int, seed: int) -> None:
        import tempfile

        self._data = data
        self._reference, self._normal, self._seed = reference, normal, seed
        self._folder = tempfile.TemporaryDirectory(prefix="astrolens-bench-")

    def __enter__(self) -> "LabelledSet":
        from astrolens.bench.sets import read_set
        from astrolens.bench.sky import paint_sky

        if self._data is not None:
            return read_set(self._data)
        print("painting a simulated sky", file=sys.stderr, flush=True)
        return paint_sky(
            Path(self._folder.name), reference=self._reference, normal=self._normal, odd=1, seed=self._seed
        )

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()


def _set_names(asked: list[str] | None, known: list[str]) -> list[str]:
    if not asked:
        return []
    if "all" in asked:
        return known
    for name in asked:
        if name not in known:
            raise typer.BadParameter(f"{name!r} is no set; there are {', '.join(known)} and all")
    return asked


def _processes() -> int:
    import os

    return min(
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        _MOST_PROCESSES,
    )


def _progress() -> Callable[[str, int, int], None]:
    def tell(what: str, done: int, every: int) -> None:
        if done % _TOLD_EVERY == 0 or done == every or every < _TOLD_EVERY:
            end = "\n" if done >= every else ""
            print(f"\r{what}: {done:,} of {every:,}   ", end=end, file=sys.stderr, flush=True)

    return tell


def _hand_over(found: dict[str, Any], out: Path | None) -> None:
    if out is not None:
        try:
            out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            raise Unavailable(f"{out}: {error}; the figures are on standard output") from error
    say_json(found)
