"""A network written down as an ONNX graph, in float32 or with 8-bit weights."""

import json
import logging
import os
import subprocess
import sys
import tempfile
import warnings
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from astrolens.domain.errors import ConfigError, Unavailable
from astrolens.models.preprocessing import load_preprocessing

if TYPE_CHECKING:
    from astrolens.models.network import Layout

log = logging.getLogger(__name__)

REVISION = 2  # raised whenever the same weights would give another graph
INPUT = "pixels"
OUTPUT = "embedding"
PATCHES = "patches"
OPSET = 17
LEAST_COSINE = {"float32": 0.99999, "int8": 0.99}
_PICTURES_COMPARED = 3
_TIMEOUT_S = 600.0
_GRAPH, _ANSWER = "graph.onnx", "answer.json"
_LAST_WORDS = 300  # characters of the error output of a process that failed


class Precision(StrEnum):
    """Numbers that a network calculates with."""

    FLOAT32 = "float32"
    INT8 = "int8"


def export_apart(folder: Path, precision: Precision) -> bytes:
    """Do `export` in a process of its own: torch's memory goes with it, and its tools talk to nobody's log.

    Called in the main thread it can be left with Ctrl-C: the process ends, and nothing of it stays.

    Parameters
    ----------
    folder : Path
        Folder of the model.
    precision : Precision
        What the graph calculates with.

    Returns
    -------
    bytes
        The graph.

    Raises
    ------
    Unavailable
        If it cannot be written here.
    ConfigError
        If the model itself is damaged.
    """
    began = monotonic()
    house = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
    with tempfile.TemporaryDirectory(prefix="astrolens-onnx-") as scratch:
        words = ""
        try:
            done = subprocess.run(
                [sys.executable, "-P", "-m", __name__, str(folder.absolute()), precision.value, scratch],
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, house)), "TMPDIR": scratch},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_TIMEOUT_S,
                check=False,
            )
            words = done.stderr.decode(errors="replace")[-_LAST_WORDS:]
            answer = json.loads((Path(scratch) / _ANSWER).read_bytes())
        except subprocess.TimeoutExpired as error:
            raise Unavailable(f"{folder}: not written as ONNX within {_TIMEOUT_S:g} s") from error
        except (OSError, ValueError) as error:
            raise Unavailable(f"{folder}: writing it as ONNX failed: {words or error}") from error
        if answer["error"]:
            raise {"ConfigError": ConfigError, "Unavailable": Unavailable}[answer["error"]](answer["message"])
        graph = (Path(scratch) / _GRAPH).read_bytes()
    log.info(
        "network of %s written as ONNX in %s in %.1f s: %.1f MB",
        folder.name, precision, monotonic() - began, len(graph) / 1e6,
    )  # fmt: skip
    return graph


def main(arguments: list[str]) -> int:
    """What the other process does.

    Parameters
    ----------
    arguments : list of str
        Folder of the model, precision, folder for graph and answer.

    Returns
    -------
    int
        Exit status 0: there is an answer.
    """
    folder, precision, out = arguments
    error, message = "", ""
    try:
        (Path(out) / _GRAPH).write_bytes(export(Path(folder), Precision(precision)))
    except (Unavailable, ConfigError) as refused:
        error, message = type(refused).__name__, str(refused)
    (Path(out) / _ANSWER).write_text(json.dumps({"error": error, "message": message}), encoding="utf-8")
    return 0


def export(folder: Path, precision: Precision) -> bytes:
    """Write a model's network, from pixels to embedding and patches, as an ONNX graph for any number of pictures.

    In int8 the weights of all matrix products are rounded once, per output channel, and their inputs when they come
    (dynamic quantisation); attention, norms and the patch convolution stay float32. Weights take 7 of the 8 bits,
    since processors without VNNI saturate their 16-bit sums otherwise and would make other numbers.

    Parameters
    ----------
    folder : Path
        Folder of the model.
    precision : Precision
        What the graph calculates with.

    Returns
    -------
    bytes
        The graph with its weights; it was run once and agrees with torch.

    Raises
    ------
    Unavailable
        If a package is missing, the network cannot be written, or the graph disagrees with torch.
    ConfigError
        If the model itself is damaged.
    """
    absent = [name for name in ("onnx", "onnxruntime") if find_spec(name) is None]
    if absent:
        raise Unavailable(f"{' and '.join(absent)} not installed; pip install onnx onnxruntime")
    from astrolens.models.network import layout_of, load_network

    steps = load_preprocessing(folder)
    network = load_network(folder, steps)
    layout = layout_of(network, folder, steps)
    try:
        with tempfile.TemporaryDirectory(prefix="astrolens-onnx-") as scratch:
            graph = _written(network, layout, steps.size, Path(scratch) / "float32.onnx")
            if precision is Precision.INT8:
                graph = _rounded(graph, Path(scratch) / "int8.onnx")
    except (RuntimeError, ValueError, TypeError, AttributeError, OSError) as error:
        raise Unavailable(f"{folder}: the network cannot be written as ONNX: {error}") from error
    cosine = _agreement(network, layout, graph, steps.size)
    if not cosine >= LEAST_COSINE[precision]:
        raise Unavailable(
            f"{folder}: its ONNX graph in {precision} agrees with torch to a cosine of {cosine:.5f}"
        )
    return graph


def _written(network: Any, layout: "Layout", size: int, path: Path) -> bytes:
    import torch

    from astrolens.models.network import outputs

    class Embedding(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, pixels: Any) -> Any:
            return outputs(self.network, pixels, layout)

    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")  # the tracer warns of every shape that it takes for fixed
        torch.onnx.export(
            Embedding(),
            (torch.zeros(2, 3, size, size),),
            str(path),
            dynamo=False,
            opset_version=OPSET,
            input_names=[INPUT],
            output_names=[OUTPUT, PATCHES],
            dynamic_axes={INPUT: {0: "n"}, OUTPUT: {0: "n"}, PATCHES: {0: "n"}},
        )
    return path.read_bytes()


def _rounded(graph: bytes, path: Path) -> bytes:
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.quant_utils import add_pre_process_metadata

    model = onnx.load_model_from_string(graph)
    add_pre_process_metadata(model)  # or it asks for a preparation that has nothing to do in a ViT
    quantize_dynamic(
        model,
        str(path),
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        op_types_to_quantize=["MatMul", "Gemm"],
    )
    return path.read_bytes()


def _agreement(network: Any, layout: "Layout", graph: bytes, size: int) -> float:
    """Smallest cosine between the embeddings of torch and of the graph over a few made-up pictures."""
    import torch

    from astrolens.models.network import outputs
    from astrolens.models.onnx_session import open_session

    batch = _made_up(size)
    with torch.inference_mode():
        want = outputs(network, torch.as_tensor(batch), layout)[0].numpy()
    (got,) = open_session(graph, threads=1).run([OUTPUT], {INPUT: batch})
    lengths = np.linalg.norm(want, axis=1) * np.linalg.norm(got, axis=1)
    return float(((want * got).sum(axis=1) / np.maximum(lengths, 1e-12)).min())


def _made_up(size: int) -> NDArray[np.float32]:
    """Round blobs of three widths on a noisy sky, in [-1, 1]."""
    rows, columns = np.mgrid[:size, :size] - (size - 1) / 2.0
    distance = np.hypot(rows, columns) / size
    widths = np.linspace(0.05, 0.2, _PICTURES_COMPARED)[:, None, None, None]
    blobs = 2.0 * np.exp(-distance / widths) - 1.0
    noise = np.random.default_rng(0).normal(0.0, 0.05, (_PICTURES_COMPARED, 3, size, size))
    return np.asarray(np.clip(blobs + noise, -1.0, 1.0), dtype=np.float32)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
