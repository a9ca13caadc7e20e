"""Unknown is not the same as unanswered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.domain.finding import CatalogAnswer, CatalogOutcome, CatalogState, overall_state

_NAMES = ("simbad", "ned", "gaia")
_ANSWERS = st.dictionaries(st.sampled_from(_NAMES), st.sampled_from(CatalogOutcome))


def _state(
    outcomes: dict[str, CatalogOutcome], required: tuple[str, ...], has_position: bool = True
) -> CatalogState:
    answers = [CatalogAnswer(catalogue=name, outcome=outcome) for name, outcome in outcomes.items()]
    return overall_state(answers, required, has_position)


MATCH, NONE, SILENT = CatalogOutcome.MATCH, CatalogOutcome.NO_MATCH, CatalogOutcome.NOT_ANSWERED


@pytest.mark.parametrize(
    ("outcomes", "required", "wanted"),
    [
        ({}, ("simbad",), CatalogState.NOT_ASKED),
        ({"simbad": NONE}, ("simbad",), CatalogState.UNKNOWN),
        ({"simbad": SILENT}, ("simbad",), CatalogState.NOT_ANSWERED),
        ({"simbad": MATCH, "ned": SILENT}, ("simbad", "ned"), CatalogState.KNOWN),
        ({"simbad": NONE}, ("simbad", "ned"), CatalogState.NOT_ANSWERED),
        ({"simbad": NONE, "ned": SILENT}, ("simbad", "ned"), CatalogState.NOT_ANSWERED),
        ({"simbad": NONE, "ned": SILENT}, ("simbad",), CatalogState.UNKNOWN),
        ({"simbad": SILENT}, (), CatalogState.NOT_ANSWERED),
        ({"simbad": NONE}, (), CatalogState.UNKNOWN),
    ],
)
def test_known_cases(
    outcomes: dict[str, CatalogOutcome], required: tuple[str, ...], wanted: CatalogState
) -> None:
    assert _state(outcomes, required) is wanted


@given(_ANSWERS, st.sets(st.sampled_from(_NAMES)))
def test_unknown_needs_every_required_answer_and_one_at_least(
    outcomes: dict[str, CatalogOutcome], required: set[str]
) -> None:
    state = _state(outcomes, tuple(required))
    assert (state is CatalogState.KNOWN) == (MATCH in outcomes.values())
    if state is CatalogState.UNKNOWN:
        assert NONE in outcomes.values()
        assert all(outcomes[name] is NONE for name in required)
    assert _state(outcomes, tuple(required), has_position=False) is CatalogState.NO_POSITION
