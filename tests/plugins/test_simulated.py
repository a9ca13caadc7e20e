"""The simulated sky: the same picture every time, light that adds up, a truth that holds."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from PIL import Image as PilImage

from astrolens.plugin import Answer, BadData, ByteSource, Offer, SkyPosition, SourceContext
from astrolens_plugins.simulated import Source
from astrolens_plugins.simulated.canvas import Canvas, Colour
from astrolens_plugins.simulated.light import Grid, Shape, edge_on_disk, moffat, sersic, sersic_b
from astrolens_plugins.simulated.oddities import PLANTED, Kind
from astrolens_plugins.simulated.plugin import PlatesOptions, SimulatedOptions, WideOptions
from astrolens_plugins.simulated.sky import Facts, facts_of, file_of, planes_of
from astrolens_plugins.simulated.surveys import SurveyName, survey_of
from astrolens_plugins.simulated_plates import Source as PlatesSource
from astrolens_plugins.simulated_wide import Source as WideSource

SOURCES = (Source(), WideSource(), PlatesSource())


class NoServer:
    """A fetcher that must not be used."""

    async def get_bytes(self, url: str, params: Any = None) -> bytes:
        raise AssertionError(url)

    async def get_json(self, url: str, params: Any = None) -> Any:
        raise AssertionError(url)

    async def ask(self, url: str, **more: Any) -> Answer:
        raise AssertionError(url)


def context(
    options: SimulatedOptions, limit: int = 10, cursor: dict[str, Any] | None = None
) -> SourceContext:
    return SourceContext(
        options=options,
        fetch=NoServer(),
        cursor={} if cursor is None else cursor,
        random=random.Random(1),
        now=lambda: datetime(2026, 11, 21, tzinfo=UTC),
        limit=limit,
        is_known=lambda key: False,
    )


async def taken(offers: AsyncIterator[Offer]) -> list[Offer]:
    return [offer async for offer in offers]


def facts(kind: Kind, *, seeing_px: float = 3.5) -> Facts:
    return Facts(kind=kind, ra_deg=150.0, dec_deg=2.2, pixel_scale_arcsec=0.3, seeing_px=seeing_px)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
async def test_offers_come_in_order_and_go_on_at_the_cursor(source: Source) -> None:
    cursor: dict[str, Any] = {}
    options = source.Options()
    assert isinstance(options, SimulatedOptions)
    first = await taken(source.offers(context(options, 3, cursor)))
    second = await taken(source.offers(context(options, 2, cursor)))
    assert [offer.key for offer in first + second] == [f"{index:07d}" for index in range(5)]
    assert {offer.source for offer in first} == {source.name}
    assert all(isinstance(offer.position, SkyPosition) and offer.pixel_scale_arcsec for offer in first)
    assert source.hosts == ()
    assert isinstance(source, ByteSource)


async def test_a_counted_sky_is_exhausted() -> None:
    cursor: dict[str, Any] = {}
    options = SimulatedOptions(count=4)
    assert len(await taken(Source().offers(context(options, 3, cursor)))) == 3
    assert len(await taken(Source().offers(context(options, 3, cursor)))) == 1
    assert await taken(Source().offers(context(options, 3, cursor))) == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_the_same_offer_gives_the_same_bytes(source: Source) -> None:
    options = source.Options()
    assert isinstance(options, SimulatedOptions)
    offers = asyncio.run(taken(source.offers(context(options, 3))))
    stored = [source.read(offer, options) for offer in offers]
    assert stored == [type(source)().read(offer, options) for offer in reversed(offers)][::-1]
    assert len(set(stored)) == 3
    other = options.model_copy(update={"seed": 7})
    assert source.read(offers[0], other) != stored[0]


def test_a_foreign_key_is_bad_data() -> None:
    with pytest.raises(BadData, match="no number"):
        Source().read(Offer(source="simulated", key="../x", url="simulated://x"), SimulatedOptions())


def test_defaults_name_the_survey_of_each_source() -> None:
    assert [options().survey for options in (SimulatedOptions, WideOptions, PlatesOptions)] == list(
        SurveyName
    )


def test_truth_keeps_to_its_rate_and_to_every_kind() -> None:
    survey = survey_of(SurveyName.DEEP)
    kinds = Counter(facts_of(survey, seed=3, index=index, rate=0.3).kind for index in range(4000))
    planted = sum(kinds[kind] for kind in PLANTED)
    assert abs(planted - 1200) < 4 * np.sqrt(4000 * 0.3 * 0.7)
    assert all(abs(kinds[kind] - planted / 6) < 4 * np.sqrt(planted / 6) for kind in PLANTED)
    assert facts_of(survey, seed=3, index=1, rate=0.0).kind is Kind.NORMAL
    assert facts_of(survey, seed=3, index=1, rate=1.0).kind is not Kind.NORMAL


def test_positions_are_uniform_and_away_from_the_milky_way() -> None:
    survey = survey_of(SurveyName.WIDE)
    vectors = []
    for index in range(1500):
        known = facts_of(survey, seed=3, index=index, rate=0.02)
        vectors.append(SkyPosition(ra_deg=known.ra_deg, dec_deg=known.dec_deg).unit_vector())
    pole = SkyPosition(ra_deg=192.85948, dec_deg=27.12825).unit_vector()
    height = np.asarray(vectors) @ np.asarray(pole)
    assert np.abs(height).min() > np.sin(np.radians(24.99))
    assert abs(float((height > 0).mean()) - 0.5) < 0.06
    assert np.abs(np.asarray(vectors).mean(axis=0)).max() < 0.08


@pytest.mark.parametrize("n", [0.5, 1.0, 2.5, 4.0])
@pytest.mark.parametrize("axis_ratio", [1.0, 0.5])
def test_half_of_a_sersic_body_lies_within_its_effective_radius(n: float, axis_ratio: float) -> None:
    side = 801
    grid = Grid.window(0, 0, side, side)
    shape = Shape(x=400.2, y=399.7, axis_ratio=axis_ratio, angle_deg=30.0)
    light = sersic(grid, shape, radius_px=25.0, n=n, flux=1000.0)
    inside = float(light[shape.radius(grid) <= 25.0].sum())
    assert inside == pytest.approx(500.0, rel=0.01)
    assert float(light.sum()) == pytest.approx(1000.0, rel=0.02 if n < 4 else 0.06)


def test_b_of_known_profiles() -> None:
    assert sersic_b(1.0) == pytest.approx(1.67835, abs=1e-4)
    assert sersic_b(4.0) == pytest.approx(7.66925, abs=1e-4)


def test_an_edge_on_disk_keeps_its_light_when_it_turns() -> None:
    grid = Grid.window(0, 0, 401, 401)
    for angle in (0.0, 37.0):
        shape = Shape(x=200.3, y=200.1, angle_deg=angle)
        light = edge_on_disk(grid, shape, length_px=20.0, height_px=4.0, flux=500.0)
        assert float(light.sum()) == pytest.approx(500.0, rel=0.01)


def test_a_star_has_its_width_and_its_flux() -> None:
    grid = Grid.window(0, 0, 301, 301)
    star = moffat(grid, x=150.0, y=150.0, fwhm_px=6.0, beta=3.0)
    assert star[150, 153] / star[150, 150] == pytest.approx(0.5, rel=1e-4)
    assert float(star.sum()) == pytest.approx(1.0, rel=0.01)


def test_the_atmosphere_keeps_the_light_and_the_place() -> None:
    canvas = Canvas(160, 4.0, 3.0)
    one = np.array([80.25], dtype=np.float32)
    canvas.add_points(one, one - 20, np.array([100.0], dtype=np.float32), Colour(g_r=0.5, r_i=0.2))
    canvas.blur()
    red = canvas.light[1]
    rows, columns = np.indices(red.shape)
    assert float(red.sum()) == pytest.approx(100.0, rel=1e-3)
    assert float((red * columns).sum() / red.sum()) == pytest.approx(80.25, abs=0.01)
    assert float((red * rows).sum() / red.sum()) == pytest.approx(60.25, abs=0.01)
    assert float(canvas.light[0].sum() / red.sum()) == pytest.approx(10**-0.2, rel=1e-3)
    far = np.array([-5.0, 1000.0], dtype=np.float32)
    canvas.add_points(far, far, far, Colour(g_r=0.5, r_i=0.2))
    assert canvas.window(-50.0, 20.0, 10) is None


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("name", list(SurveyName))
def test_every_kind_shows_on_every_survey(kind: Kind, name: SurveyName) -> None:
    survey = survey_of(name)
    for index in (0, 1):
        planes = planes_of(survey, facts(kind), seed=5, index=index)
        assert planes.shape == (3, survey.side_px, survey.side_px)
        assert planes.dtype == np.float32
        assert np.isfinite(planes).all()
        third = survey.side_px // 3
        middle = planes[1, third:-third, third:-third]
        assert float(middle.mean()) > 0.15
        if kind is not Kind.NORMAL:
            normal = planes_of(survey, facts(Kind.NORMAL), seed=5, index=index)
            assert float(np.abs(planes - normal).max()) > 5.0


def test_empty_sky_has_the_stated_noise() -> None:
    survey = survey_of(SurveyName.DEEP)
    planes = planes_of(survey, facts(Kind.NORMAL), seed=5, index=9)
    for plane, sigma in zip(planes, (0.65, 1.0, 1.55), strict=True):
        below = plane[plane < np.median(plane)]
        spread = 1.4826 * float(np.median(np.median(plane) - below))
        assert spread == pytest.approx(sigma, rel=0.25)


@pytest.mark.parametrize("name", [SurveyName.DEEP, SurveyName.WIDE])
def test_colour_files_are_jpeg_of_the_right_size(name: SurveyName) -> None:
    survey = survey_of(name)
    stored = file_of(survey, facts(Kind.NORMAL), seed=5, index=2)
    with PilImage.open(BytesIO(stored)) as picture:
        assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (survey.side_px,) * 2)
        pixels = np.asarray(picture)
    assert pixels.max() > 60
    assert np.median(pixels) < 15


def test_the_world_coordinates_of_a_fits_file_give_the_offered_position() -> None:
    source, options = PlatesSource(), PlatesOptions()
    (offer,) = asyncio.run(taken(source.offers(context(options, 1))))
    with fits.open(BytesIO(source.read(offer, options))) as hdus:
        header, pixels = hdus[0].header, hdus[0].data
        world = WCS(header)
    middle = (pixels.shape[0] - 1) / 2.0
    ra, dec = world.all_pix2world(middle, middle, 0)
    assert offer.position is not None
    assert float(ra) == pytest.approx(offer.position.ra_deg, abs=1e-7)
    assert float(dec) == pytest.approx(offer.position.dec_deg, abs=1e-7)
    scale = np.sqrt(abs(np.linalg.det(world.pixel_scale_matrix))) * 3600.0
    assert scale == pytest.approx(offer.pixel_scale_arcsec, rel=1e-6)
    assert world.wcs.cd[0, 0] < 0 < world.wcs.cd[1, 1]
    assert offer.bands == ("r",)
