"""The verb discover: the whole loop without a daemon, for cron and for a folder of one's own."""

import json
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from astrolens.cli.budget import widened
from astrolens.cli.exits import Exit
from astrolens.cli.profile import ConfigOption, open_profile
from astrolens.cli.say import (
    check_writable,
    log_to_stderr,
    nobody_reads,
    number,
    say,
    say_table,
    words,
    writing,
)
from astrolens.config.load import located
from astrolens.config.paths import Paths
from astrolens.config.settings import Settings, SourceSettings
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.errors import ConfigError

if TYPE_CHECKING:
    from astrolens.daemon.house import House
    from astrolens.daemon.once import CycleReport
    from astrolens.store.statistics import Overview
    from astrolens.store.store import Store

_RESULTS = Path("discovery_results.json")
_SETTLE_S = 0.1  # one look is all there is: a file that stands still is taken
_LISTED = 500
_SHOWN = 20
_LOADER, _RUN = "astrolens.sources.loader", "astrolens.daemon.once"
_WAITING, _DATABASE = "astrolens.pipeline.patience", "astrolens.store.database"
_LATER = "9999"


def discover(
    source: Annotated[
        list[str] | None, typer.Option("--source", "-s", help="Ask this source; may be repeated.")
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder", "-f", exists=True, file_okay=False, help="Short for the source 'folder' at this path."
        ),
    ] = None,
    count: Annotated[
        int | None, typer.Option("--count", "-n", min=1, help="Most new pictures in a cycle.")
    ] = None,
    cycles: Annotated[int, typer.Option(min=1, help="How many cycles.")] = 1,
    interval: Annotated[float, typer.Option(min=0, help="Seconds between cycles.")] = 300.0,
    aggressive: Annotated[
        bool, typer.Option("--aggressive", help="Widen the false-alarm budget; it says by how much.")
    ] = False,
    calibrate: Annotated[
        bool, typer.Option("--calibrate", help="Calibrate again at the end of each cycle.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only write the results file.")] = False,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the results are written.")] = _RESULTS,
    config: ConfigOption = None,
) -> None:
    """Find what is new, without a daemon. Sources are asked; what comes is measured, judged, looked up, and told."""
    import asyncio

    from astrolens.config.paths import make_private
    from astrolens.daemon.lock import AlreadyRunning
    from astrolens.daemon.once import OncePlan, run_once

    log_to_stderr(logging.WARNING, keep=_is_news_when_quiet if quiet else _is_news)
    check_writable(output)
    profile = open_profile(config)
    settings = _chosen(profile.settings, source or [], folder)
    if aggressive:
        wide = widened(settings)
        if not quiet:
            before, after = settings.detect.budget_per_1000, wide.detect.budget_per_1000
            say(f"aggressive: the budget is {after:g} false alarms per 1,000 instead of {before:g}")
        settings = wide
    plan = OncePlan(count=count, cycles=cycles, interval_s=interval, calibrate=calibrate)

    def tell(report: "CycleReport", house: "House") -> None:
        results = _results(report, house)
        text = json.dumps(results, indent=1, ensure_ascii=False) + "\n"
        temporary = output.with_name(output.name + ".part")
        with writing(output):
            temporary.write_text(text, encoding="utf-8", errors="backslashreplace")
            temporary.replace(output)
        if quiet:
            return
        try:
            _say(report, results, output)
            print(end="", flush=True)
        except BrokenPipeError:  # 'discover | head': what was found is in the file all the same
            nobody_reads()

    progress = _Progress(shown=sys.stderr.isatty() and not quiet)
    try:
        make_private(profile.paths.data)
        _write_graph(settings, profile.paths)
        asyncio.run(
            run_once(
                settings,
                profile.paths,
                plan,
                quiet=quiet,
                tell=tell,
                progress=progress,
            )
        )
    except ConfigError as error:
        raise ConfigError(located(str(error), profile.paths.config_file)) from error
    except AlreadyRunning as error:
        typer.echo(f"astrolens: {error}", err=True)
        raise typer.Exit(Exit.ALREADY_RUNNING) from error
    except KeyboardInterrupt:
        if not progress.trouble:
            raise
        typer.echo(
            "astrolens: stopped while nothing could be saved; the rest comes with the next run", err=True
        )
        raise typer.Exit(Exit.DISK_FULL) from None


def _write_graph(settings: Settings, paths: Paths) -> None:
    """Write the network that the house will take up, in the main thread, where Ctrl-C ends it at once."""
    from astrolens.daemon.in_force import encoder_in_force
    from astrolens.pipeline.encoding import write_graph

    in_force = encoder_in_force(settings, paths)
    try:
        write_graph(in_force.within(settings))
    except ConfigError:
        if in_force.change is None:
            raise  # in place of a promoted one the house takes up the one before


def _is_news(record: logging.LogRecord) -> bool:
    """Not what is said elsewhere: what is wrong with a source by the run, of a full disk by the progress."""
    if record.name == _WAITING:
        return "cannot be written now" not in record.getMessage()
    return record.name != _DATABASE and (record.name != _LOADER or record.exc_info is not None)


def _is_news_when_quiet(record: logging.LogRecord) -> bool:
    """Errors, and which sources are not asked."""
    return _is_news(record) and (record.levelno >= logging.ERROR or record.name == _RUN)


class _Progress:
    """One line on standard error that moves, and a word when the disk is full."""

    def __init__(self, *, shown: bool) -> None:
        self.trouble = ""
        self._warned = False
        self._shown = shown
        self._said = -1

    def __call__(self, house: "House") -> None:
        self.trouble = house.store.database.trouble
        if self.trouble and not self._warned:
            self._warned = True
            typer.echo(f"astrolens: {self.trouble}; the run waits for it, Ctrl+C ends it", err=True)
        done = house.flow.measuring.counts.done
        if done != self._said and self._shown:
            self._said = done
            print(
                f"\r{done:,} measured, {house.flow.judging.counts.done:,} judged ",
                end="",
                file=sys.stderr,
                flush=True,
            )


def _chosen(settings: Settings, names: list[str], folder: Path | None) -> Settings:
    """Settings with just the wanted sources switched on."""
    tables = dict(settings.sources)
    if folder is not None:
        known = tables.get("folder", SourceSettings())
        tables["folder"] = SourceSettings.model_validate(
            {"settle_s": _SETTLE_S, **known.model_dump(), "enabled": True, "path": str(folder.absolute())}
        )
        names = [*names, "folder"]
    if names:
        missing = [name for name in names if name not in tables]
        tables |= {name: SourceSettings() for name in missing}
        tables = {name: table.model_copy(update={"enabled": name in names}) for name, table in tables.items()}
    if not any(table.enabled for table in tables.values()):
        raise ConfigError(
            "no source is switched on; name one with --source, point --folder at pictures of your own, "
            "or set enabled = true in astrolens.toml"
        )
    return settings.model_copy(update={"sources": tables})


def _results(report: "CycleReport", house: "House") -> dict[str, Any]:
    from astrolens.domain.detection import Decision
    from astrolens.store.candidate_query import CandidateFilter
    from astrolens.store.candidates import PageWish

    store = house.store
    waiting, because = _waiting(store)
    wanted = CandidateFilter(decisions=(Decision.ANOMALY, Decision.NEAR_MISS))
    page = store.verdicts.candidates(wanted, PageWish(limit=_LISTED))
    seen = store.statistics.overview()
    return {
        "made_at": iso(utc_now()),
        "cycle": report.cycle,
        "seconds": round(report.seconds, 2),
        "offered": report.offered,
        "measured": report.measured,
        "parked": report.parked,
        "waiting": waiting,
        "waiting_because": because,
        "images_per_second": round(report.per_second, 2),
        "images": seen.images(),
        "budget_per_1000": house.settings.detect.budget_per_1000,
        "model_id": house.encoder.model_id,
        "sources": {name: _counts(house, seen, name) for name in house.working()},
        "candidates": page["rows"],
        "candidates_total": page["total"],
    }


def _waiting(store: "Store") -> tuple[int, str]:
    """How many pictures could not be brought or measured yet, and why the first of them."""
    from astrolens.domain.image import ImageState

    states = (ImageState.OFFERED, ImageState.FETCHED)
    counts = store.statistics.by_state()
    first = [record for state in states for record in store.images.next_in(state, 1, now=_LATER)]
    return sum(counts[state] for state in states), first[0].reason if first else ""


def _counts(house: "House", seen: "Overview", name: str) -> dict[str, Any]:
    wanted = house.settings.detect.calibration_images
    measured = house.store.analyses.count(name, house.encoder.model_id)
    calibrated = house.store.state.detector_state(name, house.encoder.model_id) is not None
    return {
        "states": {state.value: count for state, count in seen.states.get(name, {}).items()},
        "decisions": {decision.value: count for decision, count in seen.decisions.get(name, {}).items()},
        "measured": measured,
        "wanted": wanted,
        "calibrating": not calibrated,
    }


def _say(report: "CycleReport", results: dict[str, Any], output: Path) -> None:
    if sys.stderr.isatty():
        print(file=sys.stderr)
    say(
        f"cycle {report.cycle}: {report.offered:,} new, {report.measured:,} measured in {report.seconds:.1f} s "
        f"({report.per_second:.1f} a second), {report.parked:,} parked"
    )
    if results["waiting"]:
        say(f"{results['waiting']:,} wait for a later try: {results['waiting_because']}")
    rows = results["candidates"][:_SHOWN]
    if rows:
        _say_rows(rows)
    for name, counts in results["sources"].items():
        if counts.get("calibrating"):
            say(
                f"{name} is calibrating: nothing is judged before {counts['wanted']:,} of its pictures are measured "
                f"({counts['measured']:,} so far)"
            )
    star = "  (* beyond the calibration sample)" if any(row["extrapolated"] for row in rows) else ""
    say(f"{results['candidates_total']:,} candidates and near misses; written to {output}{star}")


def _say_rows(rows: list[dict[str, Any]]) -> None:
    say_table(
        ("id", "sigma", "p", "verdict", "catalogues", "source", "key"),
        [
            (
                str(row["id"]),
                number(row["sigma"]),
                number(row["p_value"], ".1e") + ("*" if row["extrapolated"] else ""),
                words(row["decision"]),
                row["catalogue_words"] or words(row["catalogue"]),
                row["source"],
                row["key"],
            )
            for row in rows
        ],
        right=frozenset({0, 1, 2}),
    )
