"""The look of pictures over restarts: a small file in the profile's data folder."""

import json
import logging
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from astrolens.tui.colours.maps import ColourMap
from astrolens.tui.look import LEAST_CONTRAST, MOST_CONTRAST, Look, View
from astrolens.tui.stretch.curves import Stretch
from astrolens.tui.stretch.limits import Limits

log = logging.getLogger(__name__)

_FORMAT = 1
_LARGEST_BYTES = 16_384


def remembered(path: Path) -> View:
    """The looks of a file, else those of the first day; what is wrong with a file is logged. Blocks for an instant."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_BYTES + 1)
        if len(content) > _LARGEST_BYTES:
            raise ValueError(f"longer than {_LARGEST_BYTES} bytes")
        said = json.loads(content)
        if not isinstance(said, dict) or said.get("format") != _FORMAT:
            raise ValueError(f"no JSON object of format {_FORMAT}")
        north_up = said["north_up"]
        if not isinstance(north_up, bool):
            raise ValueError(f"north_up is {north_up!r}, not true or false")
        return View(linear=_look(said["fits"]), raster=_look(said["jpeg"]), north_up=north_up)
    except FileNotFoundError:
        return View()
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        log.warning(
            "The remembered look of pictures in %s is not used: %s: %s", path, type(error).__name__, error
        )
        return View()


def remember(path: Path, view: View) -> None:
    """Write the looks down, whole or not at all; a disk that does not let it is logged. Blocks: call it in a thread."""
    said = {
        "format": _FORMAT,
        "fits": asdict(view.linear),
        "jpeg": asdict(view.raster),
        "north_up": view.north_up,
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # 0600
        fresh = Path(name)
        try:
            with os.fdopen(number, "w", encoding="utf-8") as file:
                json.dump(said, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
    except OSError as error:
        log.warning("The look of pictures could not be remembered in %s: %s", path, error)


def lasting(view: View) -> View:
    """What is remembered of a view: neither a part of one picture, nor a band, nor a heat map."""
    return View(linear=view.linear, raster=view.raster, north_up=view.north_up)


def _look(said: Mapping[str, Any]) -> Look:
    inverted = said["inverted"]
    if not isinstance(inverted, bool):
        raise ValueError(f"inverted is {inverted!r}, not true or false")
    return Look(
        stretch=Stretch(said["stretch"]),
        limits=Limits(said["limits"]),
        colours=ColourMap(said["colours"]),
        inverted=inverted,
        bias=_number(said, "bias", 0.0, 1.0),
        contrast=_number(said, "contrast", LEAST_CONTRAST, MOST_CONTRAST),
    )


def _number(said: Mapping[str, Any], name: str, least: float, most: float) -> float:
    value = said[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise ValueError(f"{name} is {value!r}, not a number from {least:g} to {most:g}")
    return float(value)
