"""Files that a person hands in, kept under names of their own."""

import hashlib
import os
import shutil
from pathlib import Path

from astrolens.sources.offers import safe_key

_HOUR_S = 3600.0


def take_in(file: Path, folder: Path, name: str) -> tuple[str, Path]:
    """Move a file to where the fetcher finds it; two keys may have the same bytes.

    Parameters
    ----------
    file : Path
        The upload; it is moved.
    folder : Path
        Created when missing.
    name : str
        What the sender called it.

    Returns
    -------
    str
        Its key: the beginning of its hash, and its name.
    Path
        Where it is now.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    with file.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    key = safe_key(f"{sha256[:16]} {name}")
    kept = folder / hashlib.sha256(key.encode()).hexdigest()
    settled = file.stat().st_mtime - _HOUR_S  # complete, so the fetcher need not wait for a writer
    os.utime(
        file, (settled, settled)
    )  # before the move: an earlier upload of these bytes may just be taken away
    shutil.move(file, kept)
    return key, kept
