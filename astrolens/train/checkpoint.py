"""Everything a training needs to go on, in one safetensors file without a pickle."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from astrolens.domain.errors import ConfigError
from astrolens.train.files import write_whole

STATE = "state.safetensors"
_STUDENT, _MEAN, _OPTIMISER = "student/", "mean/", "optimiser/"
_FORMAT = 1


@dataclass(slots=True, kw_only=True, eq=False)
class Trainee:
    """What changes while training.

    Attributes
    ----------
    student : torch.nn.ModuleDict
        Network, projection, heads.
    optimiser : torch.optim.Optimizer
        Its moments.
    mean : dict of str to Tensor
        Running mean of the student's weights; empty without one.
    step : int
        Steps done.
    """

    student: Any
    optimiser: Any
    mean: dict[str, Any]
    step: int = 0


def save_state(path: Path, trainee: Trainee, run: dict[str, Any]) -> None:
    """Write the state; a kill leaves the earlier one whole.

    Parameters
    ----------
    path : Path
        The file.
    trainee : Trainee
        On any device.
    run : dict
        What must be the same when it goes on, as JSON.
    """
    tensors = {_STUDENT + name: value for name, value in trainee.student.state_dict().items()}
    tensors |= {_MEAN + name: value for name, value in trainee.mean.items()}
    for number, moments in trainee.optimiser.state_dict()["state"].items():
        tensors |= {f"{_OPTIMISER}{number}/{name}": torch.as_tensor(value) for name, value in moments.items()}
    about = {"format": _FORMAT, "step": trainee.step, "run": run}
    content = save(
        {name: value.detach().cpu().contiguous() for name, value in tensors.items()},
        metadata={"about": json.dumps(about, sort_keys=True)},
    )
    write_whole(path, content)


def load_state(path: Path, trainee: Trainee, run: dict[str, Any]) -> None:
    """Set a freshly built trainee to where the state was written.

    Parameters
    ----------
    path : Path
        Written by `save_state`.
    trainee : Trainee
        Changed in place.
    run : dict
        What this run is; must equal what the state was written under.

    Raises
    ------
    ConfigError
        If the file is damaged, of another format, or of another recipe or data.
    """
    try:
        with safe_open(path, framework="pt") as file:
            about = json.loads((file.metadata() or {}).get("about", "{}"))
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no mapping
    except (OSError, SafetensorError, ValueError) as error:
        raise ConfigError(f"{path}: {error}; remove it to start afresh") from error
    if about.get("format") != _FORMAT:
        raise ConfigError(
            f"{path}: format {about.get('format')!r}, want {_FORMAT}; start afresh in another --out"
        )
    before = about["run"]
    for key in sorted({*before, *run}):
        if before.get(key) != run.get(key):
            raise ConfigError(
                f"{path}: was begun with {key} = {before.get(key)!r}, now it is {run.get(key)!r}; go on with the "
                "same, or start afresh in another --out"
            )
    device = next(trainee.student.parameters()).device
    trainee.student.load_state_dict(_part(tensors, _STUDENT))
    trainee.mean = {name: value.to(device) for name, value in _part(tensors, _MEAN).items()}
    state: dict[int, dict[str, Any]] = {}
    for name, value in _part(tensors, _OPTIMISER).items():
        number, moment = name.split("/", 1)
        state.setdefault(int(number), {})[moment] = value
    groups = trainee.optimiser.state_dict()["param_groups"]
    trainee.optimiser.load_state_dict({"state": state, "param_groups": groups})
    trainee.step = int(about["step"])


def _part(tensors: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
