"""The evidence for a verdict, as the small daemon of these tests tells it."""

import numpy as np

from astrolens.api.wire import ImageDetail, SimilarRow
from astrolens.api.wire_verdict import DetectorRow, HeatRow, OutlierRow, WhyReply


def why_of(detail: ImageDetail) -> WhyReply:
    """A card with everything on it."""
    number = detail["id"]
    reply = WhyReply(
        image_id=number,
        decision=detail["decision"],
        held_by=detail["held_by"],
        budget_per_1000=2.0,
        p_value=detail["p_value"] or 1.0,
        sigma=detail["sigma"] or 0.0,
        extrapolated=detail["extrapolated"],
        in_calibration=False,
        detectors=[
            DetectorRow(
                name=name,
                score=detail["scores"][name],
                p_value=chance,
                weight=1.0 if name in ("mahalanobis", "pair head") else 0.0,
                votes=name == "mahalanobis",
            )
            for name, chance in detail["p_values"].items()
        ],
        votes=detail["votes"],
        majority=True,
        outliers=[
            OutlierRow(name="asymmetry", value=0.41, low=0.05, high=0.22, beyond=1.1, percentile=99.8),
            OutlierRow(
                name="half_light_radius_arcsec", value=0.9, low=1.2, high=6.1, beyond=0.1, percentile=0.4
            ),
        ],
        flags=["saturated"],
        normals=[_alike(number + 3 * step, 0.982 - 0.013 * step, None) for step in range(1, 6)],
        labelled=[_alike(number + 4 * step, 0.93 - 0.03 * step, label) for step, label in enumerate(_LABELS)],
        state_id="sdss-3f9a-21c0",
        model_id="vit-tiny-p8-galaxy-3f9a",
        former_model=False,
        calibrated_on=2400,
    )
    if number % 5:
        reply["heat"] = a_heat_map()
    return reply


_LABELS = ("anomaly", "artefact", "normal")


def _alike(number: int, similarity: float, label: str | None) -> SimilarRow:
    decision = "normal" if label in (None, "normal") else "anomaly"
    key = f"1237{648720693755918 + number}"
    return SimilarRow(
        id=number, similarity=similarity, source="sdss", key=key, decision=decision, label=label
    )


def a_heat_map() -> HeatRow:
    """Warm to the upper right of the middle."""
    y, x = np.mgrid[-1:1:12j, -1:1:12j]
    values = np.exp(-((x - 0.45) ** 2 + (y + 0.4) ** 2) / 0.12)
    return HeatRow(values=values.round(3).tolist(), box=[0.1, 0.1, 0.9, 0.9])
