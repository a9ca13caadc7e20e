"""The other end of `astrolens.pipeline.sandbox`: one function behind resource limits, fed over pipes."""

import ctypes
import gc
import importlib
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from math import ceil
from pathlib import Path
from typing import Any, BinaryIO

from astrolens.domain.errors import AstroLensError
from astrolens.pipeline.sandbox_wire import Reply, pack, pack_reply, read_frame

Work = Callable[[dict[str, Any]], Reply]

_PR_SET_PDEATHSIG = 1
_TRACE_CHARACTERS = 4000
_SELDOM = 20_000  # new objects between looks for rubbish: a picture leaves a few hundred and no knots
_FIRST_TO_GO = "600"  # the kernel should rather kill this process than the daemon


def main(arguments: list[str]) -> int:
    """Serve requests until the pipe ends.

    Parameters
    ----------
    arguments : list of str
        ``module:callable``, megabytes of address space, seconds of one request, process id of the parent.

    Returns
    -------
    int
        Exit status: 0 at the end of the pipe, 1 when the function cannot be loaded.
    """
    target, memory_mb, timeout_s, parent = arguments
    end_with_parent(int(parent))
    requests, replies = take_over_pipes()
    try:
        work = load(target)
    except Exception as error:  # noqa: BLE001 (told to the parent, which stops)
        send(replies, pack({"failed": f"{type(error).__name__}: {error}", "trace": traceback.format_exc()}))
        return 1
    limit_resources(int(memory_mb))
    silence()
    gc.freeze()  # what is loaded stays
    gc.set_threshold(_SELDOM)
    send(replies, pack({"ready": True}))
    while (frame := read_frame(requests)) is not None:
        limit_cpu(float(timeout_s))
        send(replies, answer(work, frame[0]))
    return 0


def answer(work: Work, request: dict[str, Any]) -> list[bytes | memoryview]:
    """Do one request.

    Parameters
    ----------
    work : Callable
        The function.
    request : dict
        Its argument.

    Returns
    -------
    list of bytes or memoryview
        A frame: the reply, or the error's name and message.
    """
    try:
        return pack_reply(work(request))
    except MemoryError:
        return pack({"error": "MemoryError", "message": "", "trace": ""})
    except AstroLensError as error:
        return pack({"error": type(error).__name__, "message": str(error), "trace": ""})
    except Exception as error:  # noqa: BLE001 (the decode border: strangers' bytes raise anything)
        trace = traceback.format_exc()[-_TRACE_CHARACTERS:]
        return pack({"error": "", "message": f"{type(error).__name__}: {error}", "trace": trace})


def load(target: str) -> Work:
    """Import the function.

    Parameters
    ----------
    target : str
        ``module:callable``.

    Returns
    -------
    Callable
        Takes one request, returns a `Reply`.
    """
    module, _, name = target.partition(":")
    work: Work = getattr(importlib.import_module(module), name)
    return work


def take_over_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Keep the pipes for frames, so that a print cannot break one.

    Returns
    -------
    tuple of BinaryIO
        Requests and replies; descriptor 0 becomes the null device, 1 the error output.
    """
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return requests, replies


def silence() -> None:
    """Drop what libraries print from now on: it may quote a stranger's bytes to a terminal."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    os.close(null)


def end_with_parent(parent: int) -> None:
    """Ask the kernel (Linux) to kill this process when its parent ends, even in the middle of a request.

    Parameters
    ----------
    parent : int
        Process id; if it ended before this call, this process ends at once.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        with suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO)
    if os.getppid() != parent:
        sys.exit(0)


def limit_resources(memory_mb: int) -> None:
    """Bound what a picture can take.

    Parameters
    ----------
    memory_mb : int
        Address space in megabytes, the interpreter and its libraries included.
    """
    limit_bytes = memory_mb * 2**20
    for kind, limit in (
        (resource.RLIMIT_AS, limit_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        with suppress(ValueError, OSError):  # macOS refuses RLIMIT_AS; an outer limit may be lower
            resource.setrlimit(kind, (limit, limit))


def limit_cpu(timeout_s: float) -> None:
    """Bound the processor time of the next request, in case nobody is left to stop it.

    Parameters
    ----------
    timeout_s : float
        Seconds of one request.
    """
    usage = resource.getrusage(resource.RUSAGE_SELF)
    limit_s = ceil(usage.ru_utime + usage.ru_stime + timeout_s) + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (limit_s, hard))


def send(replies: BinaryIO, frame: list[bytes | memoryview]) -> None:
    """Write one frame.

    Parameters
    ----------
    replies : BinaryIO
        The pipe to the parent.
    frame : list of bytes or memoryview
        As `pack` makes it.
    """
    # One write for a whole picture: the parent is woken once.
    replies.write(b"".join(frame))
    replies.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
