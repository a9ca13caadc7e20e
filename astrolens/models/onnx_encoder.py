"""The network run by ONNX Runtime on a CPU: a third to a half of torch's time, and torch is not imported."""

from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from astrolens.domain.errors import Unavailable
from astrolens.models.encoder import Encoded, check_batch
from astrolens.models.folder import model_id
from astrolens.models.heads import LinearHeads
from astrolens.models.onnx_cache import cached_graph
from astrolens.models.onnx_export import INPUT, OUTPUT, PATCHES, REVISION, Precision, export_apart
from astrolens.models.onnx_session import open_session
from astrolens.models.preprocessing import Preprocessing, load_preprocessing

# In int8 the inputs of a product share one scale, so a picture is never mixed with others: its numbers must not
# depend on its neighbours. In float32 a few pictures together run 10 % faster, many fall out of the cache.
_AT_ONCE = {Precision.FLOAT32: 4, Precision.INT8: 1}


class OnnxEncoder:
    """A frozen network as an ONNX graph, and its heads; made by `OnnxEncoder.load`.

    Parameters
    ----------
    session : onnxruntime.InferenceSession
        From `open_session`.
    heads : LinearHeads
        Linear heads on the embedding.
    preprocessing : Preprocessing
        How its input is made.
    model_id : str
        Name of the numbers that it makes.
    precision : Precision
        What the graph calculates with.
    """

    def __init__(
        self,
        session: Any,
        heads: LinearHeads,
        *,
        preprocessing: Preprocessing,
        model_id: str,
        precision: Precision,
    ) -> None:
        self._session = session
        self._heads = heads
        self.preprocessing = preprocessing
        self.model_id = model_id
        self.precision = precision
        self.device = "cpu"

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes in the order of the logits.

        Returns
        -------
        tuple of str
            The c classes.
        """
        return self._heads.meanings.class_names

    @property
    def head_names(self) -> tuple[str, ...]:
        """Names of the heads with one number each.

        Returns
        -------
        tuple of str
            Keys of `Encoded.heads`.
        """
        return self._heads.meanings.number_heads

    @property
    def dimension(self) -> int:
        """Length of an embedding.

        Returns
        -------
        int
            Twice the width of a network with a class token, the width of another.
        """
        return _dimension(self._session, self.preprocessing.size)

    @classmethod
    def load(cls, folder: Path, cache: Path, precision: Precision, threads: int = 1) -> "OnnxEncoder":
        """Open a model's graph, writing it first when the cache does not hold it.

        Parameters
        ----------
        folder : Path
            As `astrolens.models.folder.model_folder` returns it.
        cache : Path
            Where graphs are kept.
        precision : Precision
            What the network calculates with.
        threads : int
            Threads of one pass.

        Returns
        -------
        OnnxEncoder
            Ready to encode. The name of float32 numbers is that of torch, which they equal up to rounding.

        Raises
        ------
        Unavailable
            If ONNX Runtime is missing or the network cannot be written as ONNX.
        ConfigError
            If a file of the model is missing or damaged.
        """
        session = open_session(kept_graph(folder, cache, precision), threads)
        weights, steps = model_id(folder), load_preprocessing(folder)
        return cls(
            session,
            LinearHeads.load(folder, _dimension(session, steps.size)),
            preprocessing=steps,
            model_id=weights if precision is Precision.FLOAT32 else f"{weights}-{precision}",
            precision=precision,
        )

    def encode(self, batch: NDArray[np.float32]) -> Encoded:
        """One pass over a batch.

        Parameters
        ----------
        batch : ndarray of float32, shape (n, 3, size, size)
            Made by `astrolens.analyse.preprocess.to_network_input`; n at least 1, finite.

        Returns
        -------
        Encoded
            n rows; in int8 each is exactly what the picture alone would give, in float32 up to rounding.

        Raises
        ------
        ValueError
            If the batch has another shape or type.
        """
        check_batch(batch, self.preprocessing.size)
        step = _AT_ONCE[self.precision]
        parts = [
            self._session.run([OUTPUT], {INPUT: batch[start : start + step]})[0]
            for start in range(0, len(batch), step)
        ]
        return self._heads.read(parts[0] if len(parts) == 1 else np.concatenate(parts))

    def patches(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """Patch tokens of a batch, for heat maps.

        Parameters
        ----------
        batch : ndarray of float32, shape (n, 3, size, size)
            As for `encode`.

        Returns
        -------
        ndarray of float32, shape (n, rows, columns, width)
            The last layer; row 0 is the first row of the picture.

        Raises
        ------
        ValueError
            If the batch has another shape or type.
        """
        check_batch(batch, self.preprocessing.size)
        step = _AT_ONCE[self.precision]
        parts = [
            self._session.run([PATCHES], {INPUT: batch[start : start + step]})[0]
            for start in range(0, len(batch), step)
        ]
        return np.asarray(np.concatenate(parts), dtype=np.float32)


def kept_graph(folder: Path, cache: Path, precision: Precision) -> bytes:
    """A model's graph from the cache, written first when the cache does not hold it.

    Parameters
    ----------
    folder : Path
        As `astrolens.models.folder.model_folder` returns it.
    cache : Path
        Where graphs are kept.
    precision : Precision
        What the network calculates with.

    Returns
    -------
    bytes
        The graph.

    Raises
    ------
    Unavailable
        If ONNX Runtime is missing or the network cannot be written as ONNX.
    ConfigError
        If a file of the model is missing or damaged.
    """
    if find_spec("onnxruntime") is None:
        raise Unavailable("onnxruntime not installed; pip install onnx onnxruntime")
    return cached_graph(cache, graph_name(folder, precision), lambda: export_apart(folder, precision))


def graph_name(folder: Path, precision: Precision) -> str:
    """Name under which a graph is kept: everything that decides it.

    Parameters
    ----------
    folder : Path
        Folder of the model.
    precision : Precision
        What the graph calculates with.

    Returns
    -------
    str
        Model, precision, way of writing and version of ONNX Runtime.
    """
    return f"{model_id(folder)}-{precision}-r{REVISION}-ort{version('onnxruntime')}"


def _dimension(session: Any, size: int) -> int:
    """Length of an embedding; a graph whose last layer is a map does not tell it without being run."""
    width = session.get_outputs()[0].shape[1]
    if not isinstance(width, int):
        width = session.run([OUTPUT], {INPUT: np.zeros((1, 3, size, size), np.float32)})[0].shape[1]
    return int(width)
