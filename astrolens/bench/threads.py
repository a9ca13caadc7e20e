"""One thread for every numerical library and one core for all, so that CPU time is work and not waiting."""

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold BLAS and OpenMP pools at one thread.

    Yields
    ------
    None
        Until the block ends.
    """
    # Comes with scikit-learn; the linear algebra behind it is loaded first, or it would not be held.
    importlib.import_module("scipy.linalg")
    with importlib.import_module("threadpoolctl").threadpool_limits(limits=1):
        yield


@contextmanager
def one_core() -> Iterator[bool]:
    """Hold this thread, and every thread and process that it starts, on one core.

    Two cores that share caches or arithmetic slow each other: a second that two processes spend side by side then holds
    less work than a second that one process has for itself.

    Yields
    ------
    bool
        Whether it was possible; not on every system.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield False
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield True
    finally:
        os.sched_setaffinity(0, before)
