"""The name of a question in the cache."""

from datetime import UTC, datetime

from astrolens.catalog.question import Question
from astrolens.domain.sky import SkyPosition


def test_what_differs_has_another_cell() -> None:
    here = SkyPosition(ra_deg=10.0, dec_deg=-5.0)
    one = Question(position=here, radius_arcsec=5.0)
    assert one.cell() == "10.00000-5.00000/5.0"
    assert Question(position=here, radius_arcsec=6.0).cell() != one.cell()
    assert Question(position=SkyPosition(ra_deg=10.0, dec_deg=5.0), radius_arcsec=5.0).cell() != one.cell()
    at = datetime(2026, 11, 21, 3, 4, tzinfo=UTC)
    assert Question(position=here, radius_arcsec=5.0, epoch=at).cell().endswith("/2026-11-21T03:04")
