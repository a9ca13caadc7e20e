"""The product's own measurement of a file, with what it cost the child."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from astrolens.bench.machine import resident_mb
from astrolens.pipeline.measure_file import measure_file
from astrolens.pipeline.sandbox_wire import Reply

FUNCTION = "astrolens.bench.timed_file:measure_timed"


def measure_timed(arguments: Mapping[str, Any]) -> Reply:
    """Measure one file; runs in the child.

    Parameters
    ----------
    arguments : Mapping of str to object
        As `astrolens.pipeline.measure_file.measure_file` takes them.

    Returns
    -------
    Reply
        The same reply, with ``cpu_s`` (of the child since its start) and ``resident_mb`` among its values.

    Raises
    ------
    BadData
        If the file is no usable picture.
    """
    reply = measure_file(arguments)
    return replace(reply, values={**reply.values, "cpu_s": time.process_time(), "resident_mb": resident_mb()})
