"""Asking the catalogues about stored pictures, many at once, and keeping what they say."""

from collections.abc import Sequence
from math import isfinite, nan

from astrolens.catalog.question import Question
from astrolens.catalog.stage import CrossMatcher
from astrolens.config.settings import CatalogSettings
from astrolens.domain.finding import CatalogAnswer, CatalogOutcome, CatalogState
from astrolens.pipeline.flow import StageCounts
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store

Outcome = tuple[tuple[CatalogAnswer, ...], CatalogState]


class Asking:
    """From records to answers in the store.

    Parameters
    ----------
    store : Store
        Holds pictures and answers.
    matcher : CrossMatcher
        Asks the catalogues.
    settings : CatalogSettings
        Whether to ask at all.
    counts : StageCounts
        Counts questions, and those that some catalogue left open.
    """

    def __init__(
        self, store: Store, matcher: CrossMatcher, settings: CatalogSettings, counts: StageCounts
    ) -> None:
        self._store = store
        self._matcher = matcher
        self._settings = settings
        self._counts = counts

    async def ask_many(self, records: Sequence[ImageRecord]) -> list[Outcome]:
        """Ask every configured catalogue about pictures and store what they say.

        Parameters
        ----------
        records : sequence of ImageRecord
            Any number of pictures; the fewer requests, the more there are.

        Returns
        -------
        list of (tuple of CatalogAnswer, CatalogState)
            For each picture the answers, and what they say together.
        """
        questions: dict[int, Question] = {}
        if self._settings.enabled:
            placed = [record for record in records if record.position is not None]
            sizes = await self._store.run(self._sizes, [record.image_id for record in placed])
            for record in placed:
                if record.position is not None:
                    radius = self._matcher.radius_arcsec(record.position, sizes[record.image_id])
                    questions[record.image_id] = Question(
                        position=record.position, radius_arcsec=radius, epoch=record.offer.observed_at
                    )
        said = await self._matcher.cross_match_many(list(questions.values())) if questions else []
        answers = dict(zip(questions, said, strict=True))
        for given in answers.values():
            self._counts.finished()
            if any(one.outcome is CatalogOutcome.NOT_ANSWERED for one in given):
                self._counts.delayed += 1
        return await self._store.run(self._keep, records, answers)

    def _sizes(self, image_ids: Sequence[int]) -> dict[int, float | None]:
        sizes: dict[int, float | None] = {}
        for image_id in image_ids:
            analysis = self._store.analyses.get(image_id)
            size = analysis.morphology.half_light_radius_arcsec if analysis else nan
            sizes[image_id] = size if isfinite(size) else None
        return sizes

    def _keep(
        self, records: Sequence[ImageRecord], answers: dict[int, tuple[CatalogAnswer, ...]]
    ) -> list[Outcome]:
        kept = []
        for record in records:
            said = answers.get(record.image_id, ())
            required = self._matcher.required(record.offer.observed_at)
            kept.append((said, self._store.crossref.put(record.image_id, said, required=required)))
        return kept
