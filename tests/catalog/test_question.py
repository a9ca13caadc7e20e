"""The name of a question in the cache."""

from datetime import UTC, datetime

from astrolens.catalog.question import EpochUse, Question
from astrolens.domain.sky import SkyPosition


def test_what_differs_has_another_cell() -> None:
    here = SkyPosition(ra_deg=10.0, dec_deg=-5.0)
    one = Question(position=here, radius_arcsec=5.0)
    assert one.cell() == "10.00000-5.00000/5.0"
    assert Question(position=here, radius_arcsec=6.0).cell() != one.cell()
    assert Question(position=SkyPosition(ra_deg=10.0, dec_deg=5.0), radius_arcsec=5.0).cell() != one.cell()
    at = datetime(2026, 11, 21, 3, 4, tzinfo=UTC)
    timed = Question(position=here, radius_arcsec=5.0, epoch=at)
    assert timed.cell().endswith("/2026-11-21T03:04")
    assert timed.cell(EpochUse.YEAR).endswith("/5.0/2026")
    assert timed.cell(EpochUse.NONE) == one.cell()
    vague = SkyPosition(ra_deg=10.0, dec_deg=-5.0, error_arcsec=2.0)
    assert Question(position=vague, radius_arcsec=5.0).cell() != one.cell()
    assert Question(position=here, radius_arcsec=5.0, magnitude=20.0).cell() != one.cell()


def test_the_field_is_wider_than_the_match() -> None:
    here = SkyPosition(ra_deg=10.0, dec_deg=-5.0)
    assert Question(position=here, radius_arcsec=5.0).field_arcsec == 60.0
    assert Question(position=here, radius_arcsec=100.0).field_arcsec == 150.0
