"""From a p-value to a decision that keeps the budget of false alarms."""

from astrolens.domain.detection import Decision


def decide(p_value: float, *, budget_per_1000: float, near_miss_factor: float) -> Decision:
    """Compare a p-value with the budget.

    Parameters
    ----------
    p_value : float
        In (0, 1].
    budget_per_1000 : float
        False alarms allowed per 1,000 normals; above 0.
    near_miss_factor : float
        At least 1; near misses lie within this many budgets.

    Returns
    -------
    Decision
        Anomaly, near miss or normal.

    Raises
    ------
    ValueError
        If ``p_value`` is no number in (0, 1].
    """
    if not 0.0 < p_value <= 1.0:
        raise ValueError(f"p-value {p_value} does not lie in (0, 1]")
    allowed = budget_per_1000 / 1000.0
    if p_value <= allowed:
        return Decision.ANOMALY
    return Decision.NEAR_MISS if p_value <= allowed * near_miss_factor else Decision.NORMAL
