"""Rows come back as the records they were."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.domain.image import Offer, QualityFlag
from astrolens.domain.sky import SkyPosition
from astrolens.store.record import MeasuredFacts, signed, unsigned
from astrolens.store.store import Store
from tests.store.samples import a_hash, an_analysis, some_facts


@given(st.integers(0, 2**64 - 1))
def test_hash_survives_the_sign(word: int) -> None:
    assert unsigned(signed(word)) == word
    assert -(2**63) <= signed(word) < 2**63


@pytest.mark.parametrize("word", [-1, 2**64])
def test_hash_that_does_not_fit_is_refused(word: int) -> None:
    with pytest.raises(ValueError, match="64-bit"):
        signed(word)


def test_offer_comes_back_as_it_was(store: Store) -> None:
    offer = Offer(
        source="sdss",
        key="a",
        url="https://example.org/a",
        position=SkyPosition(ra_deg=1.0, dec_deg=-2.0, error_arcsec=0.5),
        pixel_scale_arcsec=0.4,
        observed_at=datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC),
        bands=("g", "r", "i"),
        licence="CC BY 4.0",
        credit="SDSS",
        truth="ring",
    )
    (image_id,) = store.images.offer_many([offer])
    record = store.images.get(image_id)
    assert record is not None
    assert record.offer == offer
    assert (record.source, record.key, record.position) == ("sdss", "a", offer.position)
    assert not record.suspect


def test_measured_facts_win_where_they_know(store: Store) -> None:
    (image_id,) = store.images.offer_many([Offer(source="s", key="k", url="u", bands=("r",))])
    store.images.fetched(image_id, sha256=a_hash(1), size_bytes=7, etag="e", last_modified="l")
    base = some_facts(1)
    facts = MeasuredFacts(
        width=5,
        height=6,
        media_type=base.media_type,
        phash=2**64 - 1,
        flags=QualityFlag.SATURATED | QualityFlag.MASKED,
        position=SkyPosition(ra_deg=3.0, dec_deg=4.0),
        pixel_scale_arcsec=0.2,
    )
    store.analyses.put(image_id, an_analysis(1), facts)
    record = store.images.get(image_id)
    assert record is not None
    assert (record.width, record.height, record.phash, record.flags) == (5, 6, 2**64 - 1, facts.flags)
    assert (record.etag, record.last_modified, record.size_bytes) == ("e", "l", 7)
    assert record.position == facts.position
    assert record.offer.bands == ("r",)
    assert record.offer.pixel_scale_arcsec == 0.2
