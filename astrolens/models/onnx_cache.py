"""Exported graphs kept on disk, so that torch is needed once and not at every start."""

import json
import logging
import os
import re
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

log = logging.getLogger(__name__)


def cache_folder(data: Path) -> Path:
    """Where graphs are kept.

    Parameters
    ----------
    data : Path
        Data folder of the profile.

    Returns
    -------
    Path
        ``$ASTROLENS_MODEL_CACHE``, which many profiles may share, or ``models`` in the data folder.
    """
    named = os.environ.get("ASTROLENS_MODEL_CACHE")
    return Path(named).expanduser() if named else data / "models"


def cached_graph(cache: Path, name: str, build: Callable[[], bytes]) -> bytes:
    """A graph from the cache, or built and put there.

    Two files hold it: ``NAME.onnx`` and ``NAME.json`` with its length and SHA-256. Whatever does not fit is built
    again. A folder that cannot be written to costs time at the next start, nothing else.

    Parameters
    ----------
    cache : Path
        Folder; it is created, for its owner only.
    name : str
        Everything that decides the graph: model, precision, versions.
    build : Callable
        Makes the graph.

    Returns
    -------
    bytes
        The graph.
    """
    stem = re.sub(r"[^A-Za-z0-9._+-]", "_", name)
    path, manifest = cache / f"{stem}.onnx", cache / f"{stem}.json"
    kept = _kept(path, manifest)
    if kept is not None:
        return kept
    graph = build()
    facts = {"name": name, "bytes": len(graph), "sha256": sha256(graph).hexdigest()}
    try:
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        _replace(path, graph)
        _replace(manifest, json.dumps(facts, indent=1).encode())
    except OSError as error:
        log.warning(
            "%s: the network cannot be kept (%s); it is written again at the next start", cache, error
        )
    return graph


def _kept(path: Path, manifest: Path) -> bytes | None:
    """The graph on disk when it is whole."""
    try:
        facts = json.loads(manifest.read_bytes())
        graph = path.read_bytes()
        if (facts["bytes"], facts["sha256"]) == (len(graph), sha256(graph).hexdigest()):
            return graph
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        log.warning("%s cannot be read (%r); it is written again", path, error)
        return None
    log.warning("%s is damaged; it is written again", path)
    return None


def _replace(path: Path, content: bytes) -> None:
    """Whole or not at all, also for a second process that does the same."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
