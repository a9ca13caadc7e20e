"""A threshold that follows what people say about flagged pictures, and nothing else."""

from dataclasses import dataclass

from scipy.stats import chi2

NARROWEST, WIDEST = 0.5, 2.0
FEWEST_LABELS = 10
_LARGEST_STEP = 1.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is known of the pictures of a source that lie inside its threshold.

    Attributes
    ----------
    judged : int
        Pictures judged.
    flagged : int
        Of these, inside the threshold.
    labelled : int
        Of these, labelled by a person.
    normal : int
        Of these, called normal or an artefact: false alarms.
    """

    judged: int = 0
    flagged: int = 0
    labelled: int = 0
    normal: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One move of a threshold.

    Attributes
    ----------
    factor : float
        Threshold over budget from now on, in [0.5, 2].
    reason : str
        The numbers behind it.
    """

    factor: float
    reason: str


def propose(said: Said, *, factor: float, budget_per_1000: float, labelled_before: int = 0) -> Move | None:
    """Move a threshold towards its budget when labels show that it is not kept.

    The false alarms in a thousand pictures lie between two ends, each with the exact 95 % Poisson interval of its count. The
    lower one takes the share of labelled pictures that people called normal for all; people look at the oddest first,
    so the rest hardly holds fewer. The upper one takes every picture that nobody looked at for a false alarm: which ones
    were looked at can then never widen a threshold. While the budget lies between the ends nothing moves. Else the
    threshold moves by the distance from the budget to the nearer end, at most by a factor 1.25. Nothing else moves it:
    not the number of findings, and not their absence, which would find something in pure noise sooner or later.

    Parameters
    ----------
    said : Said
        What is known now, at the threshold in force.
    factor : float
        Threshold over budget now, in [0.5, 2].
    budget_per_1000 : float
        Above 0.
    labelled_before : int
        ``said.labelled`` at the last move; with fewer than 10 more nothing moves.

    Returns
    -------
    Move or None
        None: no evidence, or it is at its bound already.

    References
    ----------
    .. [1] Garwood (1936), Biometrika 28, 437 (exact interval of a Poisson mean).
    """
    if said.labelled - labelled_before < FEWEST_LABELS or said.judged == 0 or said.flagged == 0:
        return None
    thousands = said.judged / 1000.0
    looked_at = thousands * min(said.labelled / said.flagged, 1.0)
    unseen = max(said.flagged - said.labelled, 0)
    low = float(chi2.ppf(0.025, 2 * said.normal)) / 2.0 / looked_at if said.normal else 0.0
    high = float(chi2.ppf(0.975, 2 * (said.normal + unseen) + 2)) / 2.0 / thousands
    if low <= budget_per_1000 <= high:
        return None
    step = max(budget_per_1000 / low, 1.0 / _LARGEST_STEP) if low > budget_per_1000 else 0.0
    if high < budget_per_1000:
        step = min(budget_per_1000 / high, _LARGEST_STEP)
    moved = min(max(factor * step, NARROWEST), WIDEST)
    if moved == factor:
        return None
    reason = (
        f"{said.normal} of {said.labelled} labelled findings were false alarms, {unseen} of {said.flagged} have no "
        f"label: {low:.2g} to {high:.2g} per 1,000 pictures against a budget of {budget_per_1000:g}"
    )
    return Move(factor=moved, reason=reason)
