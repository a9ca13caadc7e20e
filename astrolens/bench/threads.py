"""One thread for every numerical library, so that CPU time is work and not waiting."""

import importlib
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
