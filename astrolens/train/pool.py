"""Every picture of every data set under one number, with its targets and its side of the split."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import isfinite
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from astrolens.config.recipe import Recipe
from astrolens.domain.errors import ConfigError
from astrolens.train.pack import Pack

FEWEST = 8
_DEVICE_SHARE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Targets:
    """What the labels say of n pictures.

    Attributes
    ----------
    class_names : dict of str to tuple of str
        Classes of each class head, in the order of its outputs.
    classes : dict of str to ndarray of int64, shape (n,)
        Number of the class; -1 where unknown.
    numbers : dict of str to ndarray of float32, shape (n,)
        After offset and scale; NaN where unknown.
    """

    class_names: dict[str, tuple[str, ...]]
    classes: dict[str, NDArray[np.int64]]
    numbers: dict[str, NDArray[np.float32]]


class Pool:
    """Pictures of all packs, handed out by number.

    Parameters
    ----------
    packs : sequence of Pack
        One for each data set.
    recipe : Recipe
        Gives seed and held-out share.
    device : torch.device
        Where batches are wanted; a CUDA device keeps the whole pool when half its free memory takes it.
    """

    def __init__(self, packs: Sequence[Pack], recipe: Recipe, device: Any) -> None:
        self.packs = tuple(packs)
        self._ends = np.cumsum([len(pack.rows) for pack in packs])
        self.keys = tuple(row.key for pack in packs for row in pack.rows)
        self.targets = _targets(packs)
        held = np.array([_share(key, recipe.seed) < recipe.held_out for key in self.keys], dtype=np.bool_)
        self.training = np.flatnonzero(~held)
        self.held_out = np.flatnonzero(held)
        self._device = device
        self._base = torch.cat([torch.full((len(pack.rows),), pack.base) for pack in packs]).to(device)
        if len(self.training) < FEWEST:
            raise ConfigError(
                f"--data: {len(self.training)} readable pictures to train on; want at least {FEWEST} "
                f"({sum(sum(pack.skipped.values()) for pack in packs)} could not be read)"
            )
        self._resident = self._on_device()

    def __len__(self) -> int:
        """Pictures in the pool.

        Returns
        -------
        int
            Training and held-out ones.
        """
        return len(self.keys)

    def wide(self, numbers: NDArray[np.int64]) -> tuple[Any, Any]:
        """Pictures with room around the crop.

        Parameters
        ----------
        numbers : ndarray of int64, shape (n,)
            Which ones.

        Returns
        -------
        tuple of (Tensor, Tensor)
            Float32 in [0, 1] of shape (n, 3, p, p), and the side of the crop over that of the picture, (n,).
        """
        index = torch.from_numpy(np.ascontiguousarray(numbers))
        if self._resident is not None:
            levels = self._resident[index.to(self._device)]
        else:
            levels = torch.from_numpy(self._gather("wide", numbers)).to(self._device)
        return levels.float().div_(255.0), self._base[index.to(self._device)]

    def inputs(self, numbers: NDArray[np.int64]) -> Any:
        """Pictures exactly as inference sees them, before mean and standard deviation.

        Parameters
        ----------
        numbers : ndarray of int64, shape (n,)
            Which ones.

        Returns
        -------
        Tensor
            Float32 in [0, 1], shape (n, 3, size, size).
        """
        return torch.from_numpy(self._gather("inputs", numbers)).to(self._device).float().div_(255.0)

    def _gather(self, part: str, numbers: NDArray[np.int64]) -> NDArray[np.uint8]:
        which = np.searchsorted(self._ends, numbers, side="right")
        shape = getattr(self.packs[0], part).shape[1:]
        out: NDArray[np.uint8] = np.empty((len(numbers), *shape), np.uint8)
        for number, pack in enumerate(self.packs):
            places = np.flatnonzero(which == number)
            if places.size:
                out[places] = getattr(pack, part)[numbers[places] - (self._ends[number] - len(pack.rows))]
        return out

    def _on_device(self) -> Any:
        size = sum(pack.wide.nbytes for pack in self.packs)
        if self._device.type != "cuda" or size > _DEVICE_SHARE * torch.cuda.mem_get_info(self._device)[0]:
            return None
        parts = [torch.from_numpy(np.array(pack.wide)).to(self._device) for pack in self.packs]
        return torch.cat(parts)


def _share(key: str, seed: int) -> float:
    """Where an object falls in [0, 1); the same in every data set that shows it."""
    return int(sha256(f"{seed}:{key}".encode()).hexdigest()[:8], 16) / 2**32


def _targets(packs: Sequence[Pack]) -> Targets:
    sets = [pack.data.recipe for pack in packs]
    class_names: dict[str, tuple[str, ...]] = {}
    for how in sets:
        for head, column in how.classes.items():
            class_names[head] = tuple(dict.fromkeys([*class_names.get(head, ()), *column.names.values()]))
    classes = {head: [] for head in class_names}  # type: dict[str, list[int]]
    numbers = {head: [] for how in sets for head in how.numbers}  # type: dict[str, list[float]]
    for pack, how in zip(packs, sets, strict=True):
        for row in pack.rows:
            for head, names in class_names.items():
                label = how.classes[head].names.get(row.values[how.classes[head].column]) if head in how.classes else None
                classes[head].append(-1 if label is None else names.index(label))
            for head in numbers:
                known = how.numbers.get(head)
                numbers[head].append(
                    _number(row.values[known.column], known.offset, known.scale, known.missing) if known else float("nan")
                )
    return Targets(
        class_names=class_names,
        classes={head: np.array(values, np.int64) for head, values in classes.items()},
        numbers={head: np.array(values, np.float32) for head, values in numbers.items()},
    )


def _number(text: str, offset: float, scale: float, missing: float | None) -> float:
    try:
        value = float(text)
    except ValueError:
        return float("nan")
    return (value - offset) / scale if isfinite(value) and value != missing else float("nan")
