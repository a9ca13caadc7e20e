"""What the network sees of each source's pictures, where a person said so for a source."""

from collections.abc import Mapping

from astrolens.config.settings import Settings
from astrolens.domain.errors import ConfigError
from astrolens.models.encoder import Encoder
from astrolens.models.preprocessing import Crop
from astrolens.store.store import Store


def source_crops(settings: Settings, store: Store, encoder: Encoder) -> Mapping[str, Crop]:
    """Read the crop of every source, and refuse one that would mix two kinds of numbers; blocks on the store.

    Parameters
    ----------
    settings : Settings
        ``sources.NAME.crop``.
    store : Store
        Remembers what each source was measured with.
    encoder : Encoder
        Its own crop holds where a source names none.

    Returns
    -------
    Mapping of str to Crop
        Sources that name a crop.

    Raises
    ------
    ConfigError
        If a source whose pictures were measured has another crop now.
    """
    found: dict[str, Crop] = {}
    for name, source in settings.sources.items():
        crop = encoder.preprocessing.crop if source.crop is None else Crop(source.crop)
        key = f"crop/{name}/{encoder.model_id}"
        before = store.state.get(key)
        measured = store.analyses.count(name, encoder.model_id)
        if measured and before != crop.value and not (before is None and source.crop is None):
            known = before or encoder.preprocessing.crop.value
            raise ConfigError(
                f"sources.{name}.crop: {measured} pictures were measured with crop {known!r}, the setting says {crop.value!r}; "
                f"set it back, or set analyse.crop, which calibrates every source anew"
            )
        if before != crop.value:
            store.state.put(key, crop.value)
        if source.crop is not None:
            found[name] = crop
    return found
