"""A Vision Transformer with linear heads, run by torch on a CPU or an accelerator."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from astrolens.domain.errors import ConfigError
from astrolens.models.encoder import Encoded, check_batch
from astrolens.models.folder import WEIGHTS, model_id
from astrolens.models.heads import LinearHeads
from astrolens.models.preprocessing import Preprocessing, load_preprocessing

if TYPE_CHECKING:
    import torch


class VitEncoder:
    """A frozen ViT and its heads on one device; made by `VitEncoder.load`.

    Parameters
    ----------
    network : torch.nn.Module
        A ``ViTModel`` without pooling layer, in evaluation mode.
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
        heads: LinearHeads,
        *,
        preprocessing: Preprocessing,
        model_id: str,
        device: "torch.device",
    ) -> None:
        self._network = network
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
            Twice the width of the network.
        """
        return 2 * int(self._network.config.hidden_size)

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
        return cls(
            network,
            LinearHeads.load(folder, 2 * int(network.config.hidden_size)),
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
            return self._heads.read(embed(self._network, pixels).cpu().numpy())


def embed(network: Any, pixels: Any) -> Any:
    """Embedding of a batch: class token, then the mean of the patch tokens.

    Parameters
    ----------
    network : torch.nn.Module
        From `load_network`.
    pixels : torch.Tensor of float32, shape (n, 3, size, size)
        On the device of the network.

    Returns
    -------
    torch.Tensor of float32, shape (n, 2 width)
        On the same device.
    """
    import torch

    tokens = network(pixel_values=pixels).last_hidden_state  # (image, 1 + patch, width)
    return torch.cat([tokens[:, 0], tokens[:, 1:].mean(dim=1)], dim=1)


def load_network(folder: Path, preprocessing: Preprocessing) -> Any:
    """Network in float32 whose every weight came from the file.

    Parameters
    ----------
    folder : Path
        Folder of the model.
    preprocessing : Preprocessing
        The steps before it, which must make what it takes.

    Returns
    -------
    torch.nn.Module
        A ``ViTModel`` without pooling layer on the CPU, in evaluation mode.

    Raises
    ------
    ConfigError
        If a file is damaged, a weight is missing, or network and steps do not fit together.
    """
    import torch
    from safetensors import SafetensorError
    from transformers import ViTModel
    from transformers.utils import logging as transformers_logging

    showed_bars = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()
    try:
        network, report = ViTModel.from_pretrained(
            str(folder),
            add_pooling_layer=False,
            attn_implementation="sdpa",
            dtype=torch.float32,
            local_files_only=True,
            output_loading_info=True,
            use_safetensors=True,
        )
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
        raise ConfigError(f"{folder}: no ViTModel could be read: {error}") from error
    finally:
        if showed_bars:
            transformers_logging.enable_progress_bar()
    untouched = sorted(report["missing_keys"]) + [str(key) for key in report["mismatched_keys"]]
    if untouched:
        raise ConfigError(f"{folder / WEIGHTS}: {len(untouched)} weights are missing, such as {untouched[0]}")
    if network.config.image_size != preprocessing.size or network.config.num_channels != 3:
        raise ConfigError(
            f"{folder}: the network takes {network.config.num_channels} planes of {network.config.image_size} "
            f"pixels, its preprocessing makes 3 of {preprocessing.size}"
        )
    return network.eval()
