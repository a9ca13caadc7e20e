"""Bands that a calibration does not know: when enough pictures in them came, the source is calibrated anew."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from astrolens.domain.analysis import Analysis
from astrolens.pipeline.calibrating import Fresh
from astrolens.store.store import Store


class BandWatch:
    """Counts the pictures that were judged among those of other bands.

    Parameters
    ----------
    store : Store
        Keeps the counts over a restart.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: dict[str, dict[str, Any]] = {}

    def calibrated(self, source: str, made: Fresh) -> dict[str, Any]:
        """Begin to count for a calibration that comes into force.

        Parameters
        ----------
        source : str
            Which one.
        made : Fresh
            Its calibration.

        Returns
        -------
        dict of str to Any
            Named value to be stored with the calibration, in one transaction.
        """
        state_id = made.judge.state.state_id
        self._kept[source] = {"state_id": state_id, "apart": made.apart(), "others": {}}
        return {_name(source): self._kept[source]}

    async def arrived(self, source: str, state_id: str, analyses: Iterable[Analysis], wanted: int) -> str:
        """Count what was judged.

        Parameters
        ----------
        source : str
            Where it comes from.
        state_id : str
            The calibration that judged it; one from before this was counted knows all bands.
        analyses : iterable of Analysis
            The pictures.
        wanted : int
            Fewest pictures for a calibration of their own.

        Returns
        -------
        str
            Why the source should be calibrated now; "" while that is not so. Asked for again after as many more
            pictures, when they were too few among the newest of the source.
        """
        if source not in self._kept:
            self._kept[source] = await self._store.run(self._store.state.get, _name(source), {})
        kept = self._kept[source]
        if kept.get("state_id") != state_id:
            return ""
        new = Counter(one.bands for one in analyses if one.bands not in kept["apart"])
        if not new:
            return ""
        others = Counter(kept["others"]) + new
        await self._keep(source, kept | {"others": dict(others)})
        bands, count = others.most_common(1)[0]
        return f"it has {count} pictures in {bands or 'unknown bands'} now" if count >= wanted else ""

    async def _keep(self, source: str, values: dict[str, Any]) -> None:
        self._kept[source] = values
        await self._store.run(self._store.state.put, _name(source), values)


def _name(source: str) -> str:
    return f"bands/{source}"
