"""What is asked of the candidate list: a filter, an order, and the question for any part of it."""

from dataclasses import dataclass, field, replace

from astrolens.api import questions
from astrolens.api.call import Call
from astrolens.api.wire import CandidateOrder, CandidatePage
from astrolens.domain.detection import Decision
from astrolens.domain.filter import Filter
from astrolens.domain.filter_text import parse_filter

_ORDERS = (
    CandidateOrder.SIGMA,
    CandidateOrder.FOUND,
    CandidateOrder.SOURCE,
    CandidateOrder.CATALOGUE,
    CandidateOrder.LABEL,
)
_LONGEST_ANSWER_S = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateQuery:
    """Which candidates, in which order."""

    near_misses: bool = False
    filter: Filter = field(default_factory=Filter)
    order: CandidateOrder = CandidateOrder.SIGMA
    reverse: bool = False

    def page(
        self, after: str | None, limit: int, *, before: str | None = None, rank: int | None = None
    ) -> Call[CandidatePage]:
        """The question for one page."""
        call = questions.candidates(
            decisions=(Decision.ANOMALY, Decision.NEAR_MISS) if self.near_misses else (Decision.ANOMALY,),
            terms=self.filter.words(),
            order=self.order,
            reverse=self.reverse,
            after=after,
            before=before,
            rank=rank,
            limit=limit,
        )
        return replace(call, timeout_s=_LONGEST_ANSWER_S)

    def words(self) -> str:
        """The filter as it could be typed; empty when nothing is filtered."""
        return self.filter.words()

    def filtered(self, words: str) -> "CandidateQuery":
        """This query with the filter that the words say; FilterError names the place of a mistake."""
        return replace(self, filter=parse_filter(words))

    def sorted_next(self) -> "CandidateQuery":
        """This query in the order after this one."""
        following = _ORDERS[(_ORDERS.index(self.order) + 1) % len(_ORDERS)]
        return replace(self, order=following, reverse=False)

    def sorted_by(self, order: CandidateOrder) -> "CandidateQuery":
        """This query in an order; asked again, the other way round."""
        return replace(self, order=order, reverse=self.order is order and not self.reverse)

    def reversed(self) -> "CandidateQuery":
        """This query the other way round."""
        return replace(self, reverse=not self.reverse)

    def order_words(self) -> str:
        """The order for a person."""
        first, last = {
            CandidateOrder.SIGMA: ("oddest first", "least odd first"),
            CandidateOrder.FOUND: ("newest first", "oldest first"),
            CandidateOrder.SOURCE: ("by source", "by source, backwards"),
            CandidateOrder.CATALOGUE: ("by what catalogues say", "by what catalogues say, backwards"),
            CandidateOrder.LABEL: ("by label", "by label, backwards"),
        }[self.order]
        return last if self.reverse else first

    def descends(self) -> bool:
        """Whether the values of the sorted column fall from the first row on."""
        falls = self.order in (CandidateOrder.SIGMA, CandidateOrder.FOUND)
        return falls is not self.reverse
