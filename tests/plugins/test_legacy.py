"""Legacy Surveys: addresses as the viewer documents them, positions inside the layer, pictures that decode."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from astrolens.domain.errors import BadData, ConfigError
from astrolens.domain.image import MediaType
from astrolens.domain.sky import separation_arcsec
from tests.fakes.legacy import SERVICE
from tests.plugins.cutout_source import CutoutSource, refusal


@pytest.fixture
async def viewer() -> AsyncIterator[CutoutSource]:
    async with CutoutSource(SERVICE) as source:
        yield source


async def test_addresses_are_the_documented_ones(viewer: CutoutSource) -> None:
    (offer,) = await viewer.ask(1, size_px=256)
    assert offer.position is not None
    ra, dec = f"{offer.position.ra_deg:.7f}", f"{offer.position.dec_deg:.7f}"
    assert offer.url == (
        f"{viewer.url}/viewer/jpeg-cutout?ra={ra}&dec={dec}&size=256&layer=ls-dr10&pixscale=0.262&bands=grz"
    )
    assert (offer.pixel_scale_arcsec, offer.bands) == (0.262, ("z", "r", "g"))
    assert "Legacy Surveys" in offer.credit
    assert offer.licence
    (offer,) = await viewer.ask(1, size_px=256, form="fits", bands="r")
    assert "/viewer/fits-cutout?" in offer.url
    assert offer.url.endswith("&bands=r")
    assert offer.bands == ("r",)
    assert viewer.requests == []


@pytest.mark.parametrize(
    ("layer", "lowest", "highest"),
    [("ls-dr10", -69, 33), ("ls-dr9-north", 32, 85), ("ls-dr9-south", -69, 33), ("ls-dr9", -69, 85),
     ("ls-dr10-resid", -69, 33), ("unwise-neo7", -90, 90)],
)  # fmt: skip
async def test_positions_are_inside_the_layer(
    viewer: CutoutSource, layer: str, lowest: float, highest: float
) -> None:
    offers = await viewer.ask(200, layer=layer)
    declinations = [offer.position.dec_deg for offer in offers if offer.position]
    assert len(declinations) == 200
    assert all(lowest < value < highest for value in declinations)
    assert max(declinations) > highest - 25
    assert min(declinations) < lowest + 25


async def test_the_walk_survives_a_restart_and_meets_nothing_twice(viewer: CutoutSource) -> None:
    first = await viewer.ask(7)
    viewer.restart()
    second = await viewer.ask(7)
    assert len({offer.key for offer in first + second}) == 14
    viewer.cursor = {}
    assert [offer.key for offer in await viewer.ask(14)] == [offer.key for offer in first + second]
    viewer.cursor = {}
    viewer.known = {offer.key for offer in first}
    assert await viewer.ask(7) == second


async def test_the_jpeg_decodes(viewer: CutoutSource, tmp_path: Path) -> None:
    (offer,) = await viewer.ask(1)
    image = await viewer.picture(offer, tmp_path)
    assert (image.media_type, image.pixels.shape) == (MediaType.JPEG, (3, 64, 64))


@pytest.mark.parametrize(("bands", "planes"), [("grz", 3), ("z", 1)])
async def test_the_fits_keeps_its_world_coordinates(
    viewer: CutoutSource, tmp_path: Path, bands: str, planes: int
) -> None:
    (offer,) = await viewer.ask(1, form="fits", bands=bands)
    assert offer.bands == tuple(bands)
    image = await viewer.picture(offer, tmp_path)
    assert image.pixels.shape == (planes, 64, 64)
    assert image.position is not None
    assert offer.position is not None
    assert separation_arcsec(image.position, offer.position) < 0.3
    assert image.pixel_scale_arcsec == pytest.approx(offer.pixel_scale_arcsec, rel=1e-4)


@pytest.mark.parametrize("form", ["jpeg", "fits"])
async def test_a_tile_outside_the_survey_is_blank(tmp_path: Path, form: str) -> None:
    async with CutoutSource(SERVICE, empty=True) as viewer:
        offers = await viewer.ask(2, form=form)
        for offer in offers:
            with pytest.raises(BadData, match="blank"):
                await viewer.picture(offer, tmp_path)
        assert not {offer.key for offer in offers} & {offer.key for offer in await viewer.ask(2, form=form)}


async def test_targets_decide_position_and_scale(viewer: CutoutSource, tmp_path: Path) -> None:
    file = tmp_path / "clusters.csv"
    file.write_text("name,ra,dec,radius\nA 1,200,5,128\nB,10,-70,\nC,20,10,\n")
    one, other = await viewer.ask(9, size_px=256, sampling={"targets": str(file)})
    assert (one.key, one.pixel_scale_arcsec) == ("ls-dr10/grz/jpeg/256x1/A 1 200.000000+5.000000", 1.0)
    assert parse_qs(urlsplit(one.url).query)["pixscale"] == ["1"]
    assert other.position is not None
    assert (other.position.ra_deg, other.pixel_scale_arcsec) == (20, 0.262)
    assert await viewer.ask(9, size_px=256, sampling={"targets": str(file)}) == []


async def test_an_area_without_the_survey_is_said(viewer: CutoutSource, tmp_path: Path) -> None:
    (tmp_path / "north.moc").write_text("2/15")
    with pytest.raises(ConfigError, match=r"sources\.legacy\.sampling: .*share no sky"):
        await viewer.ask(1, sampling={"moc": str(tmp_path / "north.moc")})


@pytest.mark.parametrize(
    "options",
    [
        {"layer": "../x"},
        {"bands": "gr"},
        {"bands": "g&r"},
        {"size_px": 3000},
        {"form": "gif"},
        {"base_url": "viewer"},
    ],
)
def test_wrong_options_are_reported(options: dict[str, Any]) -> None:
    assert f"sources.legacy.{next(iter(options))}: got " in refusal("legacy", **options)


def test_a_wrong_key_of_the_sampling_is_named() -> None:
    assert "sources.legacy.sampling.seed: got -1" in refusal("legacy", sampling={"seed": -1})
