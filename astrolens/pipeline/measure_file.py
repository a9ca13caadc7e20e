"""What a limited child process does with one file: decode, fingerprint, thumbnail, network input, shape."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from astrolens.analyse.morphology import measure
from astrolens.analyse.preprocess import to_network_input
from astrolens.domain.analysis import Morphology, MorphologyFlag
from astrolens.domain.image import MediaType, QualityFlag
from astrolens.domain.sky import SkyPosition
from astrolens.download.limits import DecodeLimits
from astrolens.download.stage import decode, read_image
from astrolens.models.preprocessing import Preprocessing, Resampling
from astrolens.pipeline.sandbox_wire import Reply
from astrolens.store.record import MeasuredFacts

FUNCTION = "astrolens.pipeline.measure_file:measure_file"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measured:
    """What came back from the child for one file.

    Attributes
    ----------
    network_input : ndarray of float32, shape (3, h, w)
        Ready for the encoder.
    morphology : Morphology
        Shape of the central object.
    facts : MeasuredFacts
        What the file itself says.
    thumbnail : bytes
        A small JPEG.
    """

    network_input: NDArray[np.float32]
    morphology: Morphology
    facts: MeasuredFacts
    thumbnail: bytes


def request(
    path: Path, limits: DecodeLimits, preprocessing: Preprocessing, *, pixel_scale_arcsec: float | None = None,
    thumbnail: bool = True,
) -> dict[str, Any]:  # fmt: skip
    """Arguments for one file.

    Parameters
    ----------
    path : Path
        The file.
    limits : DecodeLimits
        What may be decoded at all.
    preprocessing : Preprocessing
        Steps before the encoder.
    pixel_scale_arcsec : float, optional
        What the source says, used when the file does not say.
    thumbnail : bool
        Whether thumbnail and fingerprint are wanted.

    Returns
    -------
    dict
        JSON-able; `measure_file` takes it.
    """
    return {
        "path": str(path),
        "megapixels": limits.megapixels,
        "unpacked_mb": limits.unpacked_mb,
        "size": preprocessing.size,
        "crop_fraction": preprocessing.crop_fraction,
        "resampling": preprocessing.resampling.value,
        "mean": list(preprocessing.mean),
        "std": list(preprocessing.std),
        "pixel_scale_arcsec": pixel_scale_arcsec,
        "thumbnail": thumbnail,
    }


def measure_file(arguments: Mapping[str, Any]) -> Reply:
    """Decode and measure one file; runs in the child.

    Parameters
    ----------
    arguments : Mapping of str to object
        From `request`.

    Returns
    -------
    Reply
        For `read_reply`.

    Raises
    ------
    BadData
        If the file is no usable picture.
    """
    preprocessing = Preprocessing(
        size=arguments["size"],
        crop_fraction=arguments["crop_fraction"],
        resampling=Resampling(arguments["resampling"]),
        mean=tuple(arguments["mean"]),
        std=tuple(arguments["std"]),
    )
    limits = DecodeLimits(megapixels=arguments["megapixels"], unpacked_mb=arguments["unpacked_mb"])
    path = Path(arguments["path"])
    phash, thumbnail = 0, b""
    if arguments["thumbnail"]:
        decoded = decode(path, limits)
        image, phash, thumbnail = decoded.image, decoded.fingerprint.phash, decoded.thumbnail
    else:
        image = read_image(path, limits)
    scale = image.pixel_scale_arcsec or arguments["pixel_scale_arcsec"]
    morphology = measure(replace(image, pixel_scale_arcsec=scale))
    values = {
        "morphology": list(morphology.numbers()),
        "morphology_flags": int(morphology.flags),
        "width": image.pixels.shape[2],
        "height": image.pixels.shape[1],
        "media_type": image.media_type.value,
        "flags": int(image.flags),
        "phash": str(phash),
        "pixel_scale_arcsec": image.pixel_scale_arcsec,
        "position": [image.position.ra_deg, image.position.dec_deg] if image.position else None,
    }
    return Reply(
        values=values,
        arrays={"network_input": to_network_input(image, preprocessing)},
        blobs={"thumbnail": thumbnail},
    )


def read_reply(reply: Reply) -> Measured:
    """Put the child's answer back into records.

    Parameters
    ----------
    reply : Reply
        What `measure_file` returned.

    Returns
    -------
    Measured
        The same, typed.
    """
    values = reply.values
    numbers = dict(zip(Morphology.number_names(), values["morphology"], strict=True))
    position = values["position"]
    return Measured(
        network_input=reply.arrays["network_input"],
        morphology=Morphology(**numbers, flags=MorphologyFlag(values["morphology_flags"])),
        facts=MeasuredFacts(
            width=values["width"],
            height=values["height"],
            media_type=MediaType(values["media_type"]),
            flags=QualityFlag(values["flags"]),
            phash=int(values["phash"]),
            pixel_scale_arcsec=values["pixel_scale_arcsec"],
            position=None if position is None else SkyPosition(ra_deg=position[0], dec_deg=position[1]),
        ),
        thumbnail=reply.blobs["thumbnail"],
    )
