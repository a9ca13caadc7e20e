"""Pan-STARRS: the list of files, then an address that names them; missing bands, empty sky, nonsense."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from astrolens.domain.errors import PluginError, Unavailable
from astrolens.domain.sky import separation_arcsec
from tests.fakes.panstarrs import HEADER, SERVICE, line, table
from tests.plugins.cutout_source import CutoutSource, refusal
from tests.plugins.sky_server import Reply

STACK = "/rings.v3.skycell/1784/059/rings.v3.skycell.1784.059.stk.{}.unconv.fits"


@pytest.fixture
async def server() -> AsyncIterator[CutoutSource]:
    async with CutoutSource(SERVICE) as source:
        yield source


def _plain(*lines: str) -> Reply:
    return Reply(body=table(list(lines)), content_type="text/plain")


async def test_requests_are_the_documented_ones(server: CutoutSource) -> None:
    (offer,) = await server.ask(1, size_px=256)
    assert offer.position is not None
    place = f"ra={offer.position.ra_deg:.7f}&dec={offer.position.dec_deg:.7f}"
    assert server.requests == [f"/cgi-bin/ps1filenames.py?{place}&filters=gri&type=stack"]
    assert offer.url == (
        f"{server.url}/cgi-bin/fitscut.cgi?{place}&size=256&red={STACK.format('i')}&green={STACK.format('r')}"
        f"&blue={STACK.format('g')}&output_size=256&autoscale=99.5&asinh=1&format=jpg"
    )
    assert (offer.bands, offer.pixel_scale_arcsec) == (("i", "r", "g"), 0.25)
    assert "PS1" in offer.credit


async def test_fits_is_one_band_in_native_pixels(server: CutoutSource, tmp_path: Path) -> None:
    (offer,) = await server.ask(1, form="fits", bands="z")
    assert "filters=z&" in server.requests[0]
    assert offer.url.endswith(f"&size=64&red={STACK.format('z')}&format=fits")
    assert (offer.bands, offer.pixel_scale_arcsec) == (("z",), 0.25)
    image = await server.picture(offer, tmp_path)
    assert image.pixels.shape == (1, 64, 64)
    assert image.pixel_scale_arcsec == pytest.approx(0.25, rel=1e-3)
    assert image.position is not None
    assert offer.position is not None
    assert separation_arcsec(image.position, offer.position) < 0.3


async def test_colour_is_scaled_to_the_wanted_pixels(server: CutoutSource, tmp_path: Path) -> None:
    (offer,) = await server.ask(1, size_px=100, scale_arcsec=0.6, bands="ygz")
    query = parse_qs(urlsplit(offer.url).query)
    assert (query["size"], query["output_size"]) == (["240"], ["100"])
    assert (offer.bands, offer.pixel_scale_arcsec) == (("y", "z", "g"), 0.6)
    assert (await server.picture(offer, tmp_path)).pixels.shape == (3, 100, 100)


async def test_positions_are_north_of_the_limit(server: CutoutSource) -> None:
    offers = await server.ask(12)
    assert len(offers) == 12
    assert all(offer.position and offer.position.dec_deg > -30.6 for offer in offers)
    server.restart()
    again = await server.ask(12)
    assert len({offer.key for offer in offers + again}) == 24


async def test_a_poll_asks_no_more_than_it_may(server: CutoutSource) -> None:
    assert len(await server.ask(500)) == len(server.requests) == 12


async def test_empty_sky_is_passed_by(server: CutoutSource) -> None:
    async with CutoutSource(SERVICE, empty=True) as nothing:
        assert await nothing.ask(8) == []
        assert len(nothing.requests) == 12
        assert nothing.cursor["sampling"]["next"] >= 12
        assert await nothing.ask(8) == []
        assert len(set(nothing.requests)) == 24


async def test_a_position_without_one_of_the_bands_is_left_out(server: CutoutSource) -> None:
    server.replies = [
        _plain(line("1", "2", "g"), line("1", "2", "r")),
        _plain(line("1", "2", "g"), line("1", "2", "r"), line("1", "2", "i", bad=1)),
        _plain(line("1", "2", "g"), line("1", "2", "r", "1784.060"), line("1", "2", "i")),
        _plain(line("1", "2", "g"), line("1", "2", "r"), line("1", "2", "i", kind="warp")),
        _plain(*(line("1", "2", band, cell) for cell in ("1784.060", "1784.059") for band in "rig")),
    ]
    (offer,) = await server.ask(1)
    assert len(server.requests) == 5
    assert parse_qs(urlsplit(offer.url).query)["red"] == [STACK.format("i").replace("059", "060")]


async def test_a_file_name_that_is_none_is_never_asked_for(server: CutoutSource) -> None:
    bad = line("1", "2", "g").replace("/rings.v3.skycell/1784/059/", "https://elsewhere.example/")
    server.replies = [_plain(bad, line("1", "2", "r"), line("1", "2", "i"))]
    (offer,) = await server.ask(1)
    assert "elsewhere" not in offer.url


_TROUBLE = {
    "page": Reply(body="<html>We are down</html>", content_type="text/html"),
    "error with 200": Reply(body="error", content_type="text/plain"),
    "nothing": Reply(body="", content_type="text/plain"),
    "cut short": Reply(body=f"{HEADER}\n1784 059 1.0 2", content_type="text/plain"),
    "server error": Reply(status=500, body="Internal"),
    "too many": Reply(status=429, body=""),
}


@pytest.mark.parametrize("case", _TROUBLE)
async def test_nonsense_keeps_the_cursor(server: CutoutSource, case: str) -> None:
    await server.ask(2)
    before = dict(server.cursor)
    server.replies = [_TROUBLE[case]]
    with pytest.raises(Unavailable):
        await server.ask(2)
    assert server.cursor == before
    assert len(await server.ask(2)) == 2


async def test_what_was_found_before_the_trouble_is_kept(server: CutoutSource) -> None:
    good = _plain(*(line("1", "2", band) for band in "gri"))
    server.replies = [good, good, _TROUBLE["server error"]]
    first = await server.ask(5)
    assert len(first) == 2
    failed = server.requests[-1]
    await server.ask(1)
    assert server.requests[-1] == failed


async def test_a_refused_position_is_passed_by(server: CutoutSource) -> None:
    server.replies = [Reply(status=400, body="bad position")]
    assert len(await server.ask(1)) == 1
    assert len(server.requests) == 2


async def test_a_service_that_refuses_everything_is_reported(server: CutoutSource) -> None:
    server.replies = [Reply(status=404, body="moved") for _ in range(12)]
    with pytest.raises(PluginError, match="refuses every position"):
        await server.ask(1)
    assert server.cursor == {}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"form": "fits", "bands": "gri"}, "bands: got 'gri'; a FITS cutout has one band"),
        ({"form": "fits", "scale_arcsec": 1.0}, "scale_arcsec: got 1; FITS comes with 0.25 only"),
        ({"bands": "gr"}, "bands: got 'gr'; want one or three"),
        ({"bands": "ggr"}, "bands: got 'ggr'"),
    ],
)
def test_options_that_do_not_fit_are_said(options: dict[str, Any], words: str) -> None:
    assert f"sources.panstarrs.{words}" in refusal("panstarrs", **options)


def test_wrong_options_are_reported() -> None:
    assert "sources.panstarrs.bands: got 'ug'" in refusal("panstarrs", bands="ug")
