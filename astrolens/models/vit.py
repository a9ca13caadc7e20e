"""A network with linear heads, run by torch on a CPU or an accelerator."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from astrolens.models.encoder import Encoded, check_batch
from astrolens.models.folder import model_id
from astrolens.models.heads import LinearHeads
from astrolens.models.network import Layout, layout_of, load_network, outputs
from astrolens.models.preprocessing import Preprocessing, load_preprocessing

if TYPE_CHECKING:
    import torch


class VitEncoder:
    """A frozen network and its heads on one device; made by `VitEncoder.load`.

    Parameters
    ----------
    network : torch.nn.Module
        From `load_network`, in evaluation mode.
    layout : Layout
        Form of its last layer.
    heads : LinearHeads
        Linear heads on the embedding.
    preprocessing : Preprocessing
        How its input is made.
    model_id : str
        Name of the numbers that it makes.
    device : torch.device
        Where the network lies.
    """

    def __init__(
        self,
        network: Any,
        layout: Layout,
        heads: LinearHeads,
        *,
        preprocessing: Preprocessing,
        model_id: str,
        device: "torch.device",
    ) -> None:
        self._network = network
        self._layout = layout
        self._heads = heads
        self.preprocessing = preprocessing
        self.model_id = model_id
        self.device = str(device)

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
        return self._layout.dimension

    @classmethod
    def load(cls, folder: Path, device: str = "auto", threads: int = 1) -> "VitEncoder":
        """Read a model from a folder; no hub and no pickle is touched.

        Parameters
        ----------
        folder : Path
            As `astrolens.models.folder.model_folder` returns it.
        device : str
            ``auto``, ``cpu``, ``cuda`` or ``mps``.
        threads : int
            Threads of torch in this process on a CPU (the setting holds for the whole process).

        Returns
        -------
        VitEncoder
            Ready to encode.

        Raises
        ------
        ConfigError
            If a file is missing or damaged, the weights do not fit the configuration, or the device is absent.
        """
        import torch

        from astrolens.models.device import choose_device

        chosen = choose_device(device)
        if chosen.type == "cpu":
            torch.set_num_threads(threads)
        preprocessing = load_preprocessing(folder)
        network = load_network(folder, preprocessing).to(chosen)
        layout = layout_of(network, folder, preprocessing)
        return cls(
            network,
            layout,
            LinearHeads.load(folder, layout.dimension),
            preprocessing=preprocessing,
            model_id=model_id(folder),
            device=chosen,
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
            n rows, independent of what else is in the batch up to rounding (about 1e-5 of the largest number).

        Raises
        ------
        ValueError
            If the batch has another shape or type.
        """
        import torch

        check_batch(batch, self.preprocessing.size)
        with torch.inference_mode():
            pixels = torch.as_tensor(batch, device=self.device)  # (image, plane, row, column)
            embedding, _ = outputs(self._network, pixels, self._layout)
            return self._heads.read(embedding.cpu().numpy())

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
        import torch

        check_batch(batch, self.preprocessing.size)
        with torch.inference_mode():
            pixels = torch.as_tensor(batch, device=self.device)
            _, patches = outputs(self._network, pixels, self._layout)
            return np.asarray(patches.cpu().numpy(), dtype=np.float32)
