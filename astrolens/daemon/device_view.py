"""Where the network runs, and what the process holds."""

import os
import platform
from pathlib import Path

from astrolens.api.wire_status import DeviceReply
from astrolens.daemon.house import House


def device_reply(house: House) -> DeviceReply:
    """Where the network runs; blocks.

    Parameters
    ----------
    house : House
        What runs.

    Returns
    -------
    DeviceReply
        With the model in use.
    """
    return DeviceReply(
        device=house.encoder.device,
        name=platform.processor() or platform.machine(),  # asks another program
        threads=house.settings.analyse.threads,
        model_id=house.encoder.model_id,
        memory_bytes=_resident_bytes(),
    )


def _resident_bytes() -> int | None:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
