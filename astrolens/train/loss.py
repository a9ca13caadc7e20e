"""What training makes small."""

from typing import Any

import torch
from torch.nn import functional


def nt_xent(first: Any, second: Any, temperature: float) -> Any:
    """Normalised temperature-scaled cross entropy: find each picture's other view among all views.

    Parameters
    ----------
    first, second : Tensor, shape (n, d)
        Projections of two views of n pictures, in one order; n at least 2.
    temperature : float
        Above 0.

    Returns
    -------
    Tensor of float32, shape ()
        Mean over the 2 n views, in nats; about ln(2 n - 1) before training.

    References
    ----------
    .. [1] Chen et al. (2020), ICML, PMLR 119, 1597, eq. 1.
    """
    many = len(first)
    views = functional.normalize(torch.cat([first, second]).float(), dim=1)
    similarity = views @ views.T / temperature  # (view, view)
    similarity = similarity.masked_fill(
        torch.eye(2 * many, dtype=torch.bool, device=views.device), -torch.inf
    )
    other = torch.arange(2 * many, device=views.device).roll(many)
    return functional.cross_entropy(similarity, other)


def class_loss(outputs: Any, classes: Any) -> Any:
    """Cross entropy over the pictures whose class is known.

    Parameters
    ----------
    outputs : Tensor, shape (n, c)
        Class scores.
    classes : Tensor of int64, shape (n,)
        -1 where unknown.

    Returns
    -------
    Tensor of float32, shape ()
        Mean; 0 where none is known.
    """
    total = functional.cross_entropy(outputs.float(), classes, ignore_index=-1, reduction="sum")
    return total / (classes >= 0).sum().clamp_min(1)


def number_loss(outputs: Any, numbers: Any) -> Any:
    """Smooth absolute error over the pictures whose number is known.

    Parameters
    ----------
    outputs : Tensor, shape (n, 1)
        Estimates.
    numbers : Tensor of float32, shape (n,)
        NaN where unknown.

    Returns
    -------
    Tensor of float32, shape ()
        Mean; 0 where none is known.
    """
    known = ~torch.isnan(numbers)
    wanted = torch.where(known, numbers, torch.zeros_like(numbers))
    each = functional.smooth_l1_loss(outputs[:, 0].float(), wanted, reduction="none")
    return (each * known).sum() / known.sum().clamp_min(1)


def yes_no_loss(outputs: Any, yes: Any, no: Any) -> Any:
    """Balanced logistic loss over the pictures that are one or the other.

    Parameters
    ----------
    outputs : Tensor, shape (n, 1)
        Log-odds of yes.
    yes, no : Tensor of bool, shape (n,)
        What is known; never both.

    Returns
    -------
    Tensor of float32, shape ()
        Mean of the two sides' means; a side without pictures counts 0.
    """
    odds = outputs[:, 0].float()
    for_yes = (functional.softplus(-odds) * yes).sum() / yes.sum().clamp_min(1)
    for_no = (functional.softplus(odds) * no).sum() / no.sum().clamp_min(1)
    return 0.5 * (for_yes + for_no)
