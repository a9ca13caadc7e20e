"""Another encoder is put to use, or the former one taken up again: checked, recorded, and the house opened anew."""

import asyncio
from collections.abc import Callable

from astrolens.config.load import load
from astrolens.daemon.house import House
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.errors import BadData, ConfigError
from astrolens.domain.promotion import Comparison, Outcome, Promotion, PromotionKind, way_back
from astrolens.domain.text import clean
from astrolens.models.encoder import Encoder
from astrolens.models.folder import absolute_name

_LONGEST_REASON = 500


class Promoter:
    """Implements `astrolens.api.promoter.Promoter`.

    Parameters
    ----------
    house : House
        What runs.
    open_anew : Callable
        Begins to close the house and to open it with the encoder that is in force then; returns at once.
    """

    def __init__(self, house: House, open_anew: Callable[[], None]) -> None:
        self._house = house
        self._open_anew = open_anew
        self._turn = asyncio.Lock()
        self._leaving = False

    @property
    def comparing(self) -> str:
        """The model that is being compared now.

        Returns
        -------
        str
            "" for none.
        """
        return self._house.comparing.now

    async def compare(self, model: str) -> Comparison:
        """Compare an encoder with the one in use.

        Parameters
        ----------
        model : str
            As ``analyse.model`` names it.

        Returns
        -------
        Comparison
            Stored.
        """
        named = await asyncio.to_thread(absolute_name, model)
        return await self._house.comparing.compare(named, self._house.settings.detect)

    async def promote(self, model: str, *, by: str, reason: str, without_proof: bool) -> Promotion:
        """Put another encoder to use.

        Parameters
        ----------
        model : str
            As ``analyse.model`` names it.
        by : str
            Who says so.
        reason : str
            Free words.
        without_proof : bool
            Although no paired test showed it to be better.

        Returns
        -------
        Promotion
            On the disk; the house is being opened anew.

        Raises
        ------
        BadData
            If it is in use, was not shown to be better, or another change is under way.
        ConfigError
            If there is no such encoder, or it is damaged.
        """
        async with self._turn:
            await self._check_calm()
            named = await asyncio.to_thread(absolute_name, model)
            encoder = await self._other(named)
            proof = None if without_proof else await self._proof(named, encoder)
            return await self._change(PromotionKind.PROMOTED, named, encoder, by, reason, proof)

    async def roll_back(self, *, by: str, reason: str) -> Promotion:
        """Take up the encoder that was in use before the newest change that is in force.

        Parameters
        ----------
        by : str
            Who says so.
        reason : str
            Free words.

        Returns
        -------
        Promotion
            On the disk; the house is being opened anew.

        Raises
        ------
        BadData
            If there is no former one, or another change is under way.
        ConfigError
            If the former one is not there any more.
        """
        async with self._turn:
            await self._check_calm()
            store = self._house.store
            way = way_back((await store.run(store.promotions.recent, -1))[::-1])
            if len(way) < 2:
                raise BadData("no other encoder was in use here before; there is nothing to go back to")
            encoder = await self._other(way[-2].model)
            return await self._change(PromotionKind.ROLLED_BACK, way[-2].model, encoder, by, reason, None)

    async def _check_calm(self) -> None:
        house = self._house
        if self._leaving:
            raise BadData("another encoder is being taken up now; ask again in a moment")
        file = house.paths.config_file
        try:
            named = (await asyncio.to_thread(load, file)).analyse.model
        except ConfigError:
            return  # a wrong file changes nothing, here as at a reload
        if named != house.settings.analyse.model:
            raise BadData(
                f"analyse.model reads {named!r} in {file} and waits for the next start of the daemon: restart it, or set it "
                f"back to {house.settings.analyse.model!r}"
            )

    async def _other(self, model: str) -> Encoder:
        encoder = await asyncio.to_thread(self._house.comparing.load, model)
        if encoder.model_id == self._house.encoder.model_id:
            raise BadData(f"{model} is the encoder in use ({encoder.model_id}); name another one")
        return encoder

    async def _proof(self, model: str, encoder: Encoder) -> Comparison:
        store, in_use = self._house.store, self._house.encoder.model_id
        found = await store.run(store.promotions.comparison, encoder.model_id, in_use)
        remedy = f"'astrolens models compare {model}'"
        if found is None:
            raise BadData(
                f"{encoder.model_id} was never compared with {in_use}, which is in use; run {remedy} first, or promote it "
                "without proof"
            )
        if found.outcome is not Outcome.BETTER:
            raise BadData(
                f"{found.words()}; label more pictures and run {remedy} again, or promote it without proof"
            )
        return found

    async def _change(
        self,
        kind: PromotionKind,
        model: str,
        encoder: Encoder,
        by: str,
        reason: str,
        proof: Comparison | None,
    ) -> Promotion:
        house = self._house
        stored, told = await house.store.run(
            house.store.promotions.add,
            Promotion(
                kind=kind,
                model=model,
                model_id=encoder.model_id,
                former=house.model,
                former_id=house.encoder.model_id,
                configured=house.settings.analyse.model,
                by=by,
                reason=clean(reason.strip(), _LONGEST_REASON),
                at=iso(utc_now()),
                comparison=proof,
            ),
        )
        self._leaving = True
        house.announcer.publish(told)
        self._open_anew()
        return stored
