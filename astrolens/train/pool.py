"""Every picture of every data set under one number, with its targets and its side of the split."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import isfinite
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from astrolens.config.recipe import NumberColumn, Recipe
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
    class_names: dict[str, tuple[str, ...]] = {}
    for pack in packs:
        for head, column in pack.data.recipe.classes.items():
            class_names[head] = tuple(dict.fromkeys([*class_names.get(head, ()), *column.names.values()]))
    number_heads = dict.fromkeys(head for pack in packs for head in pack.data.recipe.numbers)
    return Targets(
        class_names=class_names,
        classes={
            head: np.concatenate([_classes(pack, head, names) for pack in packs])
            for head, names in class_names.items()
        },
        numbers={head: np.concatenate([_numbers(pack, head) for pack in packs]) for head in number_heads},
    )


def _classes(pack: Pack, head: str, names: Sequence[str]) -> NDArray[np.int64]:
    column = pack.data.recipe.classes.get(head)
    if column is None:
        return np.full(len(pack.rows), -1, np.int64)
    labels = [column.names.get(row.values[column.column]) for row in pack.rows]
    return np.array([-1 if label is None else names.index(label) for label in labels], np.int64)


def _numbers(pack: Pack, head: str) -> NDArray[np.float32]:
    column = pack.data.recipe.numbers.get(head)
    if column is None:
        return np.full(len(pack.rows), np.nan, np.float32)
    values = [_number(row.values[column.column], column) for row in pack.rows]
    return np.array(values, np.float32)


def _number(text: str, column: NumberColumn) -> float:
    try:
        value = float(text)
    except ValueError:
        return float("nan")
    known = isfinite(value) and value != column.missing
    return (value - column.offset) / column.scale if known else float("nan")
