"""The verb analyze: score files or folders, with or without a folder of normals."""

import csv
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from astrolens.cli.profile import ConfigOption, open_profile
from astrolens.cli.say import (
    check_writable,
    log_to_stderr,
    number,
    say,
    say_json,
    say_table,
    words,
    writing,
)
from astrolens.domain.text import clean

if TYPE_CHECKING:
    from astrolens.pipeline.score_files import ScoredFile

_TOLD_EVERY = 200
_SHOWN = 20
_MOST_PROCESSES = 8


def analyze(
    paths: Annotated[
        list[Path], typer.Argument(help="Files or folders; symbolic links are followed.", metavar="PATH...")
    ],
    reference: Annotated[
        list[Path] | None,
        typer.Option(
            "--reference", "-r", help="Folder of normals; without one the files are compared with each other."
        ),
    ] = None,
    csv_file: Annotated[Path | None, typer.Option("--csv", help="Write one row per file.")] = None,
    aggressive: Annotated[bool, typer.Option("--aggressive", help="Widen the false-alarm budget.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no table.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    config: ConfigOption = None,
) -> None:
    """Score pictures: how odd each is among normals, with every number behind it."""
    import asyncio
    import logging

    from astrolens.cli.budget import widened
    from astrolens.daemon.in_force import encoder_in_force
    from astrolens.pipeline.encoding import write_graph
    from astrolens.pipeline.score_files import find_files, score_files

    log_to_stderr(logging.ERROR)
    if csv_file is not None:
        check_writable(csv_file)
    profile = open_profile(config)
    in_force = encoder_in_force(profile.settings, profile.paths)
    if in_force.trouble:
        words = clean(f"{in_force.trouble}; the one that {in_force.setting} names is used", 2000)
        typer.echo(f"astrolens: {words}", err=True)
    in_force.folder()
    settings = in_force.within(profile.settings)
    if aggressive:
        settings = widened(settings)
    files = find_files(paths)
    normals = find_files(reference) if reference else []
    write_graph(settings)
    rows = asyncio.run(
        score_files(
            files,
            normals,
            settings,
            processes=min(
                os.process_cpu_count() if hasattr(os, "process_cpu_count") else os.cpu_count() or 1,
                _MOST_PROCESSES,
            ),
            progress=(lambda _done, _all: None) if quiet or as_json else _progress,
        )
    )
    if csv_file is not None:
        # A name that is no text is written with its odd bytes as \\udcXX, so that every reader can read the rest.
        with (
            writing(csv_file),
            csv_file.open("w", newline="", encoding="utf-8", errors="backslashreplace") as stream,
        ):
            _write_csv(stream, rows)
    if as_json:
        say_json([_as_row(row) for row in rows])
    elif not quiet:
        _say(rows, settings.detect.budget_per_1000, csv_file)
        say(f"encoder {in_force.model}: {in_force.words()}")


def _progress(done: int, every: int) -> None:
    if not sys.stderr.isatty():  # a log wants one line, at the end
        if done == every:
            print(f"{done:,} of {every:,} measured", file=sys.stderr, flush=True)
    elif done % _TOLD_EVERY == 0 or done == every:
        print(
            f"\r{done:,} of {every:,} measured",
            end="\n" if done == every else "",
            file=sys.stderr,
            flush=True,
        )


def _as_row(row: "ScoredFile") -> dict[str, object]:
    out: dict[str, object] = {
        "file": str(row.path),
        "sha256": row.sha256,
        "p_value": None,
        "sigma": None,
        "verdict": "not scored",
    }
    if row.verdict is not None and row.analysis is not None:
        verdict = row.verdict
        out |= {"p_value": verdict.p_value, "sigma": verdict.sigma, "verdict": verdict.decision.value}
        out |= {"extrapolated": verdict.extrapolated, "votes": verdict.votes}
        out |= {f"score_{name}": value for name, value in verdict.scores.items()}
        out |= {f"p_{name}": value for name, value in verdict.p_values.items()}
        out |= {f"class_{name}": value for name, value in row.analysis.class_probabilities().items()}
        shape = row.analysis.morphology
        out |= dict(zip(shape.number_names(), shape.numbers(), strict=True))
        out["morphology_flags"] = shape.flags.name or ""
        out["model_id"] = row.analysis.model_id
    out["reason"] = row.reason
    return out


def _write_csv(stream: TextIO, rows: "list[ScoredFile]") -> None:
    cells = [_as_row(row) for row in rows]
    names = [*dict.fromkeys(name for cell in cells for name in cell if name != "reason"), "reason"]
    writer = csv.DictWriter(stream, fieldnames=names, restval="")
    writer.writeheader()
    for cell in cells:
        writer.writerow({name: _csv_cell(value) for name, value in cell.items()})


def _csv_cell(value: object) -> object:
    if isinstance(value, float):
        return "" if value != value else repr(value)
    return "" if value is None else value


def _say(rows: "list[ScoredFile]", budget: float, csv_file: Path | None) -> None:
    scored = [row for row in rows if row.verdict is not None]
    odd = sorted(scored, key=lambda row: -(row.verdict.sigma if row.verdict else 0.0))
    say_table(
        ("sigma", "p", "verdict", "file"),
        [
            (
                number(row.verdict.sigma),
                number(row.verdict.p_value, ".1e") + ("*" if row.verdict.extrapolated else ""),
                words(row.verdict.decision.value),
                str(row.path),
            )
            for row in odd[:_SHOWN]
            if row.verdict is not None
        ],
        right=frozenset({0, 1}),
    )
    called = sum(1 for row in scored if row.verdict is not None and row.verdict.decision.value == "anomaly")
    say(
        f"{len(scored):,} scored, {called:,} called anomalies at a budget of {budget:g} false alarms per 1,000 normals"
    )
    for row in rows:
        if row.verdict is None:
            say(f"not scored: {row.path}: {row.reason}")
    if any(row.verdict.extrapolated for row in odd[:_SHOWN] if row.verdict is not None):
        say("* beyond the sample of normals: extrapolated")
    if csv_file is not None:
        say(f"every row is in {csv_file}")
    elif len(odd) > _SHOWN:
        say(f"the {_SHOWN} oddest are shown; --csv FILE or --json gives every row")
