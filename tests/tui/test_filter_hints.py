"""What may be typed next."""

from hypothesis import given
from hypothesis import strategies as st

from astrolens.tui.filter_hints import completed, hint_at, mistake_in

SOURCES = ("sdss", "simulated", "ztf")


def options(text: str) -> tuple[str, ...]:
    return hint_at(text, len(text), SOURCES).options


def test_keys_then_values() -> None:
    assert options("")[:3] == ("sigma>", "source:", "label:")
    assert options("sigma>4 -la") == ("label:",)
    assert options("source:s") == ("sdss", "simulated")
    assert options("source:sdss,z") == ("ztf",)
    assert options("source:sdss") == ()
    assert "artefact" in options("label:")
    assert options("catalogue:no_") == ("no_position",)
    assert options('name:"NGC la') == ()
    assert hint_at("found<", 6, ()).examples[0] == "2d"
    assert hint_at("gini>=", 6, ()).examples == ("4",)


def test_completing() -> None:
    assert completed("si", hint_at("si", 2, ())) == ("sigma>", 6)
    assert completed("-lab", hint_at("-lab", 4, ())) == ("-label:", 7)
    assert completed("source:s p<1", hint_at("source:s p<1", 8, SOURCES)) == ("source:sdss p<1", 11)
    assert completed("label:ano", hint_at("label:ano", 9, ())) == ("label:anomaly ", 14)
    assert completed("xyz", hint_at("xyz", 3, ())) is None


def test_a_word_that_is_being_typed_is_no_mistake_yet() -> None:
    assert mistake_in("sigma>4 sour", 12) is None
    assert mistake_in("sour sigma>4", 12) is not None
    assert mistake_in("sigma>4 sour ", 13) is not None
    assert mistake_in("sigma>4") is None


@given(st.text(max_size=40), st.integers(0, 40))
def test_any_text_at_any_place(text: str, place: int) -> None:
    cursor = min(place, len(text))
    hint = hint_at(text, cursor, SOURCES)
    assert 0 <= hint.start <= hint.end <= len(text)
    mistake_in(text, cursor)
    if (done := completed(text, hint)) is not None:
        assert 0 <= done[1] <= len(done[0])
