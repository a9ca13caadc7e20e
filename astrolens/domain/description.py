"""Words of a language model about a picture: for reading only, never an input to a decision."""

from dataclasses import dataclass
from enum import StrEnum

NOTICE = "words of a language model, not a measurement"


class DescribedClass(StrEnum):
    """The classes that a model may suggest; nothing but these is kept."""

    SPIRAL = "spiral galaxy"
    ELLIPTICAL = "elliptical galaxy"
    EDGE_ON = "edge-on galaxy"
    IRREGULAR = "irregular galaxy"
    MERGER = "merging galaxies"
    RING = "ring galaxy"
    LENS = "gravitational lens"
    STAR = "star"
    CLUSTER = "star cluster"
    NEBULA = "nebula"
    MOVING = "moving object"
    ARTEFACT = "artefact"
    BLANK = "blank"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What one model wrote about one picture, or why there is nothing to read.

    Attributes
    ----------
    image_id : int
        The picture.
    words : str
        At most 600 harmless characters; "" when there is no description.
    features : tuple of str
        At most 8 things that the model says it sees, at most 60 harmless characters each.
    suggested : DescribedClass or None
        What it takes the picture for; None when there is no description.
    confidence : float or None
        The model's own number, in [0, 1]. It is not calibrated and says nothing about p.
    reason : str
        Why there is no description; "" when there is one.
    provider, model : str
        Who was asked: the kind of server and the name of the model.
    prompt_version : str
        Which wording was used; descriptions of different wordings are not alike.
    made_at : str
        ISO 8601 UTC.
    """

    image_id: int
    words: str = ""
    features: tuple[str, ...] = ()
    suggested: DescribedClass | None = None
    confidence: float | None = None
    reason: str = ""
    provider: str
    model: str
    prompt_version: str
    made_at: str

    @property
    def described(self) -> bool:
        """Whether there is something to read.

        Returns
        -------
        bool
            False when `reason` says why not.
        """
        return not self.reason
