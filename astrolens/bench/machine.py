"""What a figure was measured on: without it no figure can be compared."""

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

_PACKAGES = (
    "astrolens", "numpy", "scipy", "scikit-learn", "pillow", "torch", "transformers", "onnxruntime", "faiss-cpu",
)  # fmt: skip
_GIB = 2**30


def machine_facts() -> dict[str, Any]:
    """Describe this machine and what is installed.

    Returns
    -------
    dict
        JSON-able: processor, cores, load, memory, system, versions. What cannot be found out is None.
    """
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load_average": [round(part, 1) for part in os.getloadavg()],
        "memory_gib": _memory_gib(),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in _PACKAGES},
    }


def resident_mb() -> float:
    """Memory that this process holds now.

    Returns
    -------
    float
        Megabytes; NaN where the system does not say.
    """
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return float("nan")
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _processor() -> str | None:
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or None


def _memory_gib() -> float | None:
    try:
        return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / _GIB, 1)
    except (ValueError, OSError):
        return None


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
