"""The language of the filter: any text is a filter or a mistake with its place."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.domain.analysis import Morphology
from astrolens.domain.detection import Decision
from astrolens.domain.filter import (
    AgeTerm,
    ChoiceField,
    ChoiceTerm,
    Clause,
    Comparison,
    Filter,
    IdTerm,
    MomentTerm,
    NearTerm,
    NumberField,
    NumberTerm,
    ShapeTerm,
    TextField,
    TextTerm,
)
from astrolens.domain.filter_text import (
    MOST_CLAUSES,
    FilterError,
    choices_of,
    number_keys,
    parse_filter,
    word_keys,
)
from astrolens.domain.sky import Cone, SkyPosition


def only(text: str) -> object:
    (clause,) = parse_filter(text).clauses
    assert not clause.negated
    return clause.term


def test_everything_that_can_be_said() -> None:
    assert only("sigma>4") == NumberTerm(field=NumberField.SIGMA, comparison=Comparison.MORE, value=4.0)
    assert only("p<=1e-3") == NumberTerm(field=NumberField.P_VALUE, comparison=Comparison.AT_MOST, value=1e-3)
    assert only("σ=2") == NumberTerm(field=NumberField.SIGMA, comparison=Comparison.EQUAL, value=2.0)
    assert only("Asymmetry>0.3") == ShapeTerm(measure="asymmetry", comparison=Comparison.MORE, value=0.3)
    assert only("source:sdss,zt*") == TextTerm(field=TextField.SOURCE, values=("sdss", "zt*"))
    assert only('name:"NGC 5216, a"') == TextTerm(field=TextField.NAME, values=("NGC 5216, a",))
    assert only("label:any") == ChoiceTerm(field=ChoiceField.LABEL, values=("*",))
    assert only("label:ano,none") == ChoiceTerm(field=ChoiceField.LABEL, values=("anomaly", "none"))
    assert only("catalog:unk") == ChoiceTerm(field=ChoiceField.CATALOGUE, values=("unknown",))
    assert only("found<2d") == AgeTerm(comparison=Comparison.LESS, seconds=172800.0)
    assert only("found>2026-11-20") == MomentTerm(
        comparison=Comparison.MORE, at=datetime(2026, 11, 20, tzinfo=UTC)
    )
    assert only("found<2026-11-20T04:00+02:00") == MomentTerm(
        comparison=Comparison.LESS, at=datetime(2026, 11, 20, 2, tzinfo=UTC)
    )
    assert only("id:12,5") == IdTerm(ids=(12, 5))
    assert parse_filter(" -label:*  ").clauses[0].negated
    assert parse_filter("  ") == Filter()


@pytest.mark.parametrize(
    ("text", "ra_deg", "dec_deg", "arcsec"),
    [
        ("near:14h02m11s+35d41m,30", 210.5458333, 35.6833333, 30.0),
        ("near:14:02:11.3-00:41:02.5,2'", 210.5470833, -0.6840278, 120.0),
        ("near:210.5+35.68", 210.5, 35.68, 30.0),
        ("near:0-90,1d", 0.0, -90.0, 3600.0),
    ],
)
def test_places(text: str, ra_deg: float, dec_deg: float, arcsec: float) -> None:
    term = only(text)
    assert isinstance(term, NearTerm)
    assert term.cone.centre.ra_deg == pytest.approx(ra_deg, abs=1e-6)
    assert term.cone.centre.dec_deg == pytest.approx(dec_deg, abs=1e-6)
    assert term.cone.radius_arcsec == arcsec


@pytest.mark.parametrize(
    ("text", "words", "start", "end"),
    [
        ("galaxy", "write for example name:galaxy", 0, 6),
        ("sigma>4 odd", "'odd' is no filter", 8, 11),
        ("sigma:4", "after sigma comes <", 5, 7),
        ("label>3", "after label comes a colon", 5, 7),
        ("sigma>x", "'x' is no number", 6, 7),
        ("sigma>nan", "is no number", 6, 9),
        ("sigma>1_0", "is no number", 6, 9),
        ("label:blue", "one of anomaly", 6, 10),
        ("x:y", "'x' cannot be filtered by; there are decision", 0, 3),
        ("near:5", "is no place", 5, 6),
        ("near:400+1", "is no place", 5, 10),
        ("near:1+1,0", "is no place", 5, 10),
        ("near:25h00m+1d00m", "is no place", 5, 17),
        ("found<2", "no age and no time", 6, 7),
        ("found<900y", "no age that can be", 6, 10),
        ("id:0", "no number of a picture", 3, 4),
        ("id:99999999999999999999", "no number of a picture", 3, 23),
        ('name:"a', "never closed", 5, 7),
        ("name:", "something is missing", 5, 5),
        ("source:a,,b", "something is missing", 7, 11),
        ("a\x1b[2J", "cannot stand in a filter", 1, 2),
        ("sigma>1 " * (MOST_CLAUSES + 1), "more than 24 parts", 8 * MOST_CLAUSES, 8 * MOST_CLAUSES + 7),
        ("id:" + ",".join("1" * 41), "more than 40 values", 3, 84),
        ("x" * 501, "at most 500", 500, 501),
    ],
)
def test_mistakes_say_what_and_where(text: str, words: str, start: int, end: int) -> None:
    with pytest.raises(FilterError, match=words) as caught:
        parse_filter(text)
    assert (caught.value.start, caught.value.end) == (start, end)
    assert f"(at character {start + 1})" in str(caught.value)


@given(
    st.text(max_size=60)
    | st.from_regex(r"-?[a-z]{1,9}[:<>=]{1,2}[\"a-z0-9,+.*-]{0,12}( label:.*)?", fullmatch=True)
)
def test_any_text_is_a_filter_or_a_mistake_inside_it(text: str) -> None:
    parsed, error = read(text)
    if error is not None:
        assert 0 <= error.start <= error.end <= len(text)
        assert str(error).isprintable()
    else:
        assert parse_filter(parsed.words()) == parsed


def read(text: str) -> tuple[Filter, FilterError | None]:
    try:
        return parse_filter(text), None
    except FilterError as error:
        return Filter(), error


_COMPARISON = st.sampled_from(Comparison)
_NUMBER = st.floats(allow_nan=False, allow_infinity=False)
_TEXT = (
    st.text(alphabet=st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=12)
    .map(lambda text: text.replace('"', ""))
    .filter(lambda text: text.strip() and text.isprintable())
)
_TERM = st.one_of(
    st.builds(NumberTerm, field=st.sampled_from(NumberField), comparison=_COMPARISON, value=_NUMBER),
    st.builds(
        ShapeTerm, measure=st.sampled_from(Morphology.number_names()), comparison=_COMPARISON, value=_NUMBER
    ),
    st.builds(
        TextTerm, field=st.sampled_from(TextField), values=st.lists(_TEXT, min_size=1, max_size=3).map(tuple)
    ),
    st.sampled_from(ChoiceField).flatmap(
        lambda field: st.builds(
            ChoiceTerm,
            field=st.just(field),
            values=st.lists(st.sampled_from(choices_of(field)), min_size=1, max_size=3).map(tuple),
        )
    ),
    st.builds(AgeTerm, comparison=_COMPARISON, seconds=st.floats(1e-3, 3e9)),
    st.builds(IdTerm, ids=st.lists(st.integers(1, 2**63 - 1), min_size=1, max_size=4).map(tuple)),
    st.builds(
        NearTerm,
        cone=st.builds(
            Cone,
            centre=st.builds(SkyPosition, ra_deg=st.floats(0, 359.9), dec_deg=st.floats(-90, 90)),
            radius_arcsec=st.floats(1e-3, 6e5),
        ),
    ),
)


@given(st.lists(st.builds(Clause, term=_TERM, negated=st.booleans()), max_size=3))
def test_words_of_a_filter_are_read_back(clauses: list[Clause]) -> None:
    wanted = Filter(clauses=tuple(clauses))
    assert parse_filter(wanted.words()) == wanted


def test_decisions() -> None:
    both = (Decision.ANOMALY, Decision.NEAR_MISS)
    assert parse_filter("sigma>1").decisions(both) == both
    assert parse_filter("decision:normal").decisions(both) == (Decision.NORMAL,)
    assert parse_filter("-decision:near_miss").decisions(both) == (Decision.ANOMALY,)
    assert parse_filter("decision:* -decision:normal").decisions(both) == (*both, Decision.CALIBRATING)
    assert parse_filter("decision:normal decision:anomaly").decisions(both) == ()
    assert parse_filter("decision:normal sigma>1").without_decisions() == parse_filter("sigma>1")


def test_every_key_can_be_typed() -> None:
    for key in number_keys():
        parse_filter(f"{key}>0.5")
    for key in word_keys():
        value = {"near": "1+1", "id": "1"}.get(key, "*")
        parse_filter(f"{key}:{value}")
