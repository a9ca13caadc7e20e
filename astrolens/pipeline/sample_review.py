"""What people say about the pictures that a calibration was made of, and when it is made again for that."""

from collections.abc import Callable
from time import monotonic

from astrolens.pipeline.calibrating import Fresh
from astrolens.store.review_queue import SAMPLE_KEY, SampleSaid
from astrolens.store.store import Store

_ENOUGH = 10
_PAUSE_S = 300.0


class SampleReview:
    """Keeps the sample of each calibration, the oddest first, so that the review queue can ask about it.

    Anomalies in a sample make every p-value too large (Bashari, Sesia & Romano 2025), and hide themselves and others by
    it: few of them are called anomalies, so that nobody would look. What people call odd leaves with the next
    calibration, which is made when ten members have to leave, or one and everybody has been looked at or nobody has
    labelled anything for five minutes.

    Parameters
    ----------
    store : Store
        Keeps samples and labels.
    model_id : str
        The encoder in use.
    clock : Callable
        Seconds that only grow.
    """

    def __init__(self, store: Store, model_id: str, clock: Callable[[], float] = monotonic) -> None:
        self._store = store
        self._model_id = model_id
        self._clock = clock
        self._labels = -1
        self._changed_at = 0.0
        self._open: dict[str, SampleSaid] = {}

    async def begin(self, source: str, made: Fresh, *, looks: int) -> None:
        """Keep the sample of a new calibration in place of the one before.

        Parameters
        ----------
        source : str
            Which one.
        made : Fresh
            The calibration.
        looks : int
            How many of its oddest pictures people are asked about.
        """
        row = {"model_id": self._model_id, "looks": looks, "ids": made.oddest_first()}
        await self._store.run(self._store.state.put, SAMPLE_KEY + source, row)
        self._open.pop(source, None)

    async def due(self) -> list[tuple[str, str]]:
        """Sources that should be calibrated again because people called members of their sample odd.

        Returns
        -------
        list of (str, str)
            Each with its reason, and only once until somebody labels again.
        """
        count = await self._store.run(self._store.labels.count)
        if count != self._labels:
            self._labels, self._changed_at = count, self._clock()
            self._open = await self._read()
        paused = self._clock() - self._changed_at >= _PAUSE_S
        due = [
            (source, f"people called {said.odd} picture{'' if said.odd == 1 else 's'} of its sample odd")
            for source, said in self._open.items()
            if said.odd >= _ENOUGH or paused or (said.looks and not said.unseen)
        ]
        for source, _ in due:
            del self._open[source]
        return due

    async def _read(self) -> dict[str, SampleSaid]:
        """Sources of whose sample somebody called something odd."""
        found = {}
        for name in await self._store.run(self._store.state.names, SAMPLE_KEY):
            source = name.removeprefix(SAMPLE_KEY)
            said = await self._store.run(self._store.review.sample_said, source, self._model_id)
            if said.odd:
                found[source] = said
        return found
