"""What views of the daemon show beside the flow: a Protocol that the daemon fulfils."""

from typing import Protocol

from astrolens.api.wire_models import ModelsReply
from astrolens.api.wire_settings import SettingsReply, SourcesReply
from astrolens.api.wire_sky import EmbeddingReply, SkyReply


class Views(Protocol):
    """Answers that read more than the store; all but `hold` block and are called in threads."""

    def sky(self) -> SkyReply:
        """What was searched, area by area.

        Returns
        -------
        SkyReply
            From counters.
        """
        ...

    def embedding(self, limit: int) -> EmbeddingReply:
        """The map of embeddings.

        Parameters
        ----------
        limit : int
            Most pictures beside the findings.

        Returns
        -------
        EmbeddingReply
            Without points, and with the reason, while there are too few.
        """
        ...

    def models(self) -> ModelsReply:
        """Encoders, calibrations, and how well they keep their promise.

        Returns
        -------
        ModelsReply
            Read now.
        """
        ...

    def settings(self) -> SettingsReply:
        """Every setting in force.

        Returns
        -------
        SettingsReply
            Secrets are masked.
        """
        ...

    def sources(self) -> SourcesReply:
        """Every source, also those that are switched off.

        Returns
        -------
        SourcesReply
            Secrets are masked.
        """
        ...

    async def hold(self, source: str, *, held: bool) -> None:
        """Pause a source, or let it go on.

        Parameters
        ----------
        source : str
            One that works.
        held : bool
            Whether it is paused from now on.
        """
        ...
