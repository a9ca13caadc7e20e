"""Words that no desktop can misread."""

import unicodedata
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.domain.finding import CatalogAnswer, CatalogMatch, CatalogOutcome, CatalogState
from astrolens.domain.sky import SkyPosition
from astrolens.notify.message import as_markup, digest_of, message_of, plain, plain_title
from tests.notify.findings import finding


def test_a_finding_in_words() -> None:
    message = message_of(finding())
    assert message.title == "6.2 sigma in sdss"
    assert message.body == (
        "Image 7, key 1237; RA 202.46957 Dec +47.19526; in no catalogue that was asked; p = 2.5e-04"
    )
    assert "(extrapolated)" in message_of(finding(extrapolated=True)).body


def test_a_known_object_is_named() -> None:
    match = CatalogMatch(
        catalogue="simbad", name="M 51", object_type="GiP", position=SkyPosition(ra_deg=1.0, dec_deg=1.0),
        separation_arcsec=0.42, chance_probability=1e-6,
    )  # fmt: skip
    answer = CatalogAnswer(catalogue="simbad", outcome=CatalogOutcome.MATCH, matches=(match,))
    body = message_of(finding(catalogue=CatalogState.KNOWN, answers=(answer,))).body
    assert "M 51 (GiP) at 0.4 arcsec in simbad" in body
    assert "did not answer" in message_of(finding(catalogue=CatalogState.NOT_ANSWERED)).body


def test_a_digest_names_the_oddest_first() -> None:
    many = [finding(number, sigma=3.0 + number / 10) for number in range(1, 21)]
    message = digest_of(many)
    assert message.title == "20 findings"
    assert "oddest: 20 (5.0 sigma, sdss), 19 (4.9 sigma, sdss)" in message.body
    assert digest_of(many[:1]) == message_of(many[0])
    with pytest.raises(ValueError, match="at least one"):
        digest_of([])


@given(st.text(max_size=2000))
def test_any_text_becomes_one_bounded_harmless_line(text: str) -> None:
    for made, limit in ((plain(text, 300), 300), (plain_title(text), 100)):
        assert 0 < len(made) <= limit
        assert not made.startswith(("-", " "))
        assert not any(
            unicodedata.category(one) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for one in made
        )
    assert not set("<>&") & set(plain_title(text))
    assert not set('<>"') & set(as_markup(text))
    assert unescape(as_markup("a <b> & 'c'")) == "a <b> & 'c'"
