"""Which encoder is in use, since when, and on what evidence."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

FEWEST_ODD = 10
FEWEST_NORMALS = 30
BY_THE_FILE = "astrolens.toml"
BY_THE_HOUSE = "astrolens"


class Outcome(StrEnum):
    """What a paired test of two encoders says."""

    BETTER = "better"  # the whole interval of the difference lies above 0
    NOT_BETTER = "not_better"
    TOO_FEW = "too_few"  # labelled pictures


class PromotionKind(StrEnum):
    """Why another encoder is in use."""

    PROMOTED = "promoted"  # a person said so
    ROLLED_BACK = "rolled_back"  # a person said so, or the house could not take up the one in force
    CONFIGURED = "configured"  # analyse.model reads otherwise


class ChoiceKind(StrEnum):
    """Where an encoder that could be used comes from."""

    SHIPPED = "shipped"
    TRAINED = "trained"  # a folder on this machine
    FORMER = "former"  # it was in use here


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A paired test of two encoders on labelled pictures outside the calibration sample.

    Attributes
    ----------
    model, model_id : str
        The one that might be promoted, and the name of its numbers.
    former, former_id : str
        The one in use, and the name of its numbers.
    odd, normals : int
        Test pictures that people called anomalies, and those that they called normal or artefact.
    auroc, former_auroc : float or None
        In [0, 1]; None with too few labels.
    low, high : float or None
        95 % interval of ``auroc - former_auroc``; None with too few labels.
    outcome : Outcome
        What follows.
    at : str
        ISO 8601 UTC.
    pictures : str
        SHA-256 over the sorted numbers of the test pictures and what people said of them; "" with too few labels.
    number : int
        In the store; 0 before it is stored.
    """

    model: str
    model_id: str
    former: str
    former_id: str
    odd: int
    normals: int
    auroc: float | None = None
    former_auroc: float | None = None
    low: float | None = None
    high: float | None = None
    outcome: Outcome
    at: str
    pictures: str = ""
    number: int = 0

    def facts(self) -> dict[str, object]:
        """Everything that a person asks for, as plain values.

        Returns
        -------
        dict
            The keys of the wire's ComparisonRow.
        """
        return {
            "model": self.model, "model_id": self.model_id, "former_id": self.former_id, "odd": self.odd,
            "normals": self.normals, "auroc": self.auroc, "former_auroc": self.former_auroc, "low": self.low,
            "high": self.high, "outcome": self.outcome.value, "at": self.at, "words": self.words(),
        }  # fmt: skip

    def words(self) -> str:
        """The outcome as one sentence, with its numbers.

        Returns
        -------
        str
            Without a full stop.
        """
        seen = f"{self.odd} odd and {self.normals} ordinary labelled pictures"
        if None in (self.auroc, self.former_auroc, self.low, self.high):
            return (
                f"too few labels to compare {self.model_id} with {self.former_id}: {seen} outside the calibration sample; "
                f"{FEWEST_ODD} and {FEWEST_NORMALS} are needed"
            )
        difference = (self.auroc or 0.0) - (self.former_auroc or 0.0)
        verdict = "is better" if self.outcome is Outcome.BETTER else "was not shown to be better"
        return (
            f"{self.model_id} {verdict}: AUROC {self.auroc:.3f} against {self.former_auroc:.3f} of {self.former_id} on {seen}, "
            f"difference {difference:+.3f}, 95 % interval [{self.low:+.3f}, {self.high:+.3f}]"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """One change of the encoder in use.

    Attributes
    ----------
    kind : PromotionKind
        Why.
    model, model_id : str
        In use from then on, and the name of its numbers.
    former, former_id : str
        In use until then, and the name of its numbers.
    configured : str
        What ``analyse.model`` read then: the row is in force while it reads the same.
    by : str
        Who said so; sanitised.
    reason : str
        Free words; sanitised.
    at : str
        ISO 8601 UTC.
    comparison : Comparison or None
        What it rests on; None when it was done without proof, and for everything but a promotion.
    number : int
        In the store; 0 before it is stored.
    """

    kind: PromotionKind
    model: str
    model_id: str
    former: str
    former_id: str
    configured: str
    by: str
    reason: str = ""
    at: str
    comparison: Comparison | None = None
    number: int = 0

    def facts(self) -> dict[str, object]:
        """Everything as plain values.

        Returns
        -------
        dict
            The keys of the wire's PromotionRow.
        """
        return {
            "number": self.number, "at": self.at, "kind": self.kind.value, "model": self.model,
            "model_id": self.model_id, "former": self.former, "former_id": self.former_id, "by": self.by,
            "reason": self.reason, "comparison": None if self.comparison is None else self.comparison.facts(),
        }  # fmt: skip

    def words(self) -> str:
        """What it rests on, as one sentence.

        Returns
        -------
        str
            Without a full stop.
        """
        if self.comparison is not None:
            return self.comparison.words()
        if self.kind is PromotionKind.PROMOTED:
            return f"{self.model_id} was put to use without proof that it is better than {self.former_id}"
        if self.kind is PromotionKind.ROLLED_BACK:
            return f"{self.model_id} is in use again in place of {self.former_id}"
        return f"analyse.model names {self.model} in place of {self.former}"


def in_force(newest: Promotion | None, configured: str) -> Promotion | None:
    """The change that says which encoder is in use.

    Parameters
    ----------
    newest : Promotion or None
        The newest on record.
    configured : str
        What ``analyse.model`` reads now.

    Returns
    -------
    Promotion or None
        None when the configuration says so itself: nothing was ever changed, or the file was edited since.
    """
    return newest if newest is not None and newest.configured == configured else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """An encoder that was in use.

    Attributes
    ----------
    model, model_id : str
        As it was named, and the name of its numbers.
    """

    model: str
    model_id: str = field(compare=False)


def way_back(changes: Sequence[Promotion]) -> list[Used]:
    """Encoders that rollbacks lead back along.

    A rollback does not become a place to go back to, so that two in a row go one further back and not to and fro.

    Parameters
    ----------
    changes : sequence of Promotion
        All of them, oldest first.

    Returns
    -------
    list of Used
        The last is in use, the one before it is what a rollback takes up; empty without changes.
    """
    way: list[Used] = []
    for one in changes:
        former, now = (
            Used(model=one.former, model_id=one.former_id),
            Used(model=one.model, model_id=one.model_id),
        )
        if one.kind is PromotionKind.ROLLED_BACK:
            while way and way[-1] != now:
                way.pop()
            way[-1:] = [now]
            continue
        if not way or way[-1] != former:
            way.append(former)
        if former != now:
            way.append(now)
    return way
