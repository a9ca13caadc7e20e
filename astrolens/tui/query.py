"""The small language of the filter line: ``source:sdss label:none catalogue:unknown sigma>4``."""

from dataclasses import dataclass, replace

from astrolens.api import questions
from astrolens.api.call import Call
from astrolens.api.wire import CandidateOrder, CandidatePage
from astrolens.domain.detection import Decision
from astrolens.domain.finding import CatalogState
from astrolens.domain.review import LabelValue

GRAMMAR = "source:NAME  label:anomaly|normal|artefact|unsure|any|none  catalogue:unknown  sigma>4"

_LABELS = (*(value.value for value in LabelValue), "any", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateQuery:
    """Which candidates, in which order."""

    near_misses: bool = False
    source: str | None = None
    label: str | None = None
    catalogue: CatalogState | None = None
    minimum_sigma: float | None = None
    order: CandidateOrder = CandidateOrder.SIGMA

    def page(self, after: str | None, limit: int) -> Call[CandidatePage]:
        """The question for one page."""
        return questions.candidates(
            decisions=(Decision.ANOMALY, Decision.NEAR_MISS) if self.near_misses else (Decision.ANOMALY,),
            source=self.source,
            label=self.label,
            catalogue=self.catalogue,
            minimum_sigma=self.minimum_sigma,
            order=self.order,
            after=after,
            limit=limit,
        )

    def words(self) -> str:
        """The filter as it would be typed; empty when nothing is filtered."""
        parts = (
            f"source:{self.source}" if self.source else "",
            f"label:{self.label}" if self.label else "",
            f"catalogue:{self.catalogue.value}" if self.catalogue else "",
            f"sigma>{self.minimum_sigma:g}" if self.minimum_sigma is not None else "",
        )
        return " ".join(part for part in parts if part)

    def filtered(self, words: str) -> "CandidateQuery":
        """This query with the filter that the words say; ValueError names the word that is no filter."""
        wanted = replace(self, source=None, label=None, catalogue=None, minimum_sigma=None)
        for word in words.split():
            wanted = _narrowed(wanted, word)
        return wanted


def _narrowed(query: CandidateQuery, word: str) -> CandidateQuery:
    if word in ("-label:*", "label:-"):
        return replace(query, label="none")
    if word == "label:*":
        return replace(query, label="any")
    for sign in (">=", ">"):
        if word.startswith(("sigma" + sign, "σ" + sign)):
            return replace(query, minimum_sigma=_sigma(word, word.split(sign, 1)[1]))
    name, _, value = word.partition(":")
    if not value:
        raise ValueError(f"'{word}' is no filter; write for example {GRAMMAR}")
    if name == "source":
        return replace(query, source=value)
    if name == "label":
        return replace(query, label=_one_of(word, value, _LABELS))
    if name in ("catalogue", "catalog"):
        states = tuple(state.value for state in CatalogState)
        return replace(query, catalogue=CatalogState(_one_of(word, value, states)))
    raise ValueError(f"'{name}' cannot be filtered by; write source:, label:, catalogue: or sigma>")


def _one_of(word: str, value: str, allowed: tuple[str, ...]) -> str:
    matching = [name for name in allowed if name.startswith(value.lower())]
    if value.lower() in allowed:
        return value.lower()
    if len(matching) != 1:
        raise ValueError(f"'{word}': after the colon comes one of {', '.join(allowed)}")
    return matching[0]


def _sigma(word: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        raise ValueError(f"'{word}': after the sign comes a number, for example sigma>4") from None
    if not 0 <= number <= 1000:
        raise ValueError(f"'{word}': sigma is between 0 and 1000")
    return number
