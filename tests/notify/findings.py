"""Findings for tests."""

from astrolens.domain.detection import Decision, Verdict
from astrolens.domain.finding import CatalogAnswer, CatalogState, Finding
from astrolens.domain.sky import SkyPosition


def finding(
    image_id: int = 7,
    *,
    sigma: float = 6.2,
    catalogue: CatalogState = CatalogState.UNKNOWN,
    source: str = "sdss",
    key: str = "1237",
    answers: tuple[CatalogAnswer, ...] = (),
    extrapolated: bool = False,
) -> Finding:
    verdict = Verdict(
        decision=Decision.ANOMALY, p_value=2.5e-4, sigma=sigma, extrapolated=extrapolated, scores={}, p_values={},
        votes=3, budget_per_1000=2.0, state_id="s",
    )  # fmt: skip
    return Finding(
        image_id=image_id, source=source, key=key, verdict=verdict, catalogue=catalogue, answers=answers,
        position=SkyPosition(ra_deg=202.469575, dec_deg=47.195258),
    )  # fmt: skip
