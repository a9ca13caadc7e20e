"""A way through a tree of folders whose place can be written down."""

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass

logger = logging.getLogger(__name__)

_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", "~")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One entry of a folder.

    Attributes
    ----------
    relative : str
        Its path below the root.
    is_picture : bool
        False for what is only passed by.
    """

    relative: str
    is_picture: bool


def steps(root: str, endings: tuple[str, ...], after: str, changed_since_ns: int) -> Iterator[Step]:
    """Every file below a folder in the order of names, folder by folder.

    Nothing but folders is looked at: the kind of an entry comes with its name, and no file is opened or statted.

    Parameters
    ----------
    root : str
        The folder.
    endings : tuple of str
        Lower case; of pictures.
    after : str
        Path below the root at which an earlier walk stopped; it and everything before it is passed over. "" begins.
    changed_since_ns : int
        Files of a folder whose list of names last changed before this are passed over; 0 passes nothing over.

    Returns
    -------
    Iterator of Step
        Of every entry, so that the caller can stop between any two.
    """
    return _below(root, "", endings, after.split("/") if after else [], changed_since_ns)


def _below(
    folder: str, prefix: str, endings: tuple[str, ...], after: list[str], since_ns: int
) -> Iterator[Step]:
    names = _listing(folder, since_ns)
    for name, is_folder in names:
        if after and name < after[0]:
            continue
        if is_folder:
            inside = after[1:] if after and name == after[0] else []
            yield Step(relative=prefix + name, is_picture=False)
            yield from _below(f"{folder}/{name}", f"{prefix}{name}/", endings, inside, since_ns)
        elif not after or name != after[0]:
            yield Step(relative=prefix + name, is_picture=name.lower().endswith(endings))


def _listing(folder: str, since_ns: int) -> list[tuple[str, bool]]:
    """Names in a folder, sorted, with whether each is a folder; links to folders are not followed."""
    try:
        is_old = os.stat(folder).st_mtime_ns < since_ns  # noqa: PTH116
        with os.scandir(folder) as entries:
            found = [
                (entry.name, entry.is_dir(follow_symlinks=False))
                for entry in entries
                if _is_shown(entry.name)
            ]
    except OSError as error:
        logger.warning("folder %r cannot be read: %s", folder, error)
        return []
    return sorted(pair for pair in found if pair[1] or not is_old)


def _is_shown(name: str) -> bool:
    return not name.startswith(".") and not name.lower().endswith(_UNFINISHED)
