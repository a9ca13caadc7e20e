"""What the daemon is told about models, with the words for what came of it."""

from dataclasses import dataclass
from enum import Enum, auto

from astrolens.api import orders
from astrolens.api.client import Client
from astrolens.api.wire_models import PromotionRow
from astrolens.tui.version_text import numbers_of, outcome_words, short_name


class Order(Enum):
    """What sort of thing the daemon was told to do."""

    COMPARE = auto()
    CHANGE = auto()  # of the encoder in use


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What a person said yes to."""

    reason: str
    without_proof: bool


async def compare(client: Client, model: str) -> str:
    """Compare it with the one in use; takes minutes."""
    outcome = await client.ask(orders.compare_model(model))
    return f"{short_name(model)}: {outcome_words(outcome)}; {numbers_of(outcome)}"


async def promote(client: Client, reviewer: str | None, model: str, consent: Consent) -> str:
    """Put it to use."""
    order = orders.promote_model(
        model, reviewer=reviewer, reason=consent.reason, without_proof=consent.without_proof
    )
    return _taken_up(await client.ask(order))


async def roll_back(client: Client, reviewer: str | None, consent: Consent) -> str:
    """Take the former one up again."""
    order = orders.roll_back_model(reviewer=reviewer, reason=consent.reason)
    return _taken_up(await client.ask(order))


def _taken_up(row: PromotionRow) -> str:
    return f"{short_name(row['model'])} is put to use: the daemon opens anew with it"
