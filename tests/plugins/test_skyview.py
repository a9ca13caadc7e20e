"""SkyView: addresses as its manual writes them, footprints of partial surveys, terms of the survey."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from astrolens.domain.errors import BadData
from astrolens.domain.image import MediaType
from astrolens.domain.sky import separation_arcsec
from tests.fakes.skyview import SERVICE
from tests.plugins.cutout_source import CutoutSource, refusal


@pytest.fixture
async def service() -> AsyncIterator[CutoutSource]:
    async with CutoutSource(SERVICE) as source:
        yield source


async def test_addresses_are_the_documented_ones(service: CutoutSource) -> None:
    (offer,) = await service.ask(1, size_px=300, scale_arcsec=1.2)
    assert offer.position is not None
    place = f"{offer.position.ra_deg:.7f},{offer.position.dec_deg:.7f}"
    assert offer.url == (
        f"{service.url}/current/cgi/runquery.pl?Position={place}&Survey=DSS2%20Red&Coordinates=J2000"
        "&Projection=Tan&Pixels=300&Size=0.1000000&Return=FITS"
    )
    assert (offer.pixel_scale_arcsec, offer.bands) == (1.2, ("DSS2 Red",))
    assert "commercial" in offer.licence
    assert "DSS / STScI" in offer.credit


async def test_terms_are_those_of_the_survey(service: CutoutSource) -> None:
    (offer,) = await service.ask(1, survey="NVSS")
    assert offer.credit.startswith("NVSS; NASA SkyView")
    assert "commercial" not in offer.licence


@pytest.mark.parametrize(
    ("survey", "lowest", "highest"),
    [
        ("NVSS", -41, 90),
        ("SUMSS 843 MHz", -90, -29),
        ("SDSSr", -11, 66),
        ("VLA FIRST (1.4 GHz)", -90, 90),
        ("DSS", -90, 90),
    ],
)
async def test_positions_are_inside_the_survey(
    service: CutoutSource, survey: str, lowest: float, highest: float
) -> None:
    offers = await service.ask(150, survey=survey)
    assert len(offers) == 150
    assert all(offer.position and lowest < offer.position.dec_deg < highest for offer in offers)


async def test_fits_keeps_its_world_coordinates(service: CutoutSource, tmp_path: Path) -> None:
    (offer,) = await service.ask(1)
    image = await service.picture(offer, tmp_path)
    assert image.pixel_scale_arcsec == pytest.approx(offer.pixel_scale_arcsec, rel=1e-3)
    assert image.position is not None
    assert offer.position is not None
    assert separation_arcsec(image.position, offer.position) < 1


async def test_jpeg_is_a_grey_picture(service: CutoutSource, tmp_path: Path) -> None:
    (offer,) = await service.ask(1, form="JPEG")
    image = await service.picture(offer, tmp_path)
    assert (image.media_type, image.pixels.shape) == (MediaType.JPEG, (1, 64, 64))


@pytest.mark.parametrize("form", ["FITS", "JPEG"])
async def test_a_tile_outside_the_survey_is_blank(tmp_path: Path, form: str) -> None:
    async with CutoutSource(SERVICE, empty=True) as service:
        (offer,) = await service.ask(1, form=form)
        with pytest.raises(BadData, match="blank"):
            await service.picture(offer, tmp_path)


async def test_an_error_page_with_200_is_no_picture(service: CutoutSource, tmp_path: Path) -> None:
    (offer,) = await service.ask(1, survey="No such survey")
    with pytest.raises(BadData):
        await service.picture(offer, tmp_path)


async def test_the_walk_survives_a_restart(service: CutoutSource) -> None:
    first = await service.ask(5)
    service.restart()
    second = await service.ask(5)
    assert len({offer.key for offer in first + second}) == 10
    assert service.requests == []


@pytest.mark.parametrize("survey", ["DSS2,NVSS", "x&y", "", " DSS"])
def test_wrong_surveys_are_reported(survey: str) -> None:
    assert "sources.skyview.survey: got " in refusal("skyview", survey=survey)
