"""Random views of pictures, a batch at a time, wherever the tensors lie."""

from typing import Any

import torch
from torch.nn import functional

from astrolens.config.recipe import ViewsRecipe

_WEIGHTS_OF_GREY = (0.299, 0.587, 0.114)
_MOST_PER_PIXEL = 1.5
_TAPS = (1.0, 4.0, 6.0, 4.0, 1.0)


def make_views(pictures: Any, base: Any, size: int, recipe: ViewsRecipe, generator: Any) -> Any:
    """One random view of each picture: turned, mirrored, zoomed, shifted, then changed in light.

    Parameters
    ----------
    pictures : Tensor of float32, shape (n, 3, p, p)
        In [0, 1].
    base : Tensor of float32, shape (n,)
        Side of the crop over the side of the picture.
    size : int
        Side of a view.
    recipe : ViewsRecipe
        How far each change goes.
    generator : torch.Generator
        On the device of the pictures.

    Returns
    -------
    Tensor of float32, shape (n, 3, size, size)
        In [0, 1].
    """
    many = len(pictures)
    side = base * _between(recipe.zoom[0], recipe.zoom[1], (many,), base, generator)
    angle = _between(0.0, 2.0 * torch.pi, (many,), base, generator)
    mirror = _coin(0.5, (many,), base, generator) * 2.0 - 1.0
    shift = _between(-recipe.shift, recipe.shift, (many, 2), base, generator) * 2.0 * side[:, None]
    views = sample(pictures, side, angle, mirror, shift, size)
    return change_light(views, recipe, generator)


def plain_views(pictures: Any, base: Any, size: int) -> Any:
    """The crop itself, unturned.

    Parameters
    ----------
    pictures : Tensor of float32, shape (n, 3, p, p)
        In [0, 1].
    base : Tensor of float32, shape (n,)
        Side of the crop over the side of the picture.
    size : int
        Side of a view.

    Returns
    -------
    Tensor of float32, shape (n, 3, size, size)
        In [0, 1]; up to the resampling what inference sees.
    """
    none = torch.zeros_like(base)
    return sample(pictures, base, none, torch.ones_like(base), none[:, None].expand(-1, 2), size)


def sample(
    pictures: Any, side: Any, angle: Any, mirror: Any, shift: Any, size: int, beyond: str = "reflection"
) -> Any:
    """Resample a turned square of each picture.

    Parameters
    ----------
    pictures : Tensor of float32, shape (n, 3, p, p)
        Any values.
    side : Tensor of float32, shape (n,)
        Side of the square over that of the picture.
    angle : Tensor of float32, shape (n,)
        Radian.
    mirror : Tensor of float32, shape (n,)
        1, or -1 for a mirrored view.
    shift : Tensor of float32, shape (n, 2)
        Of the centre, over half the side of the picture.
    size : int
        Side of the result.
    beyond : str
        What lies beyond the edge of a picture: ``reflection``, ``zeros`` or ``border``.

    Returns
    -------
    Tensor of float32, shape (n, 3, size, size)
        Bilinear; averaged where it is much coarser than the picture.
    """
    cosine, sine = torch.cos(angle) * side, torch.sin(angle) * side
    first = torch.stack([cosine * mirror, -sine, shift[:, 0]], dim=1)
    second = torch.stack([sine * mirror, cosine, shift[:, 1]], dim=1)
    # Bilinear sampling skips pixels where a view is coarser than the picture: sample finer, then average.
    finer = 2 if float(side.max()) * pictures.shape[-1] > _MOST_PER_PIXEL * size else 1
    shape = [len(pictures), 3, size * finer, size * finer]
    grid = functional.affine_grid(torch.stack([first, second], dim=1), shape, align_corners=False)
    views = functional.grid_sample(pictures, grid, padding_mode=beyond, align_corners=False)
    return views if finer == 1 else functional.avg_pool2d(views, finer)


def change_light(views: Any, recipe: ViewsRecipe, generator: Any) -> Any:
    """Gain, colour, gamma, blur, noise and grey.

    Parameters
    ----------
    views : Tensor of float32, shape (n, 3, size, size)
        In [0, 1].
    recipe : ViewsRecipe
        How far each change goes.
    generator : torch.Generator
        On the device of the views.

    Returns
    -------
    Tensor of float32, shape (n, 3, size, size)
        In [0, 1].
    """
    many = len(views)
    one = (many, 1, 1, 1)
    gain = 1.0 + _between(-recipe.gain, recipe.gain, one, views, generator)
    gain = gain * (1.0 + _between(-recipe.colour, recipe.colour, (many, 3, 1, 1), views, generator))
    gamma = 1.0 + _between(-recipe.gamma, recipe.gamma, one, views, generator)
    views = (views * gain).clamp(1e-4, 1.0) ** gamma
    amount = _coin(recipe.blur, one, views, generator) * _between(0.3, 1.0, one, views, generator)
    views = torch.lerp(views, smooth(views), amount)
    grey = _coin(recipe.grey, one, views, generator)
    weights = torch.tensor(_WEIGHTS_OF_GREY, device=views.device)[None, :, None, None]
    views = torch.lerp(views, (views * weights).sum(dim=1, keepdim=True).expand_as(views), grey)
    scatter = _between(0.0, recipe.noise, one, views, generator)
    noise = torch.randn(views.shape, device=views.device, generator=generator)
    return (views + scatter * noise).clamp(0.0, 1.0)


def smooth(pictures: Any) -> Any:
    """Binomial filter, about a Gaussian of one pixel.

    Parameters
    ----------
    pictures : Tensor of float32, shape (n, c, h, w)
        Any values.

    Returns
    -------
    Tensor of float32, shape (n, c, h, w)
        Edges are repeated outward.
    """
    many, planes, height, width = pictures.shape
    taps = torch.tensor(_TAPS, device=pictures.device) / sum(_TAPS)
    flat = pictures.reshape(many * planes, 1, height, width)
    flat = functional.conv2d(functional.pad(flat, (2, 2, 0, 0), mode="replicate"), taps[None, None, None, :])
    flat = functional.conv2d(functional.pad(flat, (0, 0, 2, 2), mode="replicate"), taps[None, None, :, None])
    return flat.reshape(many, planes, height, width)


def _between(low: float, high: float, shape: tuple[int, ...], like: Any, generator: Any) -> Any:
    return low + (high - low) * torch.rand(shape, device=like.device, generator=generator)


def _coin(chance: float, shape: tuple[int, ...], like: Any, generator: Any) -> Any:
    return (torch.rand(shape, device=like.device, generator=generator) < chance).float()
