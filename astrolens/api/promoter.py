"""What can be done about the encoder in use: a Protocol that the daemon fulfils."""

from typing import Protocol

from astrolens.domain.promotion import Comparison, Promotion


class Promoter(Protocol):
    """Compares encoders and puts another one to use."""

    @property
    def comparing(self) -> str:
        """The model that is being compared now.

        Returns
        -------
        str
            "" for none.
        """
        ...

    async def compare(self, model: str) -> Comparison:
        """Compare an encoder with the one in use; nothing is changed.

        Parameters
        ----------
        model : str
            As ``analyse.model`` names it.

        Returns
        -------
        Comparison
            Stored; this takes minutes.

        Raises
        ------
        BadData
            If another one is compared now, or it is the one in use.
        ConfigError
            If there is no such encoder, or it is damaged.
        """
        ...

    async def promote(self, model: str, *, by: str, reason: str, without_proof: bool) -> Promotion:
        """Put another encoder to use.

        Parameters
        ----------
        model : str
            As ``analyse.model`` names it.
        by : str
            Who says so; sanitised.
        reason : str
            Free words.
        without_proof : bool
            Although no paired test showed it to be better.

        Returns
        -------
        Promotion
            On the disk; the daemon takes it up after the answer.

        Raises
        ------
        BadData
            If it is in use, was not shown to be better, or another change is under way.
        ConfigError
            If there is no such encoder, or it is damaged.
        """
        ...

    async def roll_back(self, *, by: str, reason: str) -> Promotion:
        """Take up the encoder that was in use before the newest change.

        Parameters
        ----------
        by : str
            Who says so; sanitised.
        reason : str
            Free words.

        Returns
        -------
        Promotion
            On the disk; the daemon takes it up after the answer.

        Raises
        ------
        BadData
            If there is none, or another change is under way.
        ConfigError
            If it is not there any more.
        """
        ...
