"""Small galaxies on disk that stand still since an hour, and analyses of a simulated source in a store."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep, time

from astrolens.domain.analysis import Analysis
from astrolens.domain.image import Offer
from astrolens.domain.sky import SkyPosition
from astrolens.store.store import Store
from tests.detect.conftest import simulate
from tests.process.profile import paint_galaxy
from tests.store.samples import a_hash, some_facts

MODEL_ID = "simulated-1"


def settled(path: Path) -> Path:
    """The same file, an hour old."""
    then = time() - 3600.0
    os.utime(path, (then, then))
    return path


def paint(folder: Path, count: int, first: int = 0) -> list[Path]:
    """Galaxies, each different."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"galaxy{number:04d}.jpg" for number in range(first, first + count)]
    for number, file in enumerate(files, first):
        paint_galaxy(file, number)
        settled(file)
    return files


def stand_still(folder: Path) -> None:
    """Wait until the newest change in a folder is older than the source's shortest patience."""
    newest = max((file.stat().st_ctime for file in folder.iterdir()), default=0.0)
    while time() - newest < 0.15:
        sleep(0.01)


def measured(
    store: Store,
    analyses: list[Analysis],
    source: str = "sdss",
    *,
    first: int = 0,
    model_id: str = MODEL_ID,
    place: bool = False,
) -> list[int]:
    """Store pictures of a source as far as ANALYSED."""
    offers = [
        Offer(
            source=source,
            key=f"{source}-{number}",
            url=f"https://example.org/{number}",
            position=SkyPosition(ra_deg=number % 360, dec_deg=10.0) if place else None,
        )
        for number in range(first, first + len(analyses))
    ]
    ids = store.images.offer_many(offers)
    for image_id in ids:
        store.images.fetched(image_id, sha256=a_hash(image_id), size_bytes=10)
    store.analyses.put_many(
        [
            (image_id, replace(analysis, model_id=model_id), some_facts(image_id))
            for image_id, analysis in zip(ids, analyses, strict=True)
        ]
    )
    return ids


def in_band(store: Store, analyses: list[Analysis], band: str, first: int = 0) -> list[int]:
    """The same in one filter, as the source said."""
    offers = [
        Offer(source="sdss", key=f"{band}{number}", url=f"https://example.org/{band}{number}", bands=(band,))
        for number in range(first, first + len(analyses))
    ]
    ids = store.images.offer_many(offers)
    for image_id in ids:
        store.images.fetched(image_id, sha256=a_hash(image_id), size_bytes=10)
    facts = [replace(some_facts(image_id), bands=("its file says otherwise",)) for image_id in ids]
    store.analyses.put_many(list(zip(ids, analyses, facts, strict=True)))
    return ids


def normals(count: int, seed: int = 1) -> list[Analysis]:
    return simulate(count, seed=seed)


def oddities(count: int, seed: int = 2) -> list[Analysis]:
    return simulate(count, seed=seed, odd=True)


def killed(store: Store) -> None:
    """Close a store as a kill would leave it: claims stay, nothing is written at the end."""
    store._threads.shutdown(wait=True)
    store.database.close()


async def until(condition: Callable[[], Awaitable[bool]], timeout_s: float = 50.0) -> None:
    """Ask again and again until something is true."""
    deadline = monotonic() + timeout_s
    while not await condition():
        assert monotonic() < deadline, "it did not come true"
        await asyncio.sleep(0.02)
