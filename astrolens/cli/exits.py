"""Exit codes, and the one place where an error becomes a line for a person."""

import sys
from enum import IntEnum

from astrolens.domain.errors import AstroLensError, ConfigError
from astrolens.domain.text import clean


class Exit(IntEnum):
    """What the shell is told."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    DISK_FULL = 74
    ALREADY_RUNNING = 75
    BAD_CONFIGURATION = 78


def unwrap(group: BaseExceptionGroup[BaseException]) -> AstroLensError | None:
    """The first error of a group that tells the person what to do; None when there is a bug among them."""
    known, rest = group.split(AstroLensError)
    if rest is not None or known is None:
        return None
    first: BaseException = known
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return first if isinstance(first, AstroLensError) else None


def report(error: AstroLensError) -> Exit:
    """Tell the person what failed, one clean line per mistake, and choose the exit code."""
    for line in str(error).splitlines() or [type(error).__name__]:
        print(f"astrolens: {clean(line, 2000)}", file=sys.stderr)
    return Exit.BAD_CONFIGURATION if isinstance(error, ConfigError) else Exit.FAILED
