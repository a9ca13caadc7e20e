"""What crosses the socket about the sky and about the map of embeddings."""

from typing import TypedDict


class AreaCount(TypedDict):
    """One area of the sky in which something was judged."""

    area: int  # as astrolens.domain.areas numbers them
    judged: int
    anomalies: int
    near_misses: int


class SkyReply(TypedDict):
    """GET /sky: what was searched and what was found, area by area; areas without a picture are left out."""

    side_deg: float
    areas: list[AreaCount]
    judged: int  # pictures with a verdict and a position
    without_position: int  # pictures with a verdict, and no position


class EmbeddingPoint(TypedDict):
    """One picture on the map of embeddings."""

    id: int
    x: float
    y: float
    decision: str
    label: str | None


class EmbeddingReply(TypedDict):
    """GET /embedding: a plane through the embeddings, and pictures on it."""

    model_id: str
    points: list[EmbeddingPoint]  # every anomaly and near miss up to a bound, and an even sample of the rest
    measured: int  # pictures of this model
    fitted: int  # pictures through which the plane was laid
    explained: list[float]  # share of their variance along x and along y
    reason: str  # why there is no map yet, else ""
