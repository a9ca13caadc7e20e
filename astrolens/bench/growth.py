"""What a question costs as the store grows: nearest neighbours and p-values."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from astrolens.bench.machine import resident_mb
from astrolens.bench.measured import Progress
from astrolens.bench.stages import middle
from astrolens.config.paths import resolve
from astrolens.config.settings import Settings
from astrolens.detect.stage import fit_judge
from astrolens.detect.tail import Curve
from astrolens.domain.analysis import Analysis, Morphology, MorphologyFlag
from astrolens.domain.clock import utc_now
from astrolens.models.encoder import Encoder
from astrolens.store.freed_memory import give_back
from astrolens.store.store import open_store
from astrolens.store.vectors import VectorIndex

SIZES = (10_000, 100_000, 1_000_000)
_CHUNK = 20_000
_INNER = 24
_QUESTIONS = 200
_ALONE = 30
_NEIGHBOURS = 10
_SAFETY = 3.0


def bench_growth(
    encoder: Encoder, settings: Settings, *, seed: int, largest: int, progress: Progress
) -> dict[str, Any]:
    """Measure look-ups at growing numbers of stored embeddings.

    Parameters
    ----------
    encoder : Encoder
        Gives the length of an embedding.
    settings : Settings
        Gives the largest calibration.
    seed : int
        Of the synthetic embeddings.
    largest : int
        Largest number; 0: nothing is measured.
    progress : Callable
        Told what is done, how many, of how many.

    Returns
    -------
    dict
        By number stored: milliseconds of one neighbour question, the share of the true ten nearest that it finds
        (``recall_at_10``), what the vectors take in memory, how long their graph was built in the background, and
        milliseconds of one p-value in a calibration of that many; ``judge`` is everything that a verdict takes at the
        largest calibration that the settings allow, which does not grow with the store.
    """
    if not largest:
        return {}
    random = np.random.default_rng(seed)
    cloud = _Cloud(encoder.dimension, random)
    sizes = [size for size in SIZES if size < largest] + [largest]
    out: dict[str, Any] = {"dimension": encoder.dimension, "stored": {}}
    with tempfile.TemporaryDirectory(prefix="astrolens-bench-") as folder:
        paths = resolve(
            settings.model_copy(
                update={"store": settings.store.model_copy(update={"data_dir": Path(folder)})}
            )
        )
        store = open_store(paths)
        truth = _Truth(cloud.draw(_QUESTIONS))
        try:
            give_back()  # what was measured before this left memory that embeddings would fill unseen
            held, before = 0, resident_mb()
            for size in sizes:
                needed = _SAFETY * 4.0 * encoder.dimension * (size - held)
                if needed > _free_bytes():
                    out["stored"][str(size)] = {"skipped": f"needs {needed / 1e9:.1f} GB of free memory"}
                    continue
                while held < size:
                    count = min(_CHUNK, size - held)
                    drawn = cloud.draw(count)
                    store.vectors.add(range(held + 1, held + count + 1), drawn)
                    truth.see(np.arange(held + 1, held + count + 1), drawn)
                    held += count
                    progress("stored embeddings", held, largest)
                building = time.perf_counter()
                progress("building the graph", 0, 1)
                store.vectors.wait_built()
                give_back()
                out["stored"][str(size)] = {
                    "neighbours": _timed(
                        [lambda row=row: store.vectors.search(row, _NEIGHBOURS) for row in truth.questions]  # type: ignore[misc]
                    ),
                    "recall_at_10": truth.recall(store.vectors),
                    "is_graph": store.vectors.is_graph,
                    "built_s": round(time.perf_counter() - building, 1),
                    "memory_mb": round(resident_mb() - before, 1),
                    "p_value": _p_value(size, random),
                }
        finally:
            store.close()
    limit = min(settings.detect.calibration_limit, largest)
    out["judge"] = {"calibrated": limit, **_judge(cloud, limit, settings, random)}
    return out


class _Truth:
    """The true nearest of some questions, kept while vectors go by."""

    def __init__(self, questions: NDArray[np.float32]) -> None:
        self.questions = questions
        self._unit = _unit(questions)
        self._ids = np.zeros((len(questions), 0), np.int64)
        self._cosines = np.zeros((len(questions), 0), np.float32)

    def see(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        cosines = np.concatenate([self._cosines, self._unit @ _unit(vectors).T], axis=1)
        every = np.concatenate([self._ids, np.broadcast_to(ids, (len(self._unit), len(ids)))], axis=1)
        most = min(_NEIGHBOURS, cosines.shape[1])
        best = np.argpartition(-cosines, most - 1, axis=1)[:, :most]
        self._ids, self._cosines = (
            np.take_along_axis(every, best, axis=1), np.take_along_axis(cosines, best, axis=1)
        )  # fmt: skip

    def recall(self, index: VectorIndex) -> float:
        shared = 0
        for question, ids in zip(self.questions, self._ids, strict=True):
            shared += len(
                {found for found, _ in index.search(question, _NEIGHBOURS)}.intersection(ids.tolist())
            )
        return round(shared / self._ids.size, 4)


class _Cloud:
    """Embeddings of few real dimensions and some noise, as those of a network are."""

    def __init__(self, dimension: int, random: np.random.Generator) -> None:
        self._random = random
        self._axes = random.standard_normal((_INNER, dimension)).astype(np.float32)
        self._centre = 3.0 * random.standard_normal(dimension).astype(np.float32)

    def draw(self, count: int) -> NDArray[np.float32]:
        inner = self._random.standard_normal((count, _INNER), np.float32)
        noise = self._random.standard_normal((count, self._axes.shape[1]), np.float32)
        return np.asarray(self._centre + inner @ self._axes + 0.5 * noise, np.float32)


def _p_value(size: int, random: np.random.Generator) -> dict[str, Any]:
    curve = Curve.fit(random.standard_normal(size))
    scores = random.standard_normal((_ALONE, 1))
    return _timed([lambda score=score: curve.log_p(score) for score in scores])  # type: ignore[misc]


def _judge(cloud: _Cloud, count: int, settings: Settings, random: np.random.Generator) -> dict[str, Any]:
    numbers = len(Morphology.number_names())

    def analyses(wanted: int) -> list[Analysis]:
        return [
            Analysis(
                model_id="synthetic",
                embedding=embedding.copy(),
                logits=random.standard_normal(3).astype(np.float32),
                class_names=("a", "b", "c"),
                heads={"pair": float(random.standard_normal())},
                morphology=Morphology(
                    **dict(zip(Morphology.number_names(), random.random(numbers).tolist(), strict=True)),
                    flags=MorphologyFlag.NONE,
                ),
            )
            for embedding in cloud.draw(wanted)
        ]

    judge = fit_judge(analyses(count), source="synthetic", settings=settings.detect, made_at=utc_now())
    alone = [[analysis] for analysis in analyses(_ALONE)]
    together = analyses(settings.analyse.batch)
    batch = _timed([lambda: judge.judge(together)] * 5)
    return {
        "judge_alone": _timed([lambda one=one: judge.judge(one) for one in alone]),  # type: ignore[misc]
        f"judge_in_{len(together)}": {
            name: {key: round(value / len(together), 4) for key, value in times.items()}
            for name, times in batch.items()
        },
    }


def _timed(questions: list[Callable[[], object]]) -> dict[str, Any]:
    questions[0]()
    wall, cpu = [], []
    for ask in questions:
        before, spent = time.perf_counter(), time.process_time()
        ask()
        wall.append(1e3 * (time.perf_counter() - before))
        cpu.append(1e3 * (time.process_time() - spent))
    return {"wall_ms": middle(wall), "cpu_ms": middle(cpu)}


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def _free_bytes() -> float:
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return 1024.0 * float(line.split()[1])
    except OSError:
        pass
    return float("inf")
