"""Records and rows say the same."""

from hypothesis import given
from hypothesis import strategies as st

from astrolens.api.rows import answer_row, event_row, label_row
from astrolens.api.shapes import mistake_in, schema_of
from astrolens.api.wire import AnswerRow, EventRow, LabelRow
from astrolens.domain.event import Event, EventKind
from astrolens.domain.finding import CatalogAnswer, CatalogOutcome
from astrolens.domain.review import Label, LabelValue
from tests.api.conftest import match_answer


@given(st.sampled_from(LabelValue), st.none() | st.integers(0, 5), st.text(max_size=20), st.booleans())
def test_labels_survive(value: LabelValue, interest: int | None, note: str, withdrawn: bool) -> None:
    label = Label(
        image_id=3, value=value, reviewer="r", made_at="t", interest=interest, note=note, label_id=9,
        withdrawn=withdrawn,
    )  # fmt: skip
    row = label_row(label)
    assert mistake_in(row, schema_of(LabelRow)) is None
    assert Label(**{**row, "value": LabelValue(row["value"])}) == label  # type: ignore[arg-type]


@given(st.sampled_from(EventKind), st.none() | st.integers(1), st.dictionaries(st.text(), st.integers()))
def test_events_survive(kind: EventKind, image_id: int | None, payload: dict[str, int]) -> None:
    event = Event(kind=kind, at="t", image_id=image_id, payload=payload, sequence=4)
    row = event_row(event)
    assert row == EventRow(sequence=4, at="t", kind=kind.value, image_id=image_id, payload=dict(payload))


def test_answers_of_every_outcome_have_their_shape() -> None:
    silent = CatalogAnswer(catalogue="ned", outcome=CatalogOutcome.NOT_ANSWERED, reason="timeout")
    for answer in (match_answer(), silent):
        assert mistake_in(answer_row(answer), schema_of(AnswerRow)) is None
    assert answer_row(match_answer())["matches"][0]["dec_deg"] == 62.7
