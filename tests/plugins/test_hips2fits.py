"""hips2fits: the record and the coverage map once, then cutouts inside the map."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from astrolens.domain.errors import BadData, ConfigError, Unavailable
from astrolens.domain.sky import separation_arcsec
from astrolens.sampling.coverage import coverage_of
from astrolens.sampling.footprint import Footprint
from tests.fakes.hips2fits import HIPS, RECORD, SERVICE, coverage_map
from tests.plugins.cutout_source import CutoutSource, refusal
from tests.plugins.sky_server import Reply


@pytest.fixture
async def cds() -> AsyncIterator[CutoutSource]:
    async with CutoutSource(SERVICE) as source:
        yield source


async def test_addresses_are_the_documented_ones(cds: CutoutSource) -> None:
    (offer,) = await cds.ask(1, size_px=256)
    assert offer.position is not None
    ra, dec = f"{offer.position.ra_deg:.7f}", f"{offer.position.dec_deg:.7f}"
    assert offer.url == (
        f"{cds.url}/hips-image-services/hips2fits?hips={HIPS}&width=256&height=256&projection=TAN&coordsys=icrs"
        f"&rotation_angle=0.0&ra={ra}&dec={dec}&fov=0.071111111&format=jpg"
        "&min_cut=0.5%25&max_cut=99.5%25&stretch=linear&cmap=Greys_r"
    )
    assert offer.pixel_scale_arcsec == 1.0
    assert cds.requests == [
        f"/MocServer/query?expr=ID%3D{HIPS}&get=record&fmt=json",
        f"/MocServer/query?ivorn=ivo://{HIPS}&get=moc&order=8",
    ]


async def test_the_record_is_asked_for_once_and_gives_terms_and_credit(cds: CutoutSource) -> None:
    offers = await cds.ask(3) + await cds.ask(3)
    assert len(cds.requests) == 2
    assert {offer.licence for offer in offers} == {RECORD["obs_copyright"]}
    assert all(offer.credit == f"{RECORD['obs_ack']}; CDS hips2fits, Strasbourg" for offer in offers)
    cds.restart()
    more = await cds.ask(3)
    assert len(cds.requests) == 4
    assert len({offer.key for offer in offers + more}) == 9


async def test_positions_are_inside_the_coverage_map(cds: CutoutSource) -> None:
    offers = await cds.ask(60)
    area = coverage_of(Footprint(moc=coverage_map()))
    assert len(offers) == 60
    assert all(area.holds_each([offer.position for offer in offers if offer.position]))


async def test_fits_keeps_its_world_coordinates(cds: CutoutSource, tmp_path: Path) -> None:
    (offer,) = await cds.ask(1, form="fits", scale_arcsec=0.5)
    assert offer.url.endswith("&fov=0.008888889&format=fits")
    image = await cds.picture(offer, tmp_path)
    assert image.pixel_scale_arcsec == pytest.approx(offer.pixel_scale_arcsec, rel=1e-3)
    assert image.position is not None
    assert offer.position is not None
    assert separation_arcsec(image.position, offer.position) < 0.5  # its centre is half a pixel off


@pytest.mark.parametrize("form", ["jpg", "fits"])
async def test_a_tile_outside_the_survey_is_blank(tmp_path: Path, form: str) -> None:
    async with CutoutSource(SERVICE, empty=True) as cds:
        record = Reply(body=json.dumps([RECORD]))
        cds.replies = [record]
        with pytest.raises(ConfigError, match="share no sky"):
            await cds.ask(1, form=form)
    async with CutoutSource(SERVICE) as cds, CutoutSource(SERVICE, empty=True) as dark:
        (offer,) = await cds.ask(1, form=form)
        url = offer.url.replace(cds.url, dark.url)
        with pytest.raises(BadData, match="blank"):
            await dark.picture(type(offer)(source=offer.source, key=offer.key, url=url), tmp_path)


@pytest.mark.parametrize(
    ("hips", "bands"),
    [
        ("CDS/P/PanSTARRS/DR1/g", ("g",)),
        ("CDS/P/GALEXGR6_7/NUV", ("NUV",)),
        (HIPS, ()),
        ("CDS/P/DSS2/red", ()),
    ],
)
async def test_bands_are_known_or_not_said(cds: CutoutSource, hips: str, bands: tuple[str, ...]) -> None:
    (offer,) = await cds.ask(1, hips=hips)
    assert offer.bands == bands
    (offer,) = await cds.ask(1, hips=hips, bands=["i", "r", "g"])
    assert offer.bands == ("i", "r", "g")


async def test_an_unknown_hips_is_said(cds: CutoutSource) -> None:
    with pytest.raises(
        ConfigError, match=r"sources\.hips2fits\.hips: got 'CDS/P/Nothing'; CDS knows no such HiPS"
    ):
        await cds.ask(1, hips="CDS/P/Nothing")
    cds.replies = [Reply(body=json.dumps([{**RECORD, "ID": f"{HIPS}/other"}]))]
    with pytest.raises(ConfigError, match="knows no such HiPS"):
        await cds.ask(1)


_TROUBLE = {
    "page": [Reply(body="<html>We are down</html>", content_type="text/html")],
    "no list": [Reply(body='{"error": 1}')],
    "list of words": [Reply(body='["x"]')],
    "server error": [Reply(status=504, body="")],
    "map is a page": [Reply(body=json.dumps([RECORD])), Reply(body="<html>", content_type="text/html")],
}


@pytest.mark.parametrize("case", _TROUBLE)
async def test_nonsense_is_tried_again(cds: CutoutSource, case: str) -> None:
    cds.replies = list(_TROUBLE[case])
    with pytest.raises(Unavailable):
        await cds.ask(2)
    assert cds.cursor == {}
    assert len(await cds.ask(2)) == 2


async def test_a_damaged_map_is_said(cds: CutoutSource) -> None:
    cds.replies = [Reply(body=json.dumps([RECORD])), Reply(body="SIMPLE  =  T")]
    with pytest.raises(ConfigError, match="coverage map"):
        await cds.ask(1)


@pytest.mark.parametrize("hips", ["DSS2", "CDS/P/../x y", "CDS/P/DSS2?x=1", "CDS/P/DSS2&x"])
def test_wrong_identifiers_are_reported(hips: str) -> None:
    assert "sources.hips2fits.hips: got " in refusal("hips2fits", hips=hips)
