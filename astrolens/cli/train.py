"""The verbs below train: make the models."""

import os
import sys
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from astrolens.cli.say import say, say_json, say_table

_DEFAULT_RECIPE = Path("config/encoder.toml")
_DEFAULT_HEADS = Path("config/heads.toml")
_BAR = 24
_REDRAW_S = 0.2
_LOGGED_S = 60.0


class Device(StrEnum):
    """Where the network is trained."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"


def train_app() -> typer.Typer:
    """The verbs below ``astrolens train``."""
    app = typer.Typer(help="Train the models.", no_args_is_help=True, rich_markup_mode=None)
    app.callback()(_train)
    app.command("encoder")(encoder)
    app.command("heads")(heads)
    app.command("fast")(fast)
    return app


def _train() -> None:
    """Train the models."""


def encoder(
    data: Annotated[
        list[Path], typer.Option("--data", "-d", help="Folder of pictures or Parquet file; may be repeated.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder that the encoder is written to.")],
    recipe: Annotated[
        Path | None, typer.Option("--recipe", help="Recipe; without one config/encoder.toml, if it is here.")
    ] = None,
    never: Annotated[
        list[Path] | None,
        typer.Option("--never", help="CSV whose rows marked test name objects to keep away from."),
    ] = None,
    device: Annotated[Device, typer.Option("--device", help="Where to train.")] = Device.AUTO,
    threads: Annotated[int, typer.Option("--threads", min=0, help="On a CPU; 0: all cores.")] = 0,
    steps: Annotated[int | None, typer.Option("--steps", min=1, help="Instead of the recipe's.")] = None,
    start: Annotated[Path | None, typer.Option("--start", help="Encoder to begin from.")] = None,
    cache: Annotated[Path | None, typer.Option("--cache", help="Folder of decoded pictures.")] = None,
    minutes: Annotated[
        float | None, typer.Option("--minutes", min=0.0, help="Stop at a checkpoint after so long.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the checkpoint in --out.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Train an encoder by self-supervision, whatever labels there are, and composites."""
    from dataclasses import asdict

    from astrolens.config.recipe import Recipe, load_recipe
    from astrolens.train.rows import set_name
    from astrolens.train.stage import Job, train_encoder

    file = recipe or (_DEFAULT_RECIPE if _DEFAULT_RECIPE.is_file() else None)
    how = load_recipe(file) if file else Recipe()
    if steps is not None:
        how = how.model_copy(update={"training": how.training.model_copy(update={"steps": steps})})
    job = Job(
        data=tuple(data),
        out=out,
        never=tuple(never or ()),
        cache=cache,
        start=start,
        device=device.value,
        threads=threads or _cores(),
        resume=resume,
        minutes=minutes,
    )
    unused = sorted(set(how.data).difference(set_name(path) for path in data))
    if unused and not as_json:
        say(f"tables of the recipe that no --data goes by the name of: {', '.join(unused)}")
    outcome = train_encoder(how, job, (lambda _words, _done, _every: None) if quiet or as_json else _bar())
    if as_json:
        say_json(asdict(outcome))
        return
    for reason, count in outcome.skipped.items():
        say(f"not read: {count:,} pictures: {reason}")
    if not outcome.finished:
        say(f"stopped at step {outcome.step:,} of {how.training.steps:,}; go on with --resume")
        return
    say(
        f"{out}: {outcome.pictures:,} pictures, {outcome.step:,} steps; on {outcome.held_out:,} held-out objects:"
    )
    say_table(
        ("measured", "value", "95 % interval", "pictures"),
        [
            (one.name, f"{one.value:.3f}", f"{one.low:.3f} to {one.high:.3f}", f"{one.pictures:,}")
            for one in outcome.measured
        ],
        right=frozenset({1, 3}),
    )


def heads(
    data: Annotated[
        list[Path], typer.Option("--data", "-d", help="Folder of pictures or Parquet file; may be repeated.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="New folder for the encoder with its heads.")],
    source: Annotated[str, typer.Option("--from", help="The encoder.")] = "bundled-whole",
    labels: Annotated[
        Path | None, typer.Option("--labels", help="CSV with the columns set, key and label.")
    ] = None,
    recipe: Annotated[
        Path, typer.Option("--recipe", help="Which heads, from which labels.")
    ] = _DEFAULT_HEADS,
    never: Annotated[
        list[Path] | None,
        typer.Option("--never", help="CSV whose rows marked test name objects to keep away from."),
    ] = None,
    apart: Annotated[
        list[Path] | None,
        typer.Option("--apart", help="Folder of pictures that nothing fitted on may look like."),
    ] = None,
    cache: Annotated[
        Path | None,
        typer.Option("--cache", help="Keep embeddings here, for another fit on the same network."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Copy an encoder and fit linear heads on its frozen embedding to labels."""
    import tempfile
    from dataclasses import asdict

    from astrolens.config.head_recipe import load_head_recipe
    from astrolens.models.folder import model_folder
    from astrolens.pipeline.score_files import find_files
    from astrolens.train.heads import train_heads
    from astrolens.train.material import HeadJob

    how = load_head_recipe(recipe)
    with tempfile.TemporaryDirectory(prefix="astrolens-heads-") as scratch:
        job = HeadJob(
            source=model_folder(source, "--from"), out=out, data=tuple(data), labels=labels, never=tuple(never or ()),
            apart={folder: find_files([folder]) for folder in apart or ()}, cache=cache or Path(scratch),
        )  # fmt: skip
        outcome = train_heads(how, job, (lambda _words, _done, _every: None) if quiet or as_json else _bar())
    if as_json:
        say_json(asdict(outcome))
        return
    for reason, count in outcome.left_out.items():
        say(f"left out: {count:,} pictures: {reason}")
    for reason, count in outcome.labels_left_out.items():
        say(f"not used: {count:,} labels: {reason}")
    say(f"{out}: {outcome.model_id}; on pictures left out of the fit that scored them:")
    say_table(
        ("measured", "value", "95 % interval", "pictures"),
        [
            (one.name, f"{one.value:.3f}", f"{one.low:.3f} to {one.high:.3f}", f"{one.pictures:,}")
            for one in outcome.measured
        ],
        right=frozenset({1, 3}),
    )
    say("It runs in float32 until int8 is measured with these heads (docs/training.md).")


def fast(
    pictures: Annotated[
        list[Path], typer.Argument(help="Ordinary pictures, or folders of them, framed as the encoder's own.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder that the smaller encoder is written to.")],
    source: Annotated[str, typer.Option("--from", help="The whole encoder.")] = "bundled-whole",
    size: Annotated[
        int, typer.Option("--size", min=8, max=512, help="Side of the smaller input, pixels.")
    ] = 64,
    layers: Annotated[int, typer.Option("--layers", min=1, max=48, help="Layers that stay.")] = 9,
    shapes: Annotated[
        bool, typer.Option("--shapes", help="Go on measuring shapes and numbers on pixels with it.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Cut a cheaper encoder out of a whole one, for the fast profile; no label is needed."""
    import tempfile
    from dataclasses import asdict

    from astrolens.models.folder import model_folder
    from astrolens.models.preprocessing import Measures
    from astrolens.pipeline.score_files import find_files
    from astrolens.train.shrink import shrink_encoder

    with tempfile.TemporaryDirectory(prefix="astrolens-shrink-") as cache:
        found = shrink_encoder(
            model_folder(source, "--from"), out, find_files(pictures), size=size, layers=layers, cache=Path(cache),
            measures=Measures.ALL if shapes else Measures.SKY,
            progress=(lambda _words, _done, _every: None) if quiet or as_json else _bar(),
        )  # fmt: skip
    if as_json:
        say_json(asdict(found))
        return
    say(
        f"{out}: {found.model_id}, heads taught by {found.pictures:,} pictures; agreement with the whole encoder:"
    )
    say_table(("head", "correlation"), [(name, f"{value:.3f}") for name, value in found.agreement.items()])


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):  # not on a Mac
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _bar() -> Callable[[str, int, int], None]:
    """How far it is, with the time that is left: a bar in a terminal, a line now and then in a log."""
    live = sys.stderr.isatty()
    began: dict[str, tuple[float, int]] = {}
    drawn = 0.0

    def draw(words: str, done: int, every: int) -> None:
        nonlocal drawn
        now = time.monotonic()
        stage = words.split(",", 1)[0]
        since, first = began.setdefault(stage, (now, done))
        if now - drawn < (_REDRAW_S if live else _LOGGED_S) and done < every:
            return
        drawn = now
        left = (now - since) * (every - done) / max(1, done - first) if done > first else 0.0
        numbers = f"{done:,} of {every:,}, {left / 60:.0f} min left"
        if not live:
            print(f"{words}: {numbers}", file=sys.stderr, flush=True)
            return
        full = _BAR * done // max(1, every)
        bar = f"[{'#' * full}{'.' * (_BAR - full)}]"
        end = "\n" if done >= every else ""
        print(f"\r\033[K{words} {bar} {numbers}", end=end, file=sys.stderr, flush=True)

    return draw
