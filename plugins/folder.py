"""Pictures in a folder of one's own, also one that is still being written to."""

import asyncio
import csv
import hashlib
import logging
import os
import stat
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from astrolens.plugin import ConfigError, Field, Offer, SourceContext, SourceOptions, Unavailable

logger = logging.getLogger(__name__)

_ENTRIES_PER_STEP = 2_000
_LONGEST_KEY = 900
_MOST_REMEMBERED = 2_000_000
_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".swp", "~")
_FILE_COLUMNS = ("file", "filename", "path", "name", "image", "key")
_TRUTH_COLUMNS = ("truth", "label", "class", "kind", "type", "anomaly")
_NS = 1_000_000_000


class FolderOptions(SourceOptions):
    """Options of the source ``folder``."""

    path: Path = Field(description="The folder to watch.")
    recursive: bool = Field(True, description="Also look into folders below it.")
    pattern: tuple[str, ...] = Field(
        (".jpg", ".jpeg", ".png", ".fits", ".fit", ".fits.gz", ".fz"),
        min_length=1,
        description="Endings of file names that are pictures; upper or lower case.",
    )
    settle_s: float = Field(
        2.0, ge=0.1, le=86_400, description="A file that changed less than this ago is left for later."
    )
    labels: Path | None = Field(
        None,
        description="CSV with a column of file names and one of truth, only to be reported beside results.",
    )


class Source:
    """Watches a folder tree.

    The key of a picture is its path below the folder; in another folder than the first one that was ever watched
    it is the whole path, since both may hold the same names. A file that changes after it was taken is offered again
    as ``path@digest``. Links are followed; a file or folder that is reached twice is taken once.
    """

    name: ClassVar[str] = "folder"
    title: ClassVar[str] = "A folder of your own"
    licence: ClassVar[str] = ""
    credit: ClassVar[str] = ""
    hosts: ClassVar[tuple[str, ...]] = ()
    poll_interval_s: ClassVar[float] = 10.0
    Options: ClassVar[type[SourceOptions]] = FolderOptions

    def __init__(self) -> None:
        self._root: Path | None = None
        self._walk: _Walk | None = None
        self._walking = threading.Lock()  # a step that outlived its cancelled poll
        self._handed: list[str] = []
        self._seen: set[int] = set()
        self._labels = _Labels()

    async def offers(self, context: SourceContext) -> AsyncIterator[Offer]:
        """Files that are not known yet, or changed since they were taken.

        Parameters
        ----------
        context : SourceContext
            The cursor holds ``root`` and ``settled_ns``, the time up to which every change was taken, and ``home``, the first
            root of all, once there was another.

        Yields
        ------
        Offer
            In the order of the walk; the next poll goes on where this one was cut.

        Raises
        ------
        Unavailable
            When the folder is not there (a disk that is not mounted comes back).
        ConfigError
            When the file of labels cannot be used.
        """
        options: FolderOptions = context.options
        root = options.path.expanduser().absolute()
        labels = await asyncio.to_thread(self._labels.read, options.labels)
        walk = await asyncio.to_thread(self._current_walk, root, context)
        left = context.limit
        while left > 0 and not walk.is_over:
            found = await asyncio.to_thread(self._step, walk, context, left)
            for picture in found:
                left -= 1
                yield Offer(
                    source=self.name,
                    key=picture.key,
                    url=picture.path.as_uri(),
                    truth=labels.get(picture.relative) or labels.get(Path(picture.relative).name),
                )

    def _current_walk(self, root: Path, context: SourceContext) -> "_Walk":
        """The walk that was cut, or a new one; saves how far the tree is surely taken."""
        former = context.cursor.get("root")
        if former != str(root):
            home = context.cursor.get("home", former)
            context.cursor.clear()
            context.cursor["root"] = str(root)
            if home is not None:
                context.cursor["home"] = home
        if self._root != root:
            self._root, self._walk = root, None
            self._seen.clear()
        taken = all(context.is_known(key) for key in self._handed)
        self._handed.clear()
        walk = self._walk
        if walk is not None:
            walk.is_complete = walk.is_complete and taken
            if not walk.is_over:
                return walk
            if walk.is_complete:
                context.cursor["settled_ns"] = walk.settled_ns
        self._walk = _Walk.begin(root, context.options, context.now(), context.cursor)
        return self._walk

    def _step(self, walk: "_Walk", context: SourceContext, wanted: int) -> list["_Picture"]:
        """Look at a bounded number of entries; runs in a worker thread."""
        found: list[_Picture] = []
        with self._walking:
            for _ in range(_ENTRIES_PER_STEP):
                entry = next(walk.entries, None)
                if entry is None:
                    walk.is_over = True
                    break
                picture = self._fresh(entry, walk, context) if entry.facts else None
                if picture is not None:
                    found.append(picture)
                    self._handed.append(picture.key)
                    if len(found) == wanted:
                        break
        return found

    def _fresh(self, entry: "_Entry", walk: "_Walk", context: SourceContext) -> "_Picture | None":
        """The picture, if it is to be offered: new, or changed after it was taken."""
        facts = entry.facts
        if facts is None or facts.st_ctime_ns > walk.settled_ns:
            return None
        signature = hash((entry.relative, facts.st_ctime_ns, facts.st_size))
        if signature in self._seen:
            return None
        key = _key(walk.prefix + entry.relative)
        if context.is_known(key):
            last = walk.taken_until_ns
            changed_key = f"{key}@{_digest(facts.st_mtime_ns, facts.st_size)}"
            if last is None or facts.st_ctime_ns <= last or context.is_known(changed_key):
                if len(self._seen) < _MOST_REMEMBERED:
                    self._seen.add(signature)
                return None
            key = changed_key
        path = Path(os.path.realpath(entry.path))
        return _Picture(key=key, relative=entry.relative, path=path)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picture:
    key: str
    relative: str
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A directory entry; ``facts`` is None for what is no picture."""

    path: str
    relative: str
    facts: os.stat_result | None


@dataclass(slots=True, kw_only=True)
class _Walk:
    """One way through the tree, which may take many polls.

    ``settled_ns``: only what last changed before this is looked at, so that every later change lies after it.
    ``taken_until_ns``: the same of the last walk whose offers were all taken; None when there was none.
    ``prefix``: what a key has before the path below the folder.
    """

    entries: Iterator[_Entry]
    settled_ns: int
    taken_until_ns: int | None
    prefix: str
    is_over: bool = False
    is_complete: bool = field(default=True)

    @classmethod
    def begin(cls, root: Path, options: FolderOptions, now: datetime, cursor: Mapping[str, Any]) -> "_Walk":
        if not root.is_dir():
            raise Unavailable(f"{root} is no folder that can be read; make it or correct sources.folder.path")
        settled_ns = int((now.timestamp() - options.settle_s) * _NS)
        taken_until_ns = cursor.get("settled_ns")
        return cls(
            entries=_entries(root, options),
            settled_ns=settled_ns,
            taken_until_ns=taken_until_ns if isinstance(taken_until_ns, int) else None,
            prefix="" if cursor.get("home", str(root)) == str(root) else f"{root}/",
        )


def _entries(root: Path, options: FolderOptions) -> Iterator[_Entry]:
    """Every entry below ``root`` in the order of names, each real file and folder once."""
    endings = tuple(ending.lower() for ending in options.pattern)
    reached: set[tuple[int, int]] = set()
    waiting = [(str(root), "")]
    while waiting:
        folder, prefix = waiting.pop()
        below: list[tuple[str, str]] = []
        for name, path in _listing(folder, reached):
            relative = prefix + name
            facts = None
            if name.startswith(".") or name.lower().endswith(_UNFINISHED):
                continue
            is_picture = name.lower().endswith(endings)
            try:
                kind = os.stat(path) if is_picture or options.recursive else None  # noqa: PTH116
            except OSError:  # vanished, or a link that leads nowhere
                kind = None
            if kind is not None and stat.S_ISDIR(kind.st_mode):
                if options.recursive:
                    below.append((path, f"{relative}/"))
            elif kind is not None and is_picture and (kind.st_dev, kind.st_ino) not in reached:
                reached.add((kind.st_dev, kind.st_ino))
                facts = kind
            yield _Entry(path=path, relative=relative, facts=facts)
        waiting.extend(reversed(below))


def _listing(folder: str, reached: set[tuple[int, int]]) -> list[tuple[str, str]]:
    """Names and paths in a folder, sorted; nothing when it was reached before or cannot be read."""
    try:
        facts = os.stat(folder)  # noqa: PTH116
        if (facts.st_dev, facts.st_ino) in reached:
            return []
        reached.add((facts.st_dev, facts.st_ino))
        with os.scandir(folder) as entries:
            return sorted((entry.name, entry.path) for entry in entries)
    except OSError as error:
        logger.warning("folder %r cannot be read: %s", folder, error)
        return []


def _key(relative: str) -> str:
    """The path itself, or its beginning and a digest when it would be too long for a key."""
    length = len(relative) * (1 if relative.isprintable() else 6)  # the host percent-encodes
    if length <= _LONGEST_KEY:
        return relative
    return f"{relative[:100]}~{_digest(relative)}"


def _digest(*things: object) -> str:
    text = repr(things).encode("utf-8", "surrogateescape")
    return hashlib.sha1(text, usedforsecurity=False).hexdigest()


class _Labels:
    """The truth of files from a CSV, read again when the file changes."""

    def __init__(self) -> None:
        self._read_at: tuple[str, int] | None = None
        self._truth: dict[str, str] = {}

    def read(self, file: Path | None) -> dict[str, str]:
        if file is None:
            return {}
        file = file.expanduser()
        try:
            version = (str(file), file.stat().st_mtime_ns)
            if version != self._read_at:
                self._truth = _truth(file)
                self._read_at = version
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise ConfigError(f"sources.folder.labels: {file}: {error}; correct or remove it") from error
        return self._truth


def _truth(file: Path) -> dict[str, str]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines)
        columns = {(name or "").strip().lower(): name for name in rows.fieldnames or ()}
        files = next((columns[name] for name in _FILE_COLUMNS if name in columns), None)
        truth = next((columns[name] for name in _TRUTH_COLUMNS if name in columns), None)
        if files is None or truth is None:
            wanted = f"one of {', '.join(_FILE_COLUMNS)} and one of {', '.join(_TRUTH_COLUMNS)}"
            raise ConfigError(f"sources.folder.labels: {file} has columns {list(columns)}; want {wanted}")
        return {row[files]: row[truth] for row in rows if row[files] and row[truth]}
