"""Hubble: observations of MAST, previews, cutouts and drizzled files."""

import json
from typing import Any

import pytest
from aiohttp import web

from astrolens.domain.errors import PluginError, Unavailable
from tests.fakes.hst import OBSERVATIONS, SERVICE
from tests.plugins.fake_hosts import Host, keys, load, says, serving

INVOKE = "/api/v0/invoke"


async def _asked(host: Host) -> list[dict[str, Any]]:
    forms = [await request.post() for request in host.requests if request.path == INVOKE]
    return [json.loads(str(form["request"])) for form in forms]


async def test_previews_come_with_position_filters_time_and_terms() -> None:
    async with serving(SERVICE) as host:
        offers = await host.poll({}, limit=4)
        questions = await _asked(host)
        assert (await host.picture(offers[1]))[:3] == b"\xff\xd8\xff"
    assert len(offers) == 4
    hla, mast = offers[:2]
    assert hla.url == f"{host.base_url}/hla/cgi-bin/preview.cgi?dataset=hst_10000_04_acs_wfc_f814w"
    assert mast.url == f"{host.base_url}/api/v0.1/Download/file?uri=mast:HST/product/jb0001010_drc.jpg"
    assert (hla.bands, mast.bands) == (("F814W",), ("F606W", "F814W"))
    assert mast.position is not None
    assert (mast.position.ra_deg, mast.position.dec_deg) == (37.5, -59)
    assert mast.observed_at is not None
    assert mast.observed_at.isoformat() == "2001-04-02T00:00:00+00:00"
    assert "Hubble" in mast.credit
    assert len(questions) == 2, "MAST said EXECUTING once"
    assert questions[0] == questions[1]
    assert questions[0]["service"] == "Mast.Caom.Filtered"
    filters = {row["paramName"]: row["values"] for row in questions[0]["params"]["filters"]}
    assert filters["obs_collection"] == ["HST", "HLA"]
    assert filters["dataproduct_type"] == ["image"]
    assert filters["t_exptime"] == [{"min": 100.0, "max": 1e6}]


async def test_the_walk_meets_everything_once_over_restarts() -> None:
    seen: list[str] = []
    cursor: dict[str, Any] = {}
    async with serving(SERVICE) as host:
        for _ in range(12):
            seen += keys(await host.poll(cursor, limit=7))
            cursor = json.loads(json.dumps(cursor))
            host.restart()
        assert len(seen) == len(set(seen)) == OBSERVATIONS
        assert await host.poll(cursor) == []
        host.now = host.now.replace(year=2027)
        assert len(await host.poll(cursor, known=set(seen[1:]))) == 1, "a new walk finds what came since"


async def test_cutouts_name_their_dataset() -> None:
    async with serving(SERVICE) as host:
        offers = await host.poll({}, limit=3, pictures="cutout", size_px=300)
        assert (await host.picture(offers[0]))[:3] == b"\xff\xd8\xff"
    assert keys(offers)[0] == "hst_10000_04_acs_wfc_f814w#cutout"
    assert "red=hst_10000_04_acs_wfc_f814w&ra=0.0000000&dec=-60.0000000&size=300&format=jpg" in offers[0].url
    assert len(offers) == 3


async def test_only_drizzled_files_that_are_small_enough_are_offered() -> None:
    async with serving(SERVICE) as host:
        offers = await host.poll({}, limit=9, pictures="fits", largest_mb=59)
    assert len(offers) == 3
    assert all(offer.url.endswith("_drc.fits") for offer in offers)


async def test_targets_are_searched_in_turn() -> None:
    async with serving(SERVICE) as host:
        offers = await host.poll({}, targets=[[37.5, -59.0], [10.0, 10.0], [75.0, -58.0]])
        questions = await _asked(host)
    assert keys(offers) == ["jb0001010", "hst_10002_04_acs_wfc_f814w"]
    assert [row["params"]["position"] for row in questions[1:]] == [
        "37.5000000, -59.0000000, 0.0166667", "10.0000000, 10.0000000, 0.0166667", "75.0000000, -58.0000000, 0.0166667",
    ]  # fmt: skip
    assert questions[1]["service"] == "Mast.Caom.Filtered.Position"


async def test_what_is_not_public_or_makes_no_sense_is_left_out() -> None:
    row = {"obs_id": "a", "jpegURL": "mast:HST/product/a.jpg", "t_obs_release": 70_000.0}
    rows = [
        row,
        {**row, "obs_id": 7, "t_obs_release": None},
        {**row, "obs_id": "b", "t_obs_release": 1, "jpegURL": "https://elsewhere.example/b.jpg"},
        {**row, "obs_id": "c", "t_obs_release": "x", "s_ra": 400, "s_dec": None, "filters": None, "t_min": 1},
    ]
    body = {"status": "COMPLETE", "data": rows}
    async with serving(SERVICE) as host:
        host.instead = says(INVOKE, lambda: web.json_response(body))
        (offer,) = await host.poll({})
    assert (offer.key, offer.position, offer.bands, offer.observed_at) == ("c", None, (), None)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"status": "ERROR", "msg": "no such column"}, PluginError),
        ({"status": "EXECUTING", "data": []}, Unavailable),
        ({"status": "COMPLETE", "data": [1]}, Unavailable),
        ({"status": "COMPLETE"}, Unavailable),
        ([], Unavailable),
    ],
    ids=str,
)
async def test_trouble_keeps_the_cursor(
    body: object, kind: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("astrolens_plugins.hst._FIRST_PAUSE_S", 0.001)
    async with serving(SERVICE) as host:
        cursor: dict[str, Any] = {}
        host.instead = says(INVOKE, lambda: web.json_response(body))
        with pytest.raises(kind, match="MAST"):
            await host.poll(cursor)
        assert cursor == {}


async def test_an_empty_archive_is_no_mistake() -> None:
    async with serving(SERVICE, empty=True) as host:
        assert await host.poll({}) == []


def test_both_servers_may_be_named() -> None:
    loaded = load("hst", base_url="http://one.example:1", hla_url="https://two.example/x/")
    assert {"one.example", "two.example", "mast.stsci.edu"} <= set(loaded.hosts)
    assert loaded.base_urls == ("http://one.example:1", "https://two.example/x")
