"""How the pictures of a source frame their objects, and the crop that suits them."""

import logging
from collections.abc import Sequence
from pathlib import Path

from astrolens.analyse.crop import object_radius, suits
from astrolens.config.settings import Settings
from astrolens.domain.errors import BadData, Unavailable
from astrolens.download.limits import DecodeLimits
from astrolens.models.cropped import with_crop
from astrolens.models.encoder import Encoder
from astrolens.models.preprocessing import Crop
from astrolens.pipeline.measure_file import read_reply, request
from astrolens.pipeline.measure_files import each_file
from astrolens.pipeline.sandbox import Sandbox

log = logging.getLogger(__name__)

LOOKED_AT = 64


async def framed(encoder: Encoder, normals: Sequence[Path], settings: Settings, *, processes: int) -> Encoder:
    """Let the crop of an encoder suit pictures that shall be compared with each other.

    Parameters
    ----------
    encoder : Encoder
        As loaded.
    normals : sequence of Path
        Pictures that say what is normal; some 64 of them are measured where ``analyse.crop`` is ``auto``.
    settings : Settings
        The wish, and limits of decoding.
    processes : int
        Decoding processes.

    Returns
    -------
    Encoder
        With the crop that ``analyse.crop`` names, or that suits (`astrolens.analyse.crop.suits`).
    """
    wish = settings.analyse.crop
    if wish != "auto":
        return with_crop(encoder, Crop(wish))
    if encoder.preprocessing.crop is Crop.OBJECT:
        return encoder
    some = normals[:: max(1, len(normals) // LOOKED_AT)]
    radii = await _radii(some, encoder, settings, processes)
    crop = suits(encoder.preprocessing, radii)
    if crop is not encoder.preprocessing.crop:
        log.info(
            "objects fill another share of these pictures than of those that %s knows: the crop follows each object's size",
            encoder.model_id,
        )
    return with_crop(encoder, crop)


async def _radii(files: Sequence[Path], encoder: Encoder, settings: Settings, processes: int) -> list[float]:
    """Radius of the object over the shorter side of each usable picture."""
    limits = DecodeLimits(megapixels=settings.download.limit_megapixels)
    found: list[float] = []

    async def measure(path: Path, sandbox: Sandbox) -> None:
        try:
            measured = read_reply(
                await sandbox.run(request(path, limits, encoder.preprocessing, thumbnail=False))
            )
        except (BadData, Unavailable):
            return  # it is reported where it is scored
        height, width = measured.facts.height, measured.facts.width
        found.append(object_radius(measured.morphology, height, width) / min(height, width))

    await each_file(files, measure, settings.download, processes=processes)
    return found
