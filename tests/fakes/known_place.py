"""The place on the sky where every fake catalogue knows exactly one object, and how a test asks about it.

    from astrolens.catalog import roster
    enquiry = roster.build(SERVICE.name, timeout_s=2.0, **SERVICE.options(base_url))
    answer = await enquiry.look_up(QUESTION)      # CatalogAnswer; never raises because of the server

A good app answers MATCH with ``SERVICE.expected`` matches, ``build(True)`` answers NO_MATCH, and every spoiled
reply must end in NOT_ANSWERED with a reason.
"""

from datetime import UTC, datetime

from astrolens.catalog.question import Question
from astrolens.domain.sky import SkyPosition

RA_DEG, DEC_DEG = 202.46963, 47.19525
EPOCH = datetime(2026, 3, 1, 4, 30, tzinfo=UTC)
QUESTION = Question(
    position=SkyPosition(ra_deg=RA_DEG, dec_deg=DEC_DEG, error_arcsec=0.2), radius_arcsec=5.0, epoch=EPOCH
)
