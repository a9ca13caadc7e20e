"""Parse arguments; a verb's heavy imports happen inside it."""

import errno
import os
import sys
from typing import Annotated

import typer

from astrolens.cli import (
    analyze,
    annotate,
    bench,
    control,
    discover,
    findings,
    models,
    run,
    setup,
    train,
    web,
)
from astrolens.cli.exits import Exit, report, unwrap
from astrolens.cli.say import nobody_reads, speak_any_language
from astrolens.domain.errors import AstroLensError

_FOR_A_PERSON = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES})
_THREAD_LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_VERBS = (
    (run.up, "up"),
    (run.daemon, "daemon"),
    (run.tui, "tui"),
    (web.web, "web"),
    (control.status, "status"),
    (control.pause, "pause"),
    (control.resume, "resume"),
    (control.reload, "reload"),
    (control.stop, "stop"),
    (control.calibrate, "calibrate"),
    (discover.discover, "discover"),
    (analyze.analyze, "analyze"),
    (findings.candidates, "candidates"),
    (findings.show, "show"),
    (findings.label, "label"),
    (findings.similar, "similar"),
    (findings.crossref, "crossref"),
    (annotate.annotate, "annotate"),
    (setup.doctor, "doctor"),
    (setup.plugins, "plugins"),
)


def build_app() -> typer.Typer:
    """Put every verb into one command."""
    app = typer.Typer(
        name="astrolens",
        help="AstroLens: a discovery engine for astronomical images that runs by itself.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for verb, name in _VERBS:
        app.command(name)(verb)
    app.add_typer(setup.config_app(), name="config")
    app.add_typer(train.train_app(), name="train")
    app.add_typer(models.models_app(), name="models")
    app.add_typer(bench.bench_app(), name="bench")
    app.callback()(_options)
    return app


def _say_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version as installed

        print(f"astrolens {installed('astrolens')}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version and leave."),
    ] = False,
) -> None:
    """What comes before a verb."""


def main() -> None:
    """Run one verb and leave with its exit code."""
    for name in _THREAD_LIMITS:  # spinning threads of small matrices cost ten times the work itself
        os.environ.setdefault(name, "1")
    speak_any_language()
    try:
        build_app()()
        print(end="", flush=True)
    except SystemExit as left:
        if isinstance(left.__context__, BrokenPipeError):  # typer's own word for it is 1
            nobody_reads()
            sys.exit(Exit.DONE)
        raise
    except AstroLensError as error:
        sys.exit(report(error))
    except BaseExceptionGroup as group:  # from a task of the loop
        known = unwrap(group)
        if known is None:
            raise
        sys.exit(report(known))
    except BrokenPipeError:
        nobody_reads()
        sys.exit(Exit.DONE)
    except OSError as error:
        if error.errno not in _FOR_A_PERSON:
            raise
        nobody_reads()
        sys.exit(report(AstroLensError(str(error))))
    except KeyboardInterrupt:
        sys.exit(130)
