"""The source itself: endless numbered pictures of a sky whose truth is known."""

from collections.abc import AsyncIterator
from typing import Any, ClassVar

from astrolens.plugin import BadData, Field, Offer, SkyPosition, SourceContext, SourceOptions
from astrolens_plugins.simulated.sky import Facts, facts_of, file_of
from astrolens_plugins.simulated.surveys import Survey, SurveyName, survey_of


class SimulatedOptions(SourceOptions):
    """What can be chosen of the simulated sky."""

    survey: SurveyName = Field(
        SurveyName.DEEP, description="deep, wide (colour JPEG) or plates (FITS in one band)."
    )
    seed: int = Field(2026, ge=0, lt=2**63, description="Which sky; the same seed gives the same pictures.")
    rate_anomaly: float = Field(0.02, ge=0, le=1, description="Share of planted mergers, rings, lenses ...")
    count: int = Field(0, ge=0, description="Pictures after which the sky is exhausted; 0: endless.")


class WideOptions(SimulatedOptions):
    """The same for the wide survey."""

    survey: SurveyName = Field(SurveyName.WIDE, description="As in the source simulated.")


class PlatesOptions(SimulatedOptions):
    """The same for the photographic survey."""

    survey: SurveyName = Field(SurveyName.PLATES, description="As in the source simulated.")


class Source:
    """Pictures that are made when they are read; the key is the number of the picture."""

    name: ClassVar[str] = "simulated"
    title: ClassVar[str] = "Simulated sky, deep survey"
    licence: ClassVar[str] = "CC0-1.0"
    credit: ClassVar[str] = "AstroLens simulated sky"
    hosts: ClassVar[tuple[str, ...]] = ()
    poll_interval_s: ClassVar[float] = 5.0
    Options: ClassVar[type[SourceOptions]] = SimulatedOptions

    async def offers(self, context: SourceContext) -> AsyncIterator[Offer]:
        """Give the next pictures.

        Parameters
        ----------
        context : SourceContext
            Its cursor holds the next number.

        Yields
        ------
        Offer
            With position, pixel scale, bands and the planted truth ("normal" when nothing is planted).
        """
        options: SimulatedOptions = context.options
        survey = survey_of(options.survey)
        first = int(context.cursor.get("next", 0))
        last = first + context.limit
        if options.count:
            last = min(last, options.count)
        for index in range(first, last):
            context.cursor["next"] = index + 1
            yield self._offer(index, survey, self._facts(index, survey, options))

    def read(self, offer: Offer, options: Any) -> bytes:
        """Make the picture.

        Parameters
        ----------
        offer : Offer
            One of its own.
        options : SimulatedOptions
            The options under which it was offered.

        Returns
        -------
        bytes
            JPEG or FITS; the same for the same offer.

        Raises
        ------
        BadData
            When the key is no number of a picture.
        """
        if not (offer.key.isascii() and offer.key.isdigit()):
            raise BadData(f"{self.name}: the key {offer.key[:40]!r} is no number of a simulated picture")
        index, survey = int(offer.key), survey_of(options.survey)
        facts = self._facts(index, survey, options)
        stored: bytes = file_of(survey, facts, seed=options.seed, index=index)
        return stored

    def _facts(self, index: int, survey: Survey, options: SimulatedOptions) -> Facts:
        return facts_of(survey, seed=options.seed, index=index, rate=options.rate_anomaly)

    def _offer(self, index: int, survey: Survey, facts: Facts) -> Offer:
        return Offer(
            source=self.name,
            key=f"{index:07d}",
            url=f"simulated://{survey.name}/{index:07d}",
            position=SkyPosition(ra_deg=facts.ra_deg, dec_deg=facts.dec_deg, error_arcsec=0.1),
            pixel_scale_arcsec=facts.pixel_scale_arcsec,
            bands=survey.bands(),
            licence=self.licence,
            credit=self.credit,
            truth=facts.kind.value,
        )
