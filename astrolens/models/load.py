"""Which program runs the network, and with which numbers: what suits this machine unless a person says."""

import logging
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from astrolens.domain.errors import ConfigError, Unavailable
from astrolens.models.encoder import Encoder
from astrolens.models.folder import int8_is_proven, model_id
from astrolens.models.onnx_encoder import OnnxEncoder
from astrolens.models.onnx_export import Precision
from astrolens.models.vit import VitEncoder

log = logging.getLogger(__name__)

_ACCELERATORS = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")


def load_encoder(
    folder: Path,
    cache: Path,
    *,
    device: str = "auto",
    threads: int = 1,
    runtime: Literal["auto", "torch", "onnx"] = "auto",
    precision: Literal["auto", "float32", "int8"] = "auto",
) -> Encoder:
    """Make a model ready: torch on an accelerator, ONNX Runtime on a CPU.

    On a CPU ``auto`` takes int8 where the model's own folder says that it was measured to find as much with it as with
    float32 (`astrolens.models.folder.int8_is_proven`), float32 elsewhere.

    Parameters
    ----------
    folder : Path
        As `astrolens.models.folder.model_folder` returns it.
    cache : Path
        Where exported networks are kept.
    device : str
        ``auto``, ``cpu``, ``cuda`` or ``mps``.
    threads : int
        Threads of the network on a CPU.
    runtime : {"auto", "torch", "onnx"}
        What runs it.
    precision : {"auto", "float32", "int8"}
        What it calculates with.

    Returns
    -------
    Encoder
        Ready to encode.

    Raises
    ------
    ConfigError
        If the model is damaged, the device is absent, or the wishes contradict each other or cannot be met here.
    """
    numbers = graph_precision(folder, device=device, runtime=runtime, precision=precision)
    if numbers is None:
        return VitEncoder.load(folder, device, threads)
    try:
        return OnnxEncoder.load(folder, cache, numbers, threads)
    except Unavailable as error:
        if runtime == "onnx" or precision == "int8":
            raise ConfigError(
                f"analyse.runtime = {runtime!r}, analyse.precision = {precision!r}: {error}"
            ) from error
        log.warning("%s; the network runs on torch in float32, two to four times slower", error)
        return VitEncoder.load(folder, device, threads)


def graph_precision(
    folder: Path,
    *,
    device: str,
    runtime: Literal["auto", "torch", "onnx"],
    precision: Literal["auto", "float32", "int8"],
) -> Precision | None:
    """What the network's graph is to calculate with.

    Parameters
    ----------
    folder : Path
        Folder of the model.
    device : str
        As for `load_encoder`.
    runtime : {"auto", "torch", "onnx"}
        What runs it.
    precision : {"auto", "float32", "int8"}
        What it calculates with.

    Returns
    -------
    Precision or None
        None where torch runs the network, without a graph.

    Raises
    ------
    ConfigError
        If the wishes contradict each other.
    """
    elsewhere = device not in ("auto", "cpu")
    if precision == "int8" and (runtime == "torch" or elsewhere):
        raise ConfigError(
            f"analyse.precision = 'int8' needs ONNX Runtime on the CPU; analyse.runtime is {runtime!r}, "
            f"analyse.device {device!r}"
        )
    if runtime == "onnx" and elsewhere:
        raise ConfigError(f"analyse.runtime = 'onnx' runs on the CPU; analyse.device is {device!r}")
    insisted = runtime == "onnx" or precision == "int8"
    if runtime == "torch" or elsewhere or (not insisted and device == "auto" and _accelerated()):
        return None
    if precision != "auto":
        return Precision(precision)
    return Precision.INT8 if int8_is_proven(folder) else Precision.FLOAT32


def _accelerated() -> bool:
    """Whether torch finds an accelerator; it is imported only where there can be one."""
    if version("torch").endswith("+cpu"):
        return False
    if sys.platform == "linux" and not any(Path(device).exists() for device in _ACCELERATORS):
        return False
    from astrolens.models.device import choose_device

    return bool(choose_device("auto").type != "cpu")


def expected_id(
    folder: Path,
    *,
    device: str = "auto",
    runtime: Literal["auto", "torch", "onnx"] = "auto",
    precision: Literal["auto", "float32", "int8"] = "auto",
) -> str:
    """Name of the numbers that `load_encoder` would make, without making anything ready.

    Parameters
    ----------
    folder : Path
        As `astrolens.models.folder.model_folder` returns it.
    device, runtime, precision : str
        As for `load_encoder`.

    Returns
    -------
    str
        Reads and hashes the model's files. Where a network cannot be written as ONNX its encoder is called otherwise.

    Raises
    ------
    ConfigError
        If a file is missing or unreadable, or the wishes contradict each other.
    """
    weights = model_id(folder)
    numbers = graph_precision(folder, device=device, runtime=runtime, precision=precision)
    return weights if numbers in (None, Precision.FLOAT32) else f"{weights}-{numbers}"
