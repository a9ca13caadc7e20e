"""What the network sees of each source's pictures: as a person said, or as the source frames its objects."""

from collections.abc import Mapping
from math import nan

from astrolens.analyse.crop import suits_middle
from astrolens.config.settings import Settings
from astrolens.domain.errors import ConfigError
from astrolens.models.encoder import Encoder
from astrolens.models.preprocessing import Crop, Measures, Preprocessing
from astrolens.store.store import Store

_FRAMING = "framing/"


class Crops:
    """The crop of every source, for any encoder.

    Parameters
    ----------
    wishes : Mapping of str to Crop, optional
        Sources for which a person named one.
    automatic : bool
        Whether it may follow the framing of the other sources.
    middles : Mapping of str to float, optional
        Sources whose framing is known: the middle radius of their objects over the shorter side; NaN where there were too
        few, or where it was not looked at in time.
    """

    def __init__(
        self,
        wishes: Mapping[str, Crop] | None = None,
        *,
        automatic: bool = False,
        middles: Mapping[str, float] | None = None,
    ) -> None:
        self._wishes = dict(wishes or {})
        self._automatic = automatic
        self._middles = dict(middles or {})

    def of(self, source: str, preprocessing: Preprocessing) -> Crop:
        """The crop of a source's pictures.

        Parameters
        ----------
        source : str
            Which one.
        preprocessing : Preprocessing
            Of the encoder that sees them; a crop of its own other than the fraction holds for all sources, and one that leaves
            shapes out keeps its fraction.

        Returns
        -------
        Crop
            The encoder's own while the framing is not known.
        """
        if source in self._wishes:
            return self._wishes[source]
        if not self._follows(preprocessing):
            return preprocessing.crop
        return suits_middle(preprocessing, self._middles.get(source, nan))

    def is_open(self, source: str, preprocessing: Preprocessing) -> bool:
        """Whether the framing of a source is still to be found out.

        Parameters
        ----------
        source : str
            Which one.
        preprocessing : Preprocessing
            Of the encoder in use.

        Returns
        -------
        bool
            False where a person or the encoder says the crop, or shapes are left out.
        """
        known = source in self._wishes or source in self._middles
        return self._follows(preprocessing) and not known

    def _follows(self, preprocessing: Preprocessing) -> bool:
        """Whether framing decides; where a profile leaves shapes out, finding the object would cost half as much again."""
        return (
            self._automatic and preprocessing.crop is Crop.FRACTION and preprocessing.measures is Measures.ALL
        )

    def found(self, source: str, middle: float) -> None:
        """Follow the framing of a source from now on.

        Parameters
        ----------
        source : str
            Which one.
        middle : float
            Middle radius of its objects over the shorter side, or NaN.
        """
        self._middles[source] = middle


def crop_name(source: str, model_id: str) -> str:
    """Name of the stored value that says what a source's pictures were measured with.

    Parameters
    ----------
    source : str
        Which one.
    model_id : str
        The encoder.

    Returns
    -------
    str
        For `astrolens.store.state.StateTable`.
    """
    return f"crop/{source}/{model_id}"


def framing_name(source: str) -> str:
    """Name of the stored value that says how a source frames its objects.

    Parameters
    ----------
    source : str
        Which one.

    Returns
    -------
    str
        Its value is the middle radius over the shorter side, or None.
    """
    return _FRAMING + source


def source_crops(settings: Settings, store: Store, encoder: Encoder) -> Crops:
    """Read the crop of every source, and refuse one that would mix two kinds of numbers; blocks on the store.

    Parameters
    ----------
    settings : Settings
        ``analyse.crop`` and ``sources.NAME.crop``.
    store : Store
        Remembers how sources frame, and what each was measured with.
    encoder : Encoder
        Its own crop holds where nothing else is known.

    Returns
    -------
    Crops
        It learns of sources whose framing is found out later.

    Raises
    ------
    ConfigError
        If a source whose pictures were measured has another crop now.
    """
    wishes = {name: Crop(source.crop) for name, source in settings.sources.items() if source.crop is not None}
    crops = Crops(wishes, automatic=settings.analyse.crop == "auto", middles=_middles(store))
    for name, source in settings.sources.items():
        crop = crops.of(name, encoder.preprocessing)
        key = crop_name(name, encoder.model_id)
        before = store.state.get(key)
        measured = store.analyses.count(name, encoder.model_id)
        if measured and before != crop.value and not (before is None and source.crop is None):
            known = before or encoder.preprocessing.crop.value
            raise ConfigError(
                f"sources.{name}.crop: {measured} pictures were measured with crop {known!r}, now it would be {crop.value!r}; "
                f"write {known!r} there, or set analyse.crop to what was not in use yet: that calibrates every source anew"
            )
        if before != crop.value:
            store.state.put(key, crop.value)
    return crops


def _middles(store: Store) -> dict[str, float]:
    kept = {name.removeprefix(_FRAMING): store.state.get(name) for name in store.state.names(_FRAMING)}
    return {source: nan if middle is None else float(middle) for source, middle in kept.items()}
