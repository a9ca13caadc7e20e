"""A cheaper copy of an encoder: a smaller input, fewer layers, and heads that say what its heads said."""

import copy
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save
from sklearn.linear_model import Ridge

from astrolens.analyse.preprocess import to_network_input
from astrolens.domain.errors import BadData, ConfigError
from astrolens.download.limits import DecodeLimits
from astrolens.models.folder import (
    CONFIG,
    HEAD_MEANINGS,
    HEADS,
    PREPROCESSING,
    WEIGHTS,
    load_head_meanings,
    model_id,
    read_json,
)
from astrolens.models.network import load_network
from astrolens.models.onnx_encoder import OnnxEncoder
from astrolens.models.onnx_export import Precision
from astrolens.models.preprocessing import Measures, Preprocessing, load_preprocessing
from astrolens.train.files import write_whole
from astrolens.train.network import quiet_transformers, stretched
from astrolens.train.pictures import read_picture

CARD = "README.md"
FEWEST_PICTURES = 1_000
RIDGE = 30.0
_BATCH = 16
_KINDS = {Measures.ALL: "short", Measures.SKY: "fast"}
_MEASURED = {
    Measures.ALL: "Shapes and numbers on pixels are measured as with the whole encoder.",
    Measures.SKY: """The encoder of `analyse.profile = "fast"`: `preprocessing.json` says `"measures": "sky"`, so the shape of the object and
the numbers on its pixels are left out, and with them the detectors that read them. What it finds is in docs/benchmarks.md.""",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shrunk:
    """What became of an encoder.

    Attributes
    ----------
    model_id : str
        Name of the cheaper one.
    pictures : int
        Its heads were fitted on.
    agreement : dict of str to float
        By head, the correlation with the whole encoder's on a tenth of the pictures that the fit had not seen.
    """

    model_id: str
    pictures: int
    agreement: dict[str, float]


def shrink_encoder(
    source: Path,
    out: Path,
    pictures: Sequence[Path],
    *,
    size: int,
    layers: int,
    cache: Path,
    measures: Measures = Measures.SKY,
    progress: Callable[[str, int, int], None] = lambda _words, _done, _every: None,
) -> Shrunk:
    """Write a cheaper copy of an encoder.

    The first layers keep their weights, positions are stretched to the smaller input, and every head is fitted by ridge
    regression to what the whole encoder says of the same pictures, so that no label is needed.

    Parameters
    ----------
    source : Path
        Folder of a ViT.
    out : Path
        Folder to write; made when missing.
    pictures : sequence of Path
        Ordinary pictures, framed as the source's own; none of a test.
    size : int
        Side of the smaller input, a multiple of the patch.
    layers : int
        How many of the layers stay.
    cache : Path
        Where graphs are kept.
    measures : Measures
        What is measured of a picture beside what the cheaper encoder says.
    progress : Callable
        Told what is done, how many, of how many.

    Returns
    -------
    Shrunk
        How well it agrees.

    Raises
    ------
    ConfigError
        If the encoder is no ViT of that kind, or size or layers do not fit it.
    BadData
        If too few pictures are usable.
    """
    steps = load_preprocessing(source)
    small = replace(steps, size=size, measures=measures)
    network = _cut(source, steps, size, layers)
    out.mkdir(parents=True, exist_ok=True)
    _write_network(source, out, network, small)
    inputs = _inputs(pictures, (steps, small), progress)
    teacher = OnnxEncoder.load(source, cache, Precision.FLOAT32)
    want = _embed(teacher, inputs[0])
    with tempfile.TemporaryDirectory(prefix="astrolens-shrink-") as scratch:
        have = _embed(OnnxEncoder.load(out, Path(scratch), Precision.FLOAT32), inputs[1])
    heads, agreement = _heads(source, want, have)
    write_whole(out / HEADS, save(heads))
    found = Shrunk(model_id=model_id(out), pictures=len(have), agreement=agreement)
    write_whole(out / CARD, _card(source, out, found, size, layers).encode())
    return found


def _cut(source: Path, steps: Preprocessing, size: int, layers: int) -> Any:
    """The network with fewer layers and positions for a smaller input."""
    from transformers import ViTModel

    whole = load_network(source, steps)
    if not isinstance(whole, ViTModel):
        raise ConfigError(f"{source}: a {type(whole).__name__} cannot be cut; want a ViT")
    config = copy.deepcopy(whole.config)
    if size % int(config.patch_size) or not 1 <= layers <= int(config.num_hidden_layers):
        raise ConfigError(
            f"{source}: size {size} must be a multiple of {config.patch_size}, layers {layers} in "
            f"[1, {config.num_hidden_layers}]"
        )
    config.image_size, config.num_hidden_layers = size, layers
    cut = ViTModel(config, add_pooling_layer=False).eval()
    weights = whole.state_dict()
    wanted = cut.state_dict()
    place = "embeddings.position_embeddings"
    weights[place] = stretched(weights[place], wanted[place].shape[1])
    cut.load_state_dict({name: weights[name] for name in wanted})
    return cut


def _write_network(source: Path, out: Path, network: Any, small: Preprocessing) -> None:
    with tempfile.TemporaryDirectory(prefix="astrolens-shrink-") as scratch, quiet_transformers():
        copy.deepcopy(network).half().save_pretrained(scratch)
        config = json.loads((Path(scratch) / CONFIG).read_text(encoding="utf-8"))
        weights = (Path(scratch) / WEIGHTS).read_bytes()
    known = read_json(source / PREPROCESSING)
    steps = known | {
        "name": f"{known.get('name') or source.name}-{_KINDS[small.measures]}", "size": small.size,
        "measures": small.measures.value,
    }  # fmt: skip
    write_whole(out / WEIGHTS, weights)
    write_whole(out / CONFIG, _json(config | {"architectures": ["ViTModel"], "dtype": "float32"}))
    write_whole(out / PREPROCESSING, _json(steps))
    write_whole(out / HEAD_MEANINGS, (source / HEAD_MEANINGS).read_bytes())
    write_whole(out / HEADS, save({name: np.zeros_like(value) for name, value in _stored(source).items()}))


def _inputs(
    pictures: Sequence[Path], ways: tuple[Preprocessing, ...], progress: Callable[[str, int, int], None]
) -> list[NDArray[np.float32]]:
    made: list[list[NDArray[np.float32]]] = [[] for _ in ways]
    for number, path in enumerate(pictures):
        try:
            image = read_picture(path, DecodeLimits())
        except BadData:
            continue
        for inputs, steps in zip(made, ways, strict=True):
            inputs.append(to_network_input(image, steps))
        progress("pictures", number + 1, len(pictures))
    if len(made[0]) < FEWEST_PICTURES:
        raise BadData(f"{len(made[0])} usable pictures; heads want at least {FEWEST_PICTURES}")
    return [np.stack(inputs) for inputs in made]


def _embed(encoder: OnnxEncoder, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    starts = range(0, len(inputs), _BATCH)
    return np.concatenate([encoder.encode(inputs[start : start + _BATCH]).embeddings for start in starts])


def _stored(source: Path) -> dict[str, NDArray[np.float32]]:
    meanings = load_head_meanings(source)
    wanted = [name for name in (meanings.class_head, *meanings.number_heads) if name]
    known = load_file(source / HEADS)
    return {f"{name}.{part}": known[f"{name}.{part}"] for name in wanted for part in ("weight", "bias")}


def _heads(
    source: Path, want: NDArray[np.float32], have: NDArray[np.float32]
) -> tuple[dict[str, NDArray[np.float32]], dict[str, float]]:
    stored = _stored(source)
    centre, scale = have.mean(axis=0), have.std(axis=0) + 1e-6
    features = (have - centre) / scale
    held = np.arange(len(have)) % 10 == 0
    out: dict[str, NDArray[np.float32]] = {}
    agreement = {}
    for name in sorted({key.rpartition(".")[0] for key in stored}):
        said = want @ stored[f"{name}.weight"].T + stored[f"{name}.bias"]
        tried = Ridge(alpha=RIDGE).fit(features[~held], said[~held])
        answer = tried.predict(features[held]).reshape(np.count_nonzero(held), -1)
        agreement[name] = round(
            float(np.mean([np.corrcoef(one, two)[0, 1] for one, two in zip(answer.T, said[held].T, strict=True)])), 3
        )  # fmt: skip
        fitted = Ridge(alpha=RIDGE).fit(features, said)
        weight = np.atleast_2d(fitted.coef_) / scale
        out[f"{name}.weight"] = np.ascontiguousarray(weight, dtype=np.float32)
        out[f"{name}.bias"] = np.atleast_1d(fitted.intercept_ - weight @ centre).astype(np.float32)
    return out, agreement


def _card(source: Path, out: Path, found: Shrunk, size: int, layers: int) -> str:
    name = read_json(out / PREPROCESSING)["name"]
    rows = "\n".join(f"| `{head}` | {value:.3f} |" for head, value in found.agreement.items())
    return f"""# {name}

Cut from `{model_id(source)}`: its first {layers} layers, at {size} px in place of
{load_preprocessing(source).size}; weights stored as float16. No label and no further training: each linear head was fitted by ridge
regression to what the whole encoder's head says of {found.pictures:,} pictures. Agreement (correlation) on the tenth of them that a fit
without them had not seen:

| head | correlation |
|---|---|
{rows}

{_MEASURED[load_preprocessing(out).measures]} Everything else is as in the card of the whole encoder.

Made by `astrolens train fast`.
"""


def _json(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, indent=2) + "\n").encode()
