"""Which encoder is in force in a profile, and why, for verbs that open no house; nothing is written."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from astrolens.config.paths import Paths
from astrolens.config.settings import Settings
from astrolens.domain.errors import ConfigError, Unavailable
from astrolens.domain.promotion import Promotion, PromotionKind, in_force
from astrolens.models.folder import model_folder
from astrolens.store.promotions import look_at


class Origin(StrEnum):
    """What put an encoder to use."""

    PROMOTED = "promoted"
    ROLLED_BACK = "rolled_back"
    SETTING = "setting"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """The encoder that a house would take up now.

    Attributes
    ----------
    model : str
        As ``analyse.model`` would name it.
    origin : Origin
        What put it to use.
    setting : str
        ``analyse.model``, or ``analyse.profile`` where that stands for it.
    configured : str
        What the setting names.
    change : Promotion or None
        The promotion or rollback that is in force.
    taken_up : str
        The one that a house took up last; "" when none ever did.
    trouble : str
        Why the profile could not be asked, so that the setting holds; "" when it could.
    """

    model: str
    origin: Origin
    setting: str
    configured: str
    change: Promotion | None = None
    taken_up: str = ""
    trouble: str = ""

    def words(self) -> str:
        """Why it is this one.

        Returns
        -------
        str
            A part of a sentence.
        """
        if self.change is None:
            return "the default" if self.origin is Origin.DEFAULT else f"named by {self.setting}"
        done = "promoted" if self.origin is Origin.PROMOTED else "taken up again"
        return f"{done} {self.change.at[:10]} by {self.change.by}; {self.setting} names {self.configured}"

    def folder(self) -> Path:
        """Where it lies.

        Returns
        -------
        Path
            A folder that holds what a network needs.

        Raises
        ------
        ConfigError
            If it is not there, or not whole; it says who named it.
        """
        if self.change is None:
            return model_folder(self.model, self.setting)
        try:
            return model_folder(self.model)
        except ConfigError as error:
            raise ConfigError(
                f"{self.model!r}, the encoder in force ({self.words()}), is not whole: {error}; the next start of the daemon "
                "takes up the one before by itself"
            ) from error

    def within(self, settings: Settings) -> Settings:
        """Settings that name it.

        Parameters
        ----------
        settings : Settings
            Those of the profile.

        Returns
        -------
        Settings
            With its name in ``analyse.model``; not for a house, which asks the profile itself.
        """
        return settings.model_copy(
            update={"analyse": settings.analyse.model_copy(update={"model": self.model})}
        )


def encoder_in_force(settings: Settings, paths: Paths) -> InForce:
    """Find it, by the rule that a house follows when it is opened; blocks.

    Parameters
    ----------
    settings : Settings
        As read now.
    paths : Paths
        Of the profile; it need not exist.

    Returns
    -------
    InForce
        The model itself is not looked at.
    """
    analyse = settings.analyse
    setting = "analyse.profile" if analyse.profile != "default" else "analyse.model"
    newest, taken_up, trouble = None, "", ""
    try:
        newest, taken_up = look_at(paths.database)
    except Unavailable as error:
        trouble = str(error)
    change = in_force(newest, analyse.model)
    if change is None or change.kind is PromotionKind.CONFIGURED:
        return InForce(
            model=analyse.model,
            origin=Origin.SETTING if "model" in analyse.model_fields_set else Origin.DEFAULT,
            setting=setting,
            configured=analyse.model,
            taken_up=taken_up,
            trouble=trouble,
        )
    return InForce(
        model=change.model,
        origin=Origin(change.kind.value),
        setting=setting,
        configured=analyse.model,
        change=change,
        taken_up=taken_up,
    )
