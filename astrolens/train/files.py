"""Files that appear whole or not at all."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from astrolens.domain.errors import ConfigError


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file; a kill at any moment leaves the old one or the new one.

    Parameters
    ----------
    path : Path
        The file; its folder exists.
    content : bytes
        What it shall hold.
    """
    partial = path.with_name(f"{path.name}.partial")
    with partial.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Keep a second training out of a folder; the system lets go of it when the process ends.

    Parameters
    ----------
    folder : Path
        An existing folder.

    Yields
    ------
    None
        While the folder is held.

    Raises
    ------
    ConfigError
        If another process trains there.
    """
    with (folder / "lock").open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConfigError(
                f"{folder}: another training works here; wait for it or choose another --out"
            ) from error
        yield
