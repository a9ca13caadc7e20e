"""A paired test of another encoder against the one in use, on labelled pictures of this profile; it changes nothing."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from astrolens.config.settings import DetectSettings
from astrolens.detect.paired import PairedAuroc, paired_auroc
from astrolens.detect.stage import FEWEST_PICTURES, fit_judge
from astrolens.domain.analysis import Analysis
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.errors import BadData, Unavailable
from astrolens.domain.promotion import FEWEST_NORMALS, FEWEST_ODD, Comparison, Outcome
from astrolens.domain.review import LabelValue
from astrolens.models.encoder import Encoder
from astrolens.pipeline.announce import Announcer
from astrolens.pipeline.encoding import EncoderLane
from astrolens.store.frozen_test import LabelledPicture
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store

log = logging.getLogger(__name__)

_MOST_TESTED = 2000
_MOST_SAMPLED = 2000
_CHUNK = 8
_WAIT_S = 0.05
_LONGEST_WAIT_S = 1.0

Measure = Callable[[ImageRecord], Awaitable[Analysis]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """What one source gives to the test."""

    name: str
    sample: tuple[int, ...]
    pictures: tuple[LabelledPicture, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Scores:
    """Test pictures of one source, and how odd both encoders find them."""

    pictures: tuple[LabelledPicture, ...]
    new: NDArray[np.float64]  # (picture,) sigma
    former: NDArray[np.float64]


class Comparing:
    """Measures labelled pictures and a calibration sample with another encoder, and judges with both.

    Parameters
    ----------
    store : Store
        Holds originals, analyses and labels; takes the outcome.
    model : str
        The one in use, as it is named.
    encoder : Encoder
        The one in use.
    load : Callable
        Makes the encoder of a name ready; blocks.
    measuring : Callable
        Gives a coroutine function that measures one stored picture with an encoder, on a lane of its own.
    announcer : Announcer
        Hears of the outcome.
    busy : Callable
        Whether pictures of the flow are being measured now.
    batch : int
        Most pictures in one pass.
    """

    def __init__(
        self,
        store: Store,
        *,
        model: str,
        encoder: Encoder,
        load: Callable[[str], Encoder],
        measuring: Callable[[Encoder, EncoderLane], Measure],
        announcer: Announcer,
        busy: Callable[[], bool],
        batch: int,
    ) -> None:
        self.now = ""
        self.load = load
        self._store = store
        self._model = model
        self._encoder = encoder
        self._measuring = measuring
        self._announcer = announcer
        self._busy = busy
        self._batch = batch
        self._ends = False

    def give_up(self) -> None:
        """End what runs soon; its outcome is not kept."""
        self._ends = True

    async def compare(self, model: str, settings: DetectSettings) -> Comparison:
        """Compare an encoder with the one in use.

        Both are judged by detectors that are fitted anew on one and the same sample of each source. Test pictures are
        those that people called anomaly, normal or artefact outside the calibration sample. Scores are the sigmas of
        the verdicts, which all sources share.

        Parameters
        ----------
        model : str
            As ``analyse.model`` names it.
        settings : DetectSettings
            Trimming and seed of the fits.

        Returns
        -------
        Comparison
            Stored and told.

        Raises
        ------
        BadData
            If another one is compared now, or it is the one in use.
        ConfigError
            If there is no such encoder, or it is damaged.
        Unavailable
            If the house closes meanwhile.
        """
        if self.now:
            raise BadData(f"{self.now} is being compared now; ask again when that has ended")
        self.now = model
        try:
            encoder = await asyncio.to_thread(self.load, model)
            if encoder.model_id == self._encoder.model_id:
                raise BadData(f"{model} is the encoder in use; name another one")
            outcome = await self._test(model, encoder, settings)
            stored, told = await self._store.run(self._store.promotions.add_comparison, outcome)
            self._announcer.publish(told)
            log.info("%s", stored.words())
            return stored
        finally:
            self.now = ""

    async def _test(self, model: str, encoder: Encoder, settings: DetectSettings) -> Comparison:
        sources = await self._store.run(self._choose)
        scores: list[_Scores] = []
        if _enough(picture for source in sources for picture in source.pictures):
            scores = await self._score(sources, encoder, settings)
        pictures = [picture for one in scores for picture in one.pictures]
        enough = _enough(pictures)
        if not scores:
            pictures = [picture for source in sources for picture in source.pictures]
        odd = sum(picture.label is LabelValue.ANOMALY for picture in pictures)
        found = await asyncio.to_thread(_paired, scores, settings.seed) if enough else None
        outcome = Outcome.TOO_FEW
        if found is not None:
            outcome = Outcome.BETTER if found.low > 0.0 else Outcome.NOT_BETTER
        return Comparison(
            model=model,
            model_id=encoder.model_id,
            former=self._model,
            former_id=self._encoder.model_id,
            odd=odd,
            normals=len(pictures) - odd,
            auroc=None if found is None else found.auroc,
            former_auroc=None if found is None else found.former_auroc,
            low=None if found is None else found.low,
            high=None if found is None else found.high,
            outcome=outcome,
            at=iso(utc_now()),
            pictures="" if found is None else _identity(pictures),
        )

    def _choose(self) -> list[_Source]:
        """Samples and test pictures of every source that is calibrated; blocks."""
        store, model_id = self._store, self._encoder.model_id
        states = {}
        for name in store.former.sources():
            state_id = store.state.detector_state_id(name, model_id)
            if state_id is not None:
                states[name] = state_id
        pictures = store.frozen_test.pictures(model_id, states, _MOST_TESTED)
        sources = []
        for name in sorted({picture.source for picture in pictures}):
            mine = tuple(picture for picture in pictures if picture.source == name)
            sample = store.frozen_test.sample(name, model_id, states[name], _MOST_SAMPLED)
            if len(sample) >= FEWEST_PICTURES:
                sources.append(_Source(name=name, sample=tuple(sample), pictures=mine))
        return sources

    async def _score(
        self, sources: Sequence[_Source], encoder: Encoder, settings: DetectSettings
    ) -> list[_Scores]:
        lane = EncoderLane(encoder.encode, self._batch)
        measure = self._measuring(encoder, lane)
        found: list[_Scores | None] = []
        failed: Unavailable | None = None
        async with asyncio.TaskGroup() as group:
            running = group.create_task(lane.run(), name="encoding to compare")
            try:
                found = [await self._score_source(source, measure, settings) for source in sources]
            except Unavailable as error:  # raised outside of the group, which would wrap it
                failed = error
            running.cancel()
        if failed is not None:
            raise failed
        return [one for one in found if one is not None]

    async def _score_source(
        self, source: _Source, measure: Measure, settings: DetectSettings
    ) -> _Scores | None:
        ids = [*source.sample, *(picture.image_id for picture in source.pictures)]
        new = await self._measure(ids, measure)
        stored = await self._store.run(self._store.analyses.get_many, list(new))
        former = {number: one for number, one in stored.items() if one.model_id == self._encoder.model_id}
        sample = [number for number in source.sample if number in former]
        pictures = tuple(picture for picture in source.pictures if picture.image_id in former)
        if len(sample) < FEWEST_PICTURES or not pictures:
            return None
        said = await self._store.run(self._store.labels.newest, sample)
        known = [number in said and said[number].value is LabelValue.NORMAL for number in sample]

        def sigmas(analyses: Mapping[int, Analysis]) -> NDArray[np.float64]:
            judge = fit_judge(
                [analyses[number] for number in sample],
                source=source.name,
                settings=settings,
                made_at=utc_now(),
                known_normal=known,
            )
            verdicts = judge.judge([analyses[picture.image_id] for picture in pictures])
            return np.array([verdict.sigma for verdict in verdicts], np.float64)

        return _Scores(
            pictures=pictures,
            new=await asyncio.to_thread(sigmas, new),
            former=await asyncio.to_thread(sigmas, former),
        )

    async def _measure(self, ids: Sequence[int], measure: Measure) -> dict[int, Analysis]:
        """Measure stored pictures a few at a time, and let the flow go first; those that cannot be are left out."""
        found: dict[int, Analysis] = {}
        for start in range(0, len(ids), _CHUNK):
            await self._give_way()
            async with asyncio.TaskGroup() as group:
                for number in ids[start : start + _CHUNK]:
                    group.create_task(self._measure_one(number, measure, found), name=f"compare {number}")
        return found

    async def _give_way(self) -> None:
        waited_s = 0.0
        while self._busy() and waited_s < _LONGEST_WAIT_S and not self._ends:
            await asyncio.sleep(_WAIT_S)
            waited_s += _WAIT_S
        if self._ends:
            raise Unavailable("the house closes; compare again when it is open")

    async def _measure_one(self, number: int, measure: Measure, found: dict[int, Analysis]) -> None:
        record = await self._store.run(self._store.images.get, number)
        if record is None:
            return
        try:
            found[number] = await measure(record)
        except (BadData, Unavailable, TimeoutError) as error:
            log.warning("image %d takes no part in the comparison: %s", number, error)


def _enough(pictures: Iterable[LabelledPicture]) -> bool:
    labels = [picture.label for picture in pictures]
    odd = labels.count(LabelValue.ANOMALY)
    return odd >= FEWEST_ODD and len(labels) - odd >= FEWEST_NORMALS


def _paired(scores: Sequence[_Scores], seed: int) -> PairedAuroc:
    is_odd = np.array([picture.label is LabelValue.ANOMALY for one in scores for picture in one.pictures])
    return paired_auroc(
        is_odd,
        np.concatenate([one.new for one in scores]),
        np.concatenate([one.former for one in scores]),
        seed=seed,
    )


def _identity(pictures: Iterable[LabelledPicture]) -> str:
    """Hash of the list of test pictures, so that two tests can be told to rest on the same one."""
    listed = sorted((picture.image_id, picture.label.value) for picture in pictures)
    return hashlib.sha256(json.dumps(listed).encode()).hexdigest()
