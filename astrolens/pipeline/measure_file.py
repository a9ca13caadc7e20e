"""What a limited child process does with one file: decode, fingerprint, thumbnail, network input, shape."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from astrolens.analyse.crop import crop_box, object_radius
from astrolens.analyse.morphology import measure, measure_sky
from astrolens.analyse.pixels import miniature, pixel_numbers, small_planes
from astrolens.analyse.preprocess import standardised, to_levels
from astrolens.domain.analysis import Morphology, MorphologyFlag
from astrolens.domain.heat import Box
from astrolens.domain.image import MediaType, QualityFlag
from astrolens.domain.sky import SkyPosition
from astrolens.download.limits import DecodeLimits
from astrolens.download.stage import decode, read_both
from astrolens.models.preprocessing import Crop, Measures, Preprocessing, Resampling
from astrolens.pipeline.sandbox_wire import Reply
from astrolens.store.record import MeasuredFacts

FUNCTION = "astrolens.pipeline.measure_file:measure_file"
_SHAPE_NUMBERS = Morphology.number_names()
_NO_NUMBERS: NDArray[np.float16] = np.zeros(0, np.float16)
_NO_MINIATURE: NDArray[np.uint8] = np.zeros((0, 0), np.uint8)


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
    pixels : ndarray of float16, shape (m,)
        Numbers on the whole frame.
    miniature : ndarray of uint8, shape (side, side)
        The frame in grey.
    box : Box
        Part of the picture that ``network_input`` shows.
    """

    network_input: NDArray[np.float32]
    morphology: Morphology
    facts: MeasuredFacts
    thumbnail: bytes
    pixels: NDArray[np.float16]
    miniature: NDArray[np.uint8]
    box: Box


def request(
    path: Path, limits: DecodeLimits, preprocessing: Preprocessing, *, pixel_scale_arcsec: float | None = None,
    thumbnail: bool = True, extent: bool = False,
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
    extent : bool
        Whether the size of the object is wanted even where the model leaves its shape out.

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
        "crop": preprocessing.crop.value,
        "crop_radii": preprocessing.crop_radii,
        "crop_most": preprocessing.crop_most,
        "resampling": preprocessing.resampling.value,
        "mean": list(preprocessing.mean),
        "std": list(preprocessing.std),
        "pixel_scale_arcsec": pixel_scale_arcsec,
        "measures": preprocessing.measures.value,
        "thumbnail": thumbnail,
        "extent": extent,
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
        crop=Crop(arguments["crop"]),
        crop_radii=arguments["crop_radii"],
        crop_most=arguments["crop_most"],
        resampling=Resampling(arguments["resampling"]),
        mean=tuple(arguments["mean"]),
        std=tuple(arguments["std"]),
        measures=Measures(arguments["measures"]),
    )
    limits = DecodeLimits(megapixels=arguments["megapixels"], unpacked_mb=arguments["unpacked_mb"])
    path = Path(arguments["path"])
    phash, thumbnail = 0, b""
    if arguments["thumbnail"]:
        decoded = decode(path, limits)
        image, picture = decoded.image, decoded.picture
        phash, thumbnail = decoded.fingerprint.phash, decoded.thumbnail
    else:
        image, picture = read_both(path, limits)
    scale = image.pixel_scale_arcsec or arguments["pixel_scale_arcsec"]
    everything = preprocessing.measures is Measures.ALL
    if everything:
        morphology = measure(replace(image, pixel_scale_arcsec=scale))
    else:
        morphology = measure_sky(image, extent=arguments["extent"] or preprocessing.crop is Crop.OBJECT)
    height, width = image.mask.shape
    radius = object_radius(morphology, height, width)
    if preprocessing.crop is Crop.OBJECT and not isfinite(radius):
        morphology = replace(morphology, flags=morphology.flags | MorphologyFlag.CROP_BY_FRACTION)
    box = crop_box(height, width, preprocessing, radius)
    planes = small_planes(image) if everything else None
    values = {
        "box": [box.left, box.upper, box.right, box.lower],
        "morphology": [float(getattr(morphology, name)) for name in _SHAPE_NUMBERS],
        "morphology_flags": int(morphology.flags),
        "width": image.pixels.shape[2],
        "height": image.pixels.shape[1],
        "media_type": image.media_type.value,
        "flags": int(image.flags),
        "phash": str(phash),
        "bands": list(image.bands),
        "pixel_scale_arcsec": image.pixel_scale_arcsec,
        "mean": list(preprocessing.mean),
        "std": list(preprocessing.std),
        "position": [image.position.ra_deg, image.position.dec_deg] if image.position else None,
    }
    return Reply(
        values=values,
        arrays={
            "levels": to_levels(image, preprocessing, radius, picture),
            "pixels": _NO_NUMBERS if planes is None else pixel_numbers(planes),
            "miniature": _NO_MINIATURE if planes is None else miniature(planes),
        },
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
    numbers = dict(zip(_SHAPE_NUMBERS, values["morphology"], strict=True))
    position = values["position"]
    left, upper, right, lower = values["box"]
    return Measured(
        network_input=standardised(reply.arrays["levels"], tuple(values["mean"]), tuple(values["std"])),
        morphology=Morphology(**numbers, flags=MorphologyFlag(values["morphology_flags"])),
        facts=MeasuredFacts(
            width=values["width"],
            height=values["height"],
            media_type=MediaType(values["media_type"]),
            flags=QualityFlag(values["flags"]),
            phash=int(values["phash"]),
            bands=tuple(values["bands"]),
            pixel_scale_arcsec=values["pixel_scale_arcsec"],
            position=None if position is None else SkyPosition(ra_deg=position[0], dec_deg=position[1]),
        ),
        thumbnail=reply.blobs["thumbnail"],
        pixels=np.asarray(reply.arrays["pixels"], dtype=np.float16),
        miniature=np.asarray(reply.arrays["miniature"], dtype=np.uint8),
        box=Box(left=left, upper=upper, right=right, lower=lower),
    )
