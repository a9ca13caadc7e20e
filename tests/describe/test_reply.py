"""Any bytes of a model become harmless words or a mistake in our own words."""

import json
import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.describe.reply import LONGEST_WORDS, answer_schema, harmless, read_answer
from astrolens.domain.errors import BadData
from tests.fakes.talker import GOOD


def good(**changes: object) -> str:
    return json.dumps(GOOD | changes)


def test_words_around_the_object_do_no_harm() -> None:
    plain = read_answer(good())
    assert read_answer(f"<think>hm</think> Sure:\n```json\n{good()}\n```") == plain
    assert read_answer(good(extra=[1, {"a": 2}])) == plain


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("", "empty"),
        ("   \n", "empty"),
        ("no", "no JSON object"),
        ("} {", "no JSON object"),
        ("{nope}", "no valid JSON"),
        ("{" * 60_000 + "}" * 60_000, "no valid JSON"),
        (good(confidence="high"), "confidence"),
        (good(confidence=True), "confidence"),
        (good(confidence=-0.1), "confidence"),
        (good(confidence=7), "confidence"),
        (good(confidence=float("nan")), "confidence|JSON"),
        (good(description=""), "description"),
        (good(description=["a"]), "description"),
        (good(description="<b></b>\x1b"), "no words"),
        (good(features="a"), "features"),
        (good(features=["a"] * 100), "features"),
        (good(features=[{"a": 1}]), "features"),
        (good(suggested_class="\x1b[31mdrop tables"), "suggested_class"),
        ("[1]{}", "description"),
    ],
)
def test_what_cannot_be_used_is_named_without_its_own_words(text: str, mistake: str) -> None:
    with pytest.raises(BadData, match=mistake) as raised:
        read_answer(text)
    assert str(raised.value).isprintable()
    assert "drop tables" not in str(raised.value)
    assert len(str(raised.value)) < 400


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("a <b>bold</b> claim", "a bold claim"),
        ("see https://evil.example/x?y=1 now", "see (link removed) now"),
        ("www.evil.example", "(link removed)"),
        ("[@click=app.quit]x[/]", "(@click=app.quit)x(/)"),
        ("**a** `b` # c", "a b c"),
        ("<scr<script>ipt>", "‹scr ipt›"),
        ("line\nline\tline", "line line line"),
    ],
)
def test_markup_is_taken_out(words: str, kept: str) -> None:
    assert harmless(words, 600) == kept


@given(st.text(max_size=3000))
def test_any_text_becomes_harmless(words: str) -> None:
    kept = harmless(words, LONGEST_WORDS)
    assert len(kept) <= LONGEST_WORDS
    assert not any(unicodedata.category(one) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") for one in kept)
    assert not set(kept) & set("<>[]{}`*_#|\\~^")
    assert "://" not in kept


@given(
    st.one_of(
        st.text(),
        st.dictionaries(st.sampled_from(sorted(GOOD)), st.text() | st.floats() | st.booleans()).map(
            json.dumps
        ),
    )
)
def test_any_answer_is_read_or_refused(text: str) -> None:
    with suppress(BadData):
        assert 0 <= read_answer(text).confidence <= 1


def test_the_schema_is_closed_and_flat() -> None:
    schema = answer_schema()
    assert set(schema["required"]) == set(schema["properties"]) == set(GOOD)
    assert "$ref" not in json.dumps(schema)
