"""A Vision Transformer with linear heads: pictures in, embeddings and scores out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from astrolens.domain.errors import ConfigError
from astrolens.models.folder import HEADS, WEIGHTS, HeadMeanings, load_head_meanings, model_id
from astrolens.models.preprocessing import Preprocessing, load_preprocessing

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Encoded:
    """What the network says about n pictures.

    Attributes
    ----------
    embeddings : ndarray of float32, shape (n, d)
        Class token followed by the mean of the patch tokens, so d is twice the width; finite, not normalised.
    logits : ndarray of float32, shape (n, c)
        Class scores before softmax.
    heads : Mapping of str to ndarray of float32, shape (n,)
        Further heads with one number each.
    """

    embeddings: NDArray[np.float32]
    logits: NDArray[np.float32]
    heads: Mapping[str, NDArray[np.float32]]


class VitEncoder:
    """A frozen ViT and its heads on one device; made by `VitEncoder.load`.

    Parameters
    ----------
    network : torch.nn.Module
        A ``ViTModel`` without pooling layer, in evaluation mode.
    heads : Mapping of str to torch.nn.Linear
        Linear heads on the embedding.
    meanings : HeadMeanings
        What the heads stand for.
    preprocessing : Preprocessing
        How its input is made.
    model_id : str
        Name of the numbers that it makes.
    device : torch.device
        Where network and heads lie.
    """

    def __init__(
        self,
        network: Any,
        heads: Mapping[str, Any],
        *,
        meanings: HeadMeanings,
        preprocessing: Preprocessing,
        model_id: str,
        device: "torch.device",
    ) -> None:
        self._network = network
        self._heads = dict(heads)
        self._meanings = meanings
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
        return self._meanings.class_names

    @property
    def head_names(self) -> tuple[str, ...]:
        """Names of the heads with one number each.

        Returns
        -------
        tuple of str
            Keys of `Encoded.heads`.
        """
        return self._meanings.number_heads

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
        meanings = load_head_meanings(folder)
        network = _load_network(folder, preprocessing).to(chosen)
        heads = _load_heads(folder, meanings, 2 * int(network.config.hidden_size))
        return cls(
            network,
            {name: head.to(chosen) for name, head in heads.items()},
            meanings=meanings,
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

        size = self.preprocessing.size
        if batch.ndim != 4 or len(batch) == 0 or batch.shape[1:] != (3, size, size):
            raise ValueError(f"batch has shape {batch.shape}; want (n, 3, {size}, {size}) with n >= 1")
        if batch.dtype != np.float32:
            raise ValueError(f"batch is {batch.dtype}; want float32")
        with torch.inference_mode():
            pixels = torch.as_tensor(batch, device=self.device)  # (image, plane, row, column)
            tokens = self._network(pixel_values=pixels).last_hidden_state  # (image, 1 + patch, width)
            embeddings = torch.cat([tokens[:, 0], tokens[:, 1:].mean(dim=1)], dim=1)  # (image, 2 width)
            outputs = {name: head(embeddings).cpu().numpy() for name, head in self._heads.items()}
            return Encoded(
                embeddings=embeddings.cpu().numpy(),
                logits=outputs[self._meanings.class_head],
                heads={name: outputs[name][:, 0] for name in self._meanings.number_heads},
            )


def _load_network(folder: Path, preprocessing: Preprocessing) -> Any:
    """ViTModel in float32 whose every weight came from the file."""
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


def _load_heads(folder: Path, meanings: HeadMeanings, dimension: int) -> dict[str, Any]:
    """Linear layers of the heads that have a meaning."""
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    path = folder / HEADS
    try:
        weights = load_file(path)
    except (OSError, SafetensorError) as error:
        raise ConfigError(f"{path}: {error}") from error
    heads = {}
    wanted = {meanings.class_head: len(meanings.class_names)} | dict.fromkeys(meanings.number_heads, 1)
    for name, outputs in wanted.items():
        weight, bias = weights.get(f"{name}.weight"), weights.get(f"{name}.bias")
        if weight is None or bias is None:
            raise ConfigError(f"{path}: no head named {name!r}; it holds {', '.join(sorted(weights))}")
        if tuple(weight.shape) != (outputs, dimension) or tuple(bias.shape) != (outputs,):
            raise ConfigError(
                f"{path}: {name}.weight has shape {tuple(weight.shape)}; want ({outputs}, {dimension})"
            )
        head = torch.nn.Linear(dimension, outputs)
        head.load_state_dict({"weight": weight.float(), "bias": bias.float()})
        heads[name] = head.eval()
    return heads
