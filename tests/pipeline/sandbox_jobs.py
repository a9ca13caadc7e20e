"""Functions that the tests run in limited child processes."""

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from astrolens.domain.errors import BadData, Unavailable
from astrolens.pipeline.sandbox_wire import Reply

_memory: list[int] = []


def work(arguments: dict[str, Any]) -> Reply:
    _memory.append(0)
    done = globals()[f"do_{arguments['do']}"](arguments)
    return done if isinstance(done, Reply) else Reply(values={"pid": os.getpid(), "jobs": len(_memory)})


def do_echo(arguments: dict[str, Any]) -> Reply:
    os.write(1, b"noise on the output that must not break a frame")
    number = int(arguments["number"])
    return Reply(
        values={"number": number, "pid": os.getpid(), "nan": float("nan")},
        arrays={
            "ramp": np.arange(number, dtype=np.float32).reshape(1, number),
            "mask": np.ones((3, 1), dtype=np.bool_),
            "none": np.empty((0, 4), dtype=np.uint64),
        },
        blobs={"thumbnail": b"x" * number, "empty": b""},
    )


def do_nothing(_: dict[str, Any]) -> None:
    return


def do_bomb(_: dict[str, Any]) -> int:
    return int(np.ones(2**31, dtype=np.float64).sum())


def do_hang(_: dict[str, Any]) -> None:
    time.sleep(1000)


def do_spin(_: dict[str, Any]) -> None:
    while True:
        pass


def do_crash(_: dict[str, Any]) -> None:
    os._exit(3)


def do_crash_when_used(_: dict[str, Any]) -> None:
    if len(_memory) > 1:
        os.kill(os.getpid(), signal.SIGSEGV)


def do_polite_end(_: dict[str, Any]) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGTERM)


def do_bad_data(_: dict[str, Any]) -> None:
    raise BadData("blank: every pixel is 0\x1b[31m")


def do_unavailable(_: dict[str, Any]) -> None:
    raise Unavailable("the disk is away")


def do_overflow(_: dict[str, Any]) -> None:
    raise OverflowError("NAXIS1 is 10**30")


def do_objects(_: dict[str, Any]) -> Reply:
    return Reply(arrays={"trouble": np.array([object()], dtype=object)})


def do_flood(_: dict[str, Any]) -> Reply:
    return Reply(blobs={"much": bytes(100 * 2**20)})


def do_nonsense(_: dict[str, Any]) -> None:
    for descriptor in range(3, 12):
        try:
            os.write(descriptor, b"HTTP/1.1 200 OK and other things that are no frame at all")
        except OSError:
            continue


def do_write_file(arguments: dict[str, Any]) -> None:
    Path(arguments["path"]).write_bytes(b"more than nothing")


def do_environment(_: dict[str, Any]) -> Reply:
    return Reply(values={"environment": dict(os.environ), "flags": list(sys.argv)})
