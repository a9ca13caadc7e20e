"""Which encoder this profile works with: the promoted one, or what the configuration names; never none."""

import logging
from dataclasses import dataclass

import numpy as np

from astrolens.config.paths import Paths
from astrolens.config.settings import AnalyseSettings, Settings
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.errors import ConfigError
from astrolens.domain.event import Event
from astrolens.domain.promotion import (
    BY_THE_FILE,
    BY_THE_HOUSE,
    Promotion,
    PromotionKind,
    Used,
    in_force,
    way_back,
)
from astrolens.models.cropped import with_crop
from astrolens.models.encoder import Encoder
from astrolens.models.folder import model_folder
from astrolens.models.load import load_encoder
from astrolens.models.onnx_cache import cache_folder
from astrolens.models.preprocessing import Crop
from astrolens.pipeline.crops import Crops, source_crops
from astrolens.store.detail import MODEL_IN_USE
from astrolens.store.promotions import MODEL_NAMED
from astrolens.store.store import Store

log = logging.getLogger(__name__)

_MOST_TRIES = 3
_FAILED = (ConfigError, OSError, RuntimeError, ValueError, MemoryError)


@dataclass(frozen=True, slots=True, kw_only=True)
class InUse:
    """The encoder that a house works with.

    Attributes
    ----------
    model : str
        As it is named.
    encoder : Encoder
        Ready.
    crops : Crops
        Of every source.
    told : tuple of Event
        Stored, not yet published: rollbacks that were needed.
    """

    model: str
    encoder: Encoder
    crops: Crops
    told: tuple[Event, ...] = ()


def named_encoder(model: str, analyse: AnalyseSettings, paths: Paths, named_by: str = "") -> Encoder:
    """Make the encoder of a name ready, and prove that it runs; blocks.

    Parameters
    ----------
    model : str
        As ``analyse.model`` names it.
    analyse : AnalyseSettings
        Device, runtime, precision, crop.
    paths : Paths
        Where networks made ready are kept.
    named_by : str
        The setting that holds the name: messages begin with it.

    Returns
    -------
    Encoder
        It has encoded one empty picture.

    Raises
    ------
    ConfigError
        If there is no such model, it is damaged, or its numbers are not finite.
    """
    folder = model_folder(model, named_by)
    loaded = load_encoder(
        folder, cache_folder(paths.data), device=analyse.device, threads=analyse.threads,
        runtime=analyse.runtime, precision=analyse.precision,
    )  # fmt: skip
    encoder = loaded if analyse.crop == "auto" else with_crop(loaded, Crop(analyse.crop))
    side = encoder.preprocessing.size
    try:
        seen = encoder.encode(np.zeros((1, 3, side, side), np.float32))
    except (RuntimeError, ValueError) as error:
        raise ConfigError(f"{folder} does not encode pictures of {side} px: {error}") from error
    if not (np.isfinite(seen.embeddings).all() and np.isfinite(seen.logits).all()):
        raise ConfigError(f"{folder} makes numbers that are not finite; its weights are damaged")
    return encoder


def given_encoder(model: str, analyse: AnalyseSettings, paths: Paths) -> Encoder:
    """As `named_encoder`, for a name that a person gave to be compared or promoted, or that was in use before.

    Parameters
    ----------
    model : str
        As ``analyse.model`` names it.
    analyse : AnalyseSettings
        Device, runtime, precision, crop.
    paths : Paths
        Where networks made ready are kept.

    Returns
    -------
    Encoder
        It has encoded one empty picture.

    Raises
    ------
    ConfigError
        If it cannot be taken up, for whatever reason; it says what was given, why, and where to look.
    """
    try:
        return named_encoder(model, analyse, paths)
    except _FAILED as error:
        raise ConfigError(
            f"{model!r} cannot be taken up: {error}; 'astrolens models' lists those that can be promoted"
        ) from error


def take_up(store: Store, settings: Settings, paths: Paths) -> InUse:
    """Make the encoder in force ready; a promoted one that fails is rolled back, until one is ready. Blocks.

    Parameters
    ----------
    store : Store
        Knows what was promoted.
    settings : Settings
        ``analyse`` and the crops of sources.
    paths : Paths
        Where things live.

    Returns
    -------
    InUse
        Recorded as the one in use.

    Raises
    ------
    ConfigError
        If what the configuration names cannot be taken up.
    Unavailable
        If the store cannot write now; nothing is rolled back for that.
    """
    configured = settings.analyse.model
    told: list[Event] = []
    failed: set[str] = set()
    while True:
        change = in_force(store.promotions.newest(), configured)
        model = configured if change is None else change.model
        chosen = change if change is not None and change.kind is not PromotionKind.CONFIGURED else None
        tries = 0 if chosen is None else store.promotions.begin(chosen.number)
        try:
            if tries >= _MOST_TRIES:
                raise ConfigError(f"{model}: the process ended {_MOST_TRIES} times while it was taken up")
            named_by = "analyse.model" if chosen is None else ""
            encoder = named_encoder(model, settings.analyse, paths, named_by)
            crops = source_crops(settings, store, encoder)
        except _FAILED as error:
            failed.add(model)
            if chosen is None or (target := _earlier(store, chosen, failed)) is None:
                raise
            told += _roll_back(store, chosen, target, error)
            continue
        store.promotions.taken_up(model, encoder.model_id, _edited(store, change, model, encoder.model_id))
        return InUse(model=model, encoder=encoder, crops=crops, told=tuple(told))


def _earlier(store: Store, change: Promotion, failed: set[str]) -> Used | None:
    """The newest encoder before this one that did not fail as well, at last that of the configuration."""
    way = way_back(store.promotions.recent(-1)[::-1])
    for one in reversed(way[:-1]):
        if one.model not in failed:
            return one
    if change.configured in failed:
        return None
    return Used(model=change.configured, model_id="")


def _roll_back(store: Store, change: Promotion, target: Used, error: Exception) -> list[Event]:
    words = f"{change.model} cannot be taken up: {error}"
    log.error("%s; %s is in use again", words, target.model)
    _, told = store.promotions.add(
        Promotion(
            kind=PromotionKind.ROLLED_BACK,
            model=target.model,
            model_id=target.model_id,
            former=change.model,
            former_id=change.model_id,
            configured=change.configured,
            by=BY_THE_HOUSE,
            reason=words[:1000],
            at=iso(utc_now()),
        )
    )
    return told


def _edited(store: Store, change: Promotion | None, model: str, model_id: str) -> Promotion | None:
    """The change of the configuration since the last start, if that is what put this encoder to use."""
    if change is not None:
        return None
    newest = store.promotions.newest()
    former = str(store.state.get(MODEL_NAMED) or (newest.model if newest is not None else ""))
    if not former or (former == model and newest is None):
        return None
    return Promotion(
        kind=PromotionKind.CONFIGURED,
        model=model,
        model_id=model_id,
        former=former,
        former_id=str(store.state.get(MODEL_IN_USE, "")),
        configured=model,
        by=BY_THE_FILE,
        at=iso(utc_now()),
    )
