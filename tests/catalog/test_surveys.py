"""Survey tables: a detection says that something was seen, a spectrum or a motion says what it is."""

import pytest

from astrolens.catalog.ned import ned_table
from astrolens.catalog.question import Question
from astrolens.catalog.surveys import gaia_table, vizier_tables
from astrolens.catalog.tap_table import Batching, TapCatalogue, adql_of
from astrolens.config.settings import CatalogSettings
from astrolens.domain.finding import CatalogMatch
from astrolens.domain.sky import SkyPosition
from tests.catalog.serving import at_port
from tests.fakes import catalog_gaia, catalog_ned, vizier
from tests.fakes.known_place import DEC_DEG, QUESTION, RA_DEG
from tests.fakes.tap_sky import Row, TapSky

PLACES = [
    Question(position=SkyPosition(ra_deg=10.0 + number, dec_deg=5.0), radius_arcsec=5.0)
    for number in range(3)
]


async def gaia_of(row: Row) -> CatalogMatch:
    async with at_port(catalog_gaia.sky([row]).app(catalog_gaia.PATH)) as url:
        table = gaia_table(url + catalog_gaia.PATH)
        (reply,) = await TapCatalogue(table, CatalogSettings(timeout_s=5.0)).search([QUESTION])
    return reply.matches[0]


@pytest.mark.parametrize(
    ("values", "kind"),
    [({}, "source"), ({"parallax_over_error": 9.0}, "star"), ({"parallax_over_error": 2.0}, "source"),
     ({"pmra": 12.0, "pmdec": 0.0}, "star"), ({"pmra": 0.1, "pmdec": 0.1}, "source")],
)  # fmt: skip
async def test_gaia_explains_what_moves_or_is_near(values: dict[str, float], kind: str) -> None:
    match = await gaia_of(catalog_gaia.a_star(4_000_000_000_000_000_001, RA_DEG, DEC_DEG, **values))
    assert (match.object_type, match.explains) == (kind, kind == "star")
    assert match.name == "Gaia DR3 4000000000000000001"


async def test_a_spectrum_makes_a_detection_known_and_a_second_look_is_no_object() -> None:
    rows = [
        vizier.a_row("sdss", 10.0, 5.0),
        vizier.a_row("sdss", 11.0, 5.0, zsp=None, spCl=None),
        vizier.a_row("sdss", 12.0, 5.0, mode=2),
        vizier.a_row("sdss", 12.01, 5.0),
    ]
    async with at_port(TapSky(tables=vizier.table_of("sdss", rows)).app(vizier.PATH)) as url:
        table = vizier_tables(url + vizier.PATH)["sdss"]
        first, second, third = await TapCatalogue(table, CatalogSettings(timeout_s=5.0)).search(PLACES)
    assert (first.matches[0].explains, first.matches[0].object_type) == (True, "galaxy")
    assert (second.matches[0].explains, second.matches[0].object_type) == (False, "galaxy")
    assert third.matches == ()


async def test_ned_tells_a_detection_from_an_object() -> None:
    rows = [
        catalog_ned.an_object("WISEA J1", 10.0, 5.0, "IrS"),
        catalog_ned.an_object("NGC 1", 11.0, 5.0, "G", 0.01),
        catalog_ned.an_object("SN 2011fe", 12.0, 5.0, "SN"),
    ]
    fake = catalog_ned.sky(rows)
    async with at_port(fake.app(catalog_ned.PATH)) as url:
        replies = await TapCatalogue(
            ned_table(url + catalog_ned.PATH), CatalogSettings(timeout_s=5.0)
        ).search(PLACES)
    assert [reply.matches[0].explains for reply in replies] == [False, True, True]
    assert len(fake.asked) == 1
    assert fake.asked[0].count("CIRCLE('J2000'") == 3


def test_the_words_that_are_sent() -> None:
    table = vizier_tables("http://x/tap")["sdss"]
    one = adql_of(table, PLACES[:1])
    assert one == (
        'SELECT c.RA_ICRS, c.DE_ICRS, c.SDSS16, c.mode, c."class", c.rmag, c.zsp, c.spCl FROM "V/154/sdss16" AS c '
        "WHERE CONTAINS(POINT('ICRS', c.RA_ICRS, c.DE_ICRS), CIRCLE('ICRS', 10.0000000, 5.0000000, 0.0166667)) = 1"
    )
    assert 'JOIN "V/154/sdss16" AS c ON 1 = CONTAINS' in adql_of(table, PLACES)
    assert ned_table("http://x/tap").batching is Batching.CONES
