"""Measured pictures that wait for their verdict."""

from collections.abc import Iterable

from astrolens.domain.analysis import Analysis
from astrolens.store.store import Store

MOST_AT_ONCE = 256


class Waiting:
    """Those of the encoder in use; what another one has measured waits to be measured again, and holds up nobody.

    Parameters
    ----------
    store : Store
        Holds the analyses.
    model_id : str
        The encoder in use.
    """

    def __init__(self, store: Store, model_id: str) -> None:
        self._store = store
        self._model_id = model_id
        self._foreign: set[int] = set()

    async def of(self, source: str) -> dict[int, Analysis]:
        """Pictures of one source.

        Parameters
        ----------
        source : str
            Which one.

        Returns
        -------
        dict of int to Analysis
            At most 256; empty when none waits.
        """
        while True:
            limit = MOST_AT_ONCE + len(self._foreign)
            waiting = await self._store.run(self._store.analyses.waiting_for_verdict, source, limit)
            fresh = [image_id for image_id in waiting if image_id not in self._foreign][:MOST_AT_ONCE]
            found = await self._store.run(self._store.analyses.get_many, fresh)
            mine = {image_id: one for image_id, one in found.items() if one.model_id == self._model_id}
            if mine or not fresh:
                return mine
            self._foreign.update(fresh)

    def measured_again(self, image_ids: Iterable[int]) -> None:
        """Say that the encoder in use has measured these.

        Parameters
        ----------
        image_ids : iterable of int
            Pictures of a former encoder.
        """
        self._foreign.difference_update(image_ids)
