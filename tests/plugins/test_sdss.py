"""SDSS: targets by SQL, pictures by cutout, against a local server with its wire format."""

import asyncio
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from astrolens.config.settings import Settings
from astrolens.domain.errors import ConfigError, PluginError, Unavailable
from astrolens.domain.image import Offer
from astrolens.sources.context import make_context
from astrolens.sources.loader import LoadedSource, load_sources
from astrolens.sources.poll import poll
from tests.plugins.conftest import FIRST_OBJID
from tests.plugins.cutout_source import refusal
from tests.plugins.sky_server import PlainFetcher, Reply, SkyServer


def _load(**options: Any) -> LoadedSource:
    (loaded,) = load_sources(Settings.model_validate({"sources": {"sdss": {"enabled": True, **options}}}))
    assert loaded.error == ""
    return loaded


async def _ask(
    server: SkyServer, fetcher: PlainFetcher, cursor: dict[str, Any], limit: int = 5, **options: Any
) -> list[Offer]:
    loaded = await asyncio.to_thread(_load, base_url=server.url, **options)
    context = make_context(loaded, cursor=cursor, is_known=lambda key: False, fetch=fetcher, limit=limit)
    return await poll(loaded, context, 5.0)


async def test_galaxies_come_with_position_scale_and_terms(
    sky_server: SkyServer, fetcher: PlainFetcher
) -> None:
    offers = await _ask(sky_server, fetcher, {}, limit=4, size_px=256, field_radii=8)
    assert len(offers) == 4
    rows = {str(row["objid"]): row for row in sky_server.galaxies}
    for offer in offers:
        row = rows[offer.key]
        assert offer.position is not None
        assert offer.position.ra_deg == row["ra"]
        assert offer.position.dec_deg == row["dec"]
        assert offer.pixel_scale_arcsec == pytest.approx(8 * row["petroRad_r"] / 256, abs=1e-4)
        assert offer.bands == ("i", "r", "g")
        assert (offer.licence, "Sloan" in offer.credit) == ("CC-BY-4.0", True)
        address = urlsplit(offer.url)
        assert offer.url.startswith(sky_server.url)
        assert address.path == "/dr18/SkyServerWS/ImgCutout/getjpeg"
        asked = {key: float(value[0]) for key, value in parse_qs(address.query).items()}
        assert asked["ra"] == pytest.approx(row["ra"], abs=1e-7)
        assert (asked["width"], asked["height"]) == (256, 256)
        assert asked["scale"] == offer.pixel_scale_arcsec
        assert "opt" not in asked


async def test_the_walk_goes_on_and_meets_nothing_twice(sky_server: SkyServer, fetcher: PlainFetcher) -> None:
    cursor: dict[str, Any] = {}
    seen: list[str] = []
    for _ in range(40):
        seen += [offer.key for offer in await _ask(sky_server, fetcher, cursor, limit=7)]
        cursor = json.loads(json.dumps(cursor))
    assert len(seen) == len(set(seen)) > 200
    again: dict[str, Any] = {}
    assert [offer.key for offer in await _ask(sky_server, fetcher, again, limit=7)] == seen[:7]


async def test_a_full_slice_is_continued_after_its_last_object(
    sky_server: SkyServer, fetcher: PlainFetcher
) -> None:
    sky_server.galaxies = [
        {"objid": 1009 * (FIRST_OBJID // 1009 + k), "ra": 1.0, "dec": 2.0, "petroRad_r": 9.0}
        for k in range(5)
    ]
    cursor: dict[str, Any] = {}
    first = await _ask(sky_server, fetcher, cursor, limit=3)
    assert (cursor["step"], cursor["after"]) == (0, first[-1].key)
    second = await _ask(sky_server, fetcher, cursor, limit=3)
    assert [int(offer.key) for offer in first + second] == [row["objid"] for row in sky_server.galaxies]
    assert cursor["step"] >= 1


async def test_a_changed_selection_begins_anew(sky_server: SkyServer, fetcher: PlainFetcher) -> None:
    cursor: dict[str, Any] = {}
    await _ask(sky_server, fetcher, cursor)
    before = dict(cursor)
    await _ask(sky_server, fetcher, cursor)
    assert cursor["query"] == before["query"]
    assert cursor["step"] > before["step"]
    await _ask(sky_server, fetcher, cursor, limit=1, faintest_mag=17)
    assert cursor["query"] != before["query"]
    assert "BETWEEN 13.000000 AND 17.000000" in sky_server.queries[-1]
    assert "% 1009 = 0 AND p.objid > 0 " in sky_server.queries[-1]


async def test_an_empty_slice_leads_to_the_next_but_not_for_ever(
    sky_server: SkyServer, fetcher: PlainFetcher
) -> None:
    sky_server.galaxies = []
    cursor: dict[str, Any] = {}
    assert await _ask(sky_server, fetcher, cursor) == []
    assert cursor["step"] == len(sky_server.queries) == 3
    cursor["step"] = 1009
    assert await _ask(sky_server, fetcher, cursor) == []
    assert len(sky_server.queries) == 3


@pytest.mark.parametrize("objid", [9223372036854775807, "1237651735230545966"])
async def test_objid_keeps_all_its_digits(
    sky_server: SkyServer, fetcher: PlainFetcher, objid: object
) -> None:
    row = {"objid": objid, "ra": 359.9999999, "dec": -89.5, "petroRad_r": 6}
    body = json.dumps([{"TableName": "Table1", "Rows": [row]}])
    sky_server.replies = [Reply(body=body)]
    (offer, *_) = await _ask(sky_server, fetcher, {}, limit=1)
    assert offer.key == str(objid)


@pytest.mark.parametrize("objid", [1.2376517352305460e18, None, True, "12x", -5, 2**63])
async def test_an_objid_that_lost_digits_is_refused(
    sky_server: SkyServer, fetcher: PlainFetcher, objid: object
) -> None:
    row = {"objid": objid, "ra": 1.0, "dec": 2.0, "petroRad_r": 6.0}
    sky_server.replies = [Reply(body=json.dumps([{"TableName": "Table1", "Rows": [row]}]))]
    with pytest.raises(PluginError, match="objid"):
        await _ask(sky_server, fetcher, {}, limit=1)


async def test_rows_without_sense_are_left_out(sky_server: SkyServer, fetcher: PlainFetcher) -> None:
    good: dict[str, Any] = {"objid": 5, "ra": 1.0, "dec": 2.0, "petroRad_r": 6.0}
    bad: list[dict[str, Any]] = [
        {"petroRad_r": -9999.0},
        {"ra": None},
        {"dec": 91},
        {"ra": 360.0},
        {"petroRad_r": "6"},
    ]
    rows = [good] + [{**good, "objid": 6 + number, **change} for number, change in enumerate(bad)]
    text = json.dumps([{"TableName": "Table1", "Rows": rows}])
    sky_server.replies = [Reply(body=text)]
    assert [offer.key for offer in await _ask(sky_server, fetcher, {}, limit=6) if int(offer.key) < 100] == [
        "5"
    ]


_TROUBLE = {
    "refused query": (
        Reply(status=400, body='{"ErrorCode": 400, "ErrorMessage": "Invalid column"}'),
        PluginError,
    ),
    "refused with 200": (Reply(body='{"ErrorCode": 400, "ErrorMessage": "Invalid column"}'), PluginError),
    "maintenance page": (Reply(body="<html>We are down</html>", content_type="text/html"), Unavailable),
    "no table": (Reply(body='{"hello": 1}'), Unavailable),
    "no list": (Reply(body="[]"), Unavailable),
    "rows of numbers": (Reply(body='[{"Rows": [1]}]'), Unavailable),
    "too many requests": (Reply(status=429, headers={"Retry-After": "33"}), Unavailable),
    "server error": (Reply(status=503, body="<html>"), Unavailable),
}


@pytest.mark.parametrize("case", _TROUBLE)
async def test_trouble_keeps_the_cursor(sky_server: SkyServer, fetcher: PlainFetcher, case: str) -> None:
    reply, kind = _TROUBLE[case]
    cursor: dict[str, Any] = {}
    await _ask(sky_server, fetcher, cursor)
    before = dict(cursor)
    sky_server.replies = [reply]
    with pytest.raises(kind) as caught:
        await _ask(sky_server, fetcher, cursor)
    assert cursor == before
    if isinstance(caught.value, Unavailable) and case == "too many requests":
        assert caught.value.retry_after_s == 33
    assert len(await _ask(sky_server, fetcher, cursor)) == 5


@pytest.mark.parametrize(
    "options",
    [{"release": "dr18/../x"}, {"size_px": 32}, {"base_url": "skyserver"}, {"faintest_mag": "x; DROP"}],
)
def test_wrong_options_are_reported(options: dict[str, Any]) -> None:
    (loaded,) = load_sources(Settings.model_validate({"sources": {"sdss": {"enabled": True, **options}}}))
    assert f"sources.sdss.{next(iter(options))}: got " in loaded.error


async def test_targets_are_cut_out_without_a_query(
    sky_server: SkyServer, fetcher: PlainFetcher, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_text("name,ra,dec,radius\nNGC 1,180.5,2.25,212\n,0.125,-10,\n")
    cursor: dict[str, Any] = {}
    one, other = await _ask(sky_server, fetcher, cursor, sampling={"targets": str(file)})
    assert one.key == "target/424x1/NGC 1 180.500000+2.250000"
    assert one.url.endswith("/getjpeg?ra=180.5000000&dec=2.2500000&scale=1.0&width=424&height=424")
    assert (one.pixel_scale_arcsec, other.pixel_scale_arcsec) == (1.0, 0.396)
    assert other.position is not None
    assert (other.position.ra_deg, other.position.dec_deg) == (0.125, -10)
    assert sky_server.queries == []
    assert await _ask(sky_server, fetcher, cursor, sampling={"targets": str(file)}) == []


async def test_the_walk_keeps_to_an_area(
    sky_server: SkyServer, fetcher: PlainFetcher, tmp_path: Path
) -> None:
    file = tmp_path / "north.moc"
    file.write_text("0/0-3")
    cursor: dict[str, Any] = {}
    found = [
        offer
        for _ in range(8)
        for offer in await _ask(sky_server, fetcher, cursor, limit=9, sampling={"moc": str(file)})
    ]
    everywhere: dict[str, Any] = {}
    every = [offer for _ in range(8) for offer in await _ask(sky_server, fetcher, everywhere, limit=9)]
    assert 0 < len(found) < len(every)
    assert all(offer.position and offer.position.dec_deg > 0 for offer in found)
    file.write_text("hello")
    with pytest.raises(ConfigError, match=r"sources\.sdss\.sampling\.moc: "):
        await _ask(sky_server, fetcher, cursor, sampling={"moc": str(file)})


@pytest.mark.parametrize("sampling", [{"repeat": True}, {"revisit_days": 3}])
def test_the_walk_cannot_be_repeated(sampling: dict[str, Any], tmp_path: Path) -> None:
    assert refusal("sdss", sampling=sampling).startswith(
        f"sources.sdss.sampling.{next(iter(sampling))}: needs targets"
    )
    assert refusal("sdss", sampling=sampling | {"targets": str(tmp_path / "mine.csv")}) == ""
