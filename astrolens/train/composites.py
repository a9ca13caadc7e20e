"""Pictures with a second galaxy or a fault, made from normal ones: outlier exposure (Hendrycks et al. 2019)."""

from enum import IntEnum
from typing import Any

import torch
from torch.nn import functional

from astrolens.config.recipe import CompositesRecipe
from astrolens.train.views import sample

_WINDOW = (0.55, 0.95)
_SKY_QUANTILE = 0.2


class Kind(IntEnum):
    """What was done to a picture; the outputs of the head ``composite`` in their order."""

    CLEAN = 0
    SECOND_GALAXY = 1
    TRAIL = 2
    STAR = 3
    EDGE = 4
    WARP = 5
    BAND = 6


FAULTS = tuple(kind for kind in Kind if kind > Kind.SECOND_GALAXY)


def draw_kinds(many: int, recipe: CompositesRecipe, device: Any, generator: Any) -> Any:
    """Kinds for a batch: half clean, the rest second galaxies and faults.

    Parameters
    ----------
    many : int
        Pictures.
    recipe : CompositesRecipe
        Share of second galaxies.
    device : torch.device
        Where they are wanted.
    generator : torch.Generator
        On that device.

    Returns
    -------
    Tensor of int64, shape (many,)
        Values of `Kind`.
    """
    first = torch.rand(many, device=device, generator=generator)
    second = torch.rand(many, device=device, generator=generator)
    faults = torch.randint(min(FAULTS), max(FAULTS) + 1, (many,), device=device, generator=generator)
    kinds = torch.where(second < recipe.pair_share, torch.full_like(faults, int(Kind.SECOND_GALAXY)), faults)
    return torch.where(first < 0.5, torch.zeros_like(kinds), kinds)


def make_composites(
    pictures: Any, partners: Any, base: Any, kinds: Any, recipe: CompositesRecipe, generator: Any
) -> Any:
    """Do to each picture what its kind says; stars may fall on every one, so that a star tells nothing.

    Parameters
    ----------
    pictures, partners : Tensor of float32, shape (n, 3, p, p)
        In [0, 1]; the partner gives the second galaxy.
    base : Tensor of float32, shape (n,)
        Side of the crop over the side of the picture.
    kinds : Tensor of int64, shape (n,)
        Values of `Kind`.
    recipe : CompositesRecipe
        Number of stars.
    generator : torch.Generator
        On the device of the pictures.

    Returns
    -------
    Tensor of float32, shape (n, 3, p, p)
        In [0, 1].
    """
    out = pictures.clone()
    for kind, make in (
        (Kind.TRAIL, _trail), (Kind.STAR, _saturated_star), (Kind.EDGE, _edge), (Kind.WARP, _warp), (Kind.BAND, _band)
    ):  # fmt: skip
        chosen = torch.nonzero(kinds == kind)[:, 0]
        if len(chosen):
            out[chosen] = make(pictures[chosen], base[chosen], generator)
    chosen = torch.nonzero(kinds == Kind.SECOND_GALAXY)[:, 0]
    if len(chosen):
        out[chosen] = _second_galaxy(pictures[chosen], partners[chosen], base[chosen], generator)
    return _stars(out, base, recipe.stars, generator).clamp(0.0, 1.0)


def _rand(many: int, low: float, high: float, like: Any, generator: Any) -> Any:
    return low + (high - low) * torch.rand(many, device=like.device, generator=generator)


def _places(many: int, base: Any, inner: float, outer: float, generator: Any) -> tuple[Any, Any]:
    """Centres in a ring around the middle, radii in units of half the crop; in [-1, 1] of the picture."""
    radius = base * _rand(many, inner, outer, base, generator)
    angle = _rand(many, 0.0, 2.0 * torch.pi, base, generator)
    return radius * torch.cos(angle), radius * torch.sin(angle)


def _grid(pictures: Any) -> tuple[Any, Any]:
    side = pictures.shape[-1]
    line = (torch.arange(side, device=pictures.device) + 0.5) * (2.0 / side) - 1.0
    return line[None, None, :], line[None, :, None]


def _second_galaxy(pictures: Any, partners: Any, base: Any, generator: Any) -> Any:
    """Near or wide, fainter or as bright, sometimes both galaxies bent by a tide."""
    many = len(pictures)
    shrink = _rand(many, 0.5, 1.1, base, generator)
    near, far = _places(many, base, 0.12, 0.45, generator), _places(many, base, 0.4, 0.85, generator)
    is_near = torch.rand(many, device=base.device, generator=generator) < 0.5
    across, down = torch.where(is_near, near[0], far[0]), torch.where(is_near, near[1], far[1])
    angle = _rand(many, 0.0, 2.0 * torch.pi, base, generator)
    flux = _rand(many, 0.4, 1.1, base, generator)
    # A sky-subtracted partner that fades out before its own edge leaves no square behind.
    sky = torch.quantile(
        functional.avg_pool2d(partners, 4).flatten(2), _SKY_QUANTILE, dim=2
    )[:, :, None, None]  # fmt: skip
    x, y = _grid(pictures)
    distance = torch.sqrt(x**2 + y**2)
    fade = ((_WINDOW[1] - distance) / (_WINDOW[1] - _WINDOW[0])).clamp(0.0, 1.0)
    light = (partners - sky).clamp_min(0.0) * (fade * fade * (3.0 - 2.0 * fade))[:, None]
    padded = functional.pad(light, [light.shape[-1] // 2] * 4)  # the picture now spans [-0.5, 0.5]
    side = 0.5 / shrink
    ones = torch.ones_like(base)
    turned = torch.stack([across, down], dim=1) * side[:, None]
    cosine, sine = torch.cos(angle), torch.sin(angle)
    centre = torch.stack(
        [-(cosine * turned[:, 0] - sine * turned[:, 1]), -(sine * turned[:, 0] + cosine * turned[:, 1])],
        dim=1,
    )
    moved = sample(padded, side, angle, ones, centre, pictures.shape[-1], "zeros")
    both = pictures + flux[:, None, None, None] * moved
    tidal = torch.rand(many, device=base.device, generator=generator) < 0.3
    return torch.where(tidal[:, None, None, None], _warp(both, base, generator, most=0.5), both)


def _trail(pictures: Any, base: Any, generator: Any) -> Any:
    """A satellite or aeroplane: a straight line, white or of one colour."""
    many = len(pictures)
    angle = _rand(many, 0.0, torch.pi, base, generator)[:, None, None]
    offset = (base * _rand(many, -0.8, 0.8, base, generator))[:, None, None]
    width = _rand(many, 0.008, 0.04, base, generator)[:, None, None]
    x, y = _grid(pictures)
    line = torch.exp(-0.5 * ((x * torch.cos(angle) + y * torch.sin(angle) - offset) / width) ** 2)
    return pictures + line[:, None] * _colours(many, 0.25, 1.0, base, generator)


def _saturated_star(pictures: Any, base: Any, generator: Any) -> Any:
    """A white disk with halo and spikes."""
    many = len(pictures)
    across, down = _places(many, base, 0.2, 1.0, generator)
    x, y = _grid(pictures)
    x, y = x - across[:, None, None], y - down[:, None, None]
    size = (base * _rand(many, 0.06, 0.22, base, generator))[:, None, None]
    distance = torch.sqrt(x**2 + y**2)
    disk = torch.sigmoid((size - distance) * 60.0) + 0.6 * torch.exp(-distance / (1.5 * size))
    reach = (torch.exp(-x.abs() / (4.0 * size)), torch.exp(-y.abs() / (4.0 * size)))
    spikes = torch.exp(-((y / 0.015) ** 2)) * reach[0] + torch.exp(-((x / 0.015) ** 2)) * reach[1]
    return pictures + (disk + 0.9 * spikes)[:, None] * _colours(many, 0.8, 1.0, base, generator)


def _edge(pictures: Any, base: Any, generator: Any) -> Any:
    """A part of the picture is missing, as at the edge of a field."""
    many = len(pictures)
    quarter = torch.randint(0, 4, (many,), device=base.device, generator=generator)[:, None, None] * (
        torch.pi / 2
    )
    angle = quarter + _rand(many, -0.05, 0.05, base, generator)[:, None, None]
    offset = (base * _rand(many, -0.3, 0.85, base, generator))[:, None, None]
    x, y = _grid(pictures)
    missing = (x * torch.cos(angle) + y * torch.sin(angle) > offset)[:, None]
    level = _rand(many, 0.0, 1.0, base, generator)
    level = torch.where(level < 0.7, torch.zeros_like(level), level)[:, None, None, None]
    return torch.where(missing, level.expand_as(pictures), pictures)


def _warp(pictures: Any, base: Any, generator: Any, most: float = 1.0) -> Any:
    """A smooth distortion that grows from one spot."""
    many = len(pictures)
    coarse = torch.randn((many, 2, 4, 4), device=base.device, generator=generator)
    bend = functional.interpolate(coarse, size=pictures.shape[-1], mode="bicubic", align_corners=True)
    strength = base * _rand(many, 0.08 * most, 0.22 * most, base, generator)
    x, y = _grid(pictures)
    square = torch.stack([x.expand(many, *pictures.shape[-2:]), y.expand(many, *pictures.shape[-2:])], dim=-1)
    grid = square + bend.permute(0, 2, 3, 1) * strength[:, None, None, None]
    return functional.grid_sample(pictures, grid, padding_mode="reflection", align_corners=False)


def _band(pictures: Any, base: Any, generator: Any) -> Any:
    """One plane is out of place, much too strong or weak, or noise."""
    many = len(pictures)
    plane = torch.randint(0, 3, (many,), device=base.device, generator=generator)
    chosen = functional.one_hot(plane, 3).bool()[:, :, None, None]
    across, down = _places(many, base, 0.08, 0.3, generator)
    none = torch.zeros_like(base)
    moved = sample(pictures, none + 1, none, none + 1, torch.stack([across, down], dim=1), pictures.shape[-1])
    scale = torch.where(
        torch.rand(many, device=base.device, generator=generator) < 0.5,
        _rand(many, 0.0, 0.4, base, generator),
        _rand(many, 1.8, 3.0, base, generator),
    )[:, None, None, None]
    scatter = _rand(many, 0.15, 0.4, base, generator)[:, None, None, None]
    noise = pictures + scatter * torch.randn(pictures.shape, device=base.device, generator=generator)
    how = torch.randint(0, 3, (many,), device=base.device, generator=generator)[:, None, None, None]
    changed = torch.where(how == 0, moved, torch.where(how == 1, pictures * scale, noise))
    return torch.where(chosen, changed, pictures)


def _stars(pictures: Any, base: Any, most: int, generator: Any) -> Any:
    """Up to so many small foreground stars."""
    many = len(pictures)
    number = torch.randint(0, most + 1, (many,), device=base.device, generator=generator)
    x, y = _grid(pictures)
    for turn in range(most):
        across, down = _places(many, base, 0.25, 1.2, generator)
        width = _rand(many, 0.9, 2.6, base, generator)[:, None, None] * (2.0 / pictures.shape[-1])
        star = torch.exp(
            -0.5 * ((x - across[:, None, None]) ** 2 + (y - down[:, None, None]) ** 2) / width**2
        )
        light = star[:, None] * _colours(many, 0.1, 0.9, base, generator)
        pictures = pictures + light * (turn < number).float()[:, None, None, None]
    return pictures


def _colours(many: int, low: float, high: float, like: Any, generator: Any) -> Any:
    """Brightness times a tint, shape (many, 3, 1, 1)."""
    light = _rand(many, low, high, like, generator)[:, None, None, None]
    return light * (0.7 + 0.3 * torch.rand((many, 3, 1, 1), device=like.device, generator=generator))
