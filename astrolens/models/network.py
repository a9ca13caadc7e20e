"""Any network of transformers that looks at pictures: read from a folder, and its last layer in one form."""

from dataclasses import dataclass
from math import isqrt
from pathlib import Path
from typing import Any

from astrolens.domain.errors import ConfigError
from astrolens.models.folder import CONFIG, TIMM, WEIGHTS, read_json
from astrolens.models.preprocessing import Preprocessing
from astrolens.models.timm_convnext import read_timm_convnext

_LONGEST = 400  # characters of what another library says
_CLASS_TOKENS = frozenset({"cls_token", "class_embedding"})
_REFUSED = (ValueError, RuntimeError, TypeError, AttributeError, ArithmeticError)
_WITHOUT_POOLER = frozenset({"vit", "vit_msn", "deit", "beit", "data2vec-vision", "swin", "swinv2", "ijepa"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Form of a network's last layer.

    Attributes
    ----------
    special : int
        Tokens before the patches: class, distillation, registers; 0 for a network without a class token.
    has_class : bool
        Whether the first of them is the class token.
    rows, columns : int
        Patches, or cells of the last map.
    width : int
        Numbers in one of them.
    """

    special: int
    has_class: bool
    rows: int
    columns: int
    width: int

    @property
    def dimension(self) -> int:
        """Length of an embedding.

        Returns
        -------
        int
            Twice the width with a class token, else the width.
        """
        return self.width * (2 if self.has_class else 1)


def load_network(folder: Path, preprocessing: Preprocessing) -> Any:
    """Network in float32 whose every weight came from the file; no code out of the folder is run.

    Parameters
    ----------
    folder : Path
        Folder of the model.
    preprocessing : Preprocessing
        The steps before it, which must make what it takes.

    Returns
    -------
    torch.nn.Module
        A model of transformers without head and, where it can do without, without pooling layer; on the CPU, in
        evaluation mode.

    Raises
    ------
    ConfigError
        If a file is damaged, a weight is missing, or network and steps do not fit together.
    """
    import torch
    from huggingface_hub.errors import StrictDataclassError
    from safetensors import SafetensorError
    from transformers import AutoModel
    from transformers.utils import logging as transformers_logging

    content = read_json(folder / CONFIG)
    if TIMM in content and "model_type" not in content:
        network = read_timm_convnext(folder, str(content[TIMM])).eval()
        layout_of(network, folder, preprocessing)
        return network
    kind = str(content.get("model_type", ""))
    choices: dict[str, Any] = {"add_pooling_layer": False} if kind in _WITHOUT_POOLER else {}
    showed_bars = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()
    try:
        network, report = AutoModel.from_pretrained(
            str(folder),
            dtype=torch.float32,
            local_files_only=True,
            output_loading_info=True,
            use_safetensors=True,
            trust_remote_code=False,
            ignore_mismatched_sizes=True,  # they are named below
            **choices,
        )
    except (*_REFUSED, OSError, KeyError, SafetensorError, StrictDataclassError) as error:
        words = " ".join(str(error).split())[:_LONGEST]
        raise ConfigError(f"{folder}: no network of kind {kind!r} could be read: {words}") from error
    finally:
        if showed_bars:
            transformers_logging.enable_progress_bar()
    # A pooling layer that the file lacks is not used: the embedding is made of the last layer.
    untouched = sorted(key for key in report["missing_keys"] if not key.startswith("pooler."))
    if untouched:
        raise ConfigError(f"{folder / WEIGHTS}: {len(untouched)} weights are missing, such as {untouched[0]}")
    if report["mismatched_keys"]:
        name, there, wanted = min(report["mismatched_keys"])
        raise ConfigError(
            f"{folder / WEIGHTS}: {name} has shape {tuple(there)}, {CONFIG} asks for {tuple(wanted)}; both must be of one model"
        )
    network = network.eval()
    layout_of(network, folder, preprocessing)
    return network


def layout_of(network: Any, folder: Path, preprocessing: Preprocessing) -> Layout:
    """Find the form of the last layer by one pass over an empty picture.

    Parameters
    ----------
    network : torch.nn.Module
        A model of transformers, on any device.
    folder : Path
        Where it came from, for the message.
    preprocessing : Preprocessing
        Says what size it is fed with.

    Returns
    -------
    Layout
        For `outputs`.

    Raises
    ------
    ConfigError
        If it does not take such pictures, or its last layer is neither tokens nor a map.
    """
    import torch

    size = preprocessing.size
    parameter = next(network.parameters())
    try:
        with torch.inference_mode():
            last = network(
                pixel_values=torch.zeros(1, 3, size, size, dtype=parameter.dtype, device=parameter.device)
            ).last_hidden_state
    except _REFUSED as error:
        config = network.config
        raise ConfigError(
            f"{folder}: the network takes {getattr(config, 'num_channels', 3)} planes of "
            f"{getattr(config, 'image_size', 'some')} pixels, its preprocessing makes 3 of {size} ({error})"
        ) from error
    if last.ndim == 4:
        return Layout(
            special=0, has_class=False, rows=last.shape[2], columns=last.shape[3], width=last.shape[1]
        )
    names = [name.rpartition(".")[2] for name, _ in network.named_parameters()]
    has_class = not _CLASS_TOKENS.isdisjoint(names)
    special = int(has_class) + int("distillation_token" in names)
    special += int(getattr(network.config, "num_register_tokens", 0) or 0)
    side = isqrt(max(last.shape[1] - special, 0)) if last.ndim == 3 else 0
    if side == 0 or side * side != last.shape[1] - special:
        raise ConfigError(
            f"{folder}: the last layer has shape {tuple(last.shape)}, {special} of them no patches; want tokens of a "
            "square grid or a map"
        )
    return Layout(special=special, has_class=has_class, rows=side, columns=side, width=last.shape[2])


def outputs(network: Any, pixels: Any, layout: Layout) -> tuple[Any, Any]:
    """Embedding and patches of a batch.

    Parameters
    ----------
    network : torch.nn.Module
        From `load_network`.
    pixels : torch.Tensor of float32, shape (n, 3, size, size)
        On the device of the network.
    layout : Layout
        Of this network.

    Returns
    -------
    embedding : torch.Tensor of float32, shape (n, d)
        Class token, where there is one, then the mean of the patches.
    patches : torch.Tensor of float32, shape (n, rows, columns, width)
        The last layer.
    """
    import torch

    last = network(pixel_values=pixels).last_hidden_state
    # a map is (image, width, row, column), tokens are (image, special + patch, width)
    tokens = last.flatten(2).transpose(1, 2) if last.ndim == 4 else last[:, layout.special :]
    mean = tokens.mean(dim=1)
    embedding = torch.cat([last[:, 0], mean], dim=1) if layout.has_class else mean
    return embedding, tokens.reshape(-1, layout.rows, layout.columns, layout.width)
