"""ZTF images at IRSA: exposures of a place, cut out."""

from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from astrolens.domain.errors import Unavailable
from tests.fakes.ztf_images import HEADER, SERVICE
from tests.plugins.fake_hosts import keys, says, serving

SEARCH = "/ibe/search/"


@pytest.fixture
def targets(tmp_path: Path) -> str:
    file = tmp_path / "targets.csv"
    file.write_text("name,ra,dec\none,255.57691,12.28378\ntwo,10.5,-5\n")
    return str(file)


async def test_the_newest_exposures_of_each_place_are_offered(targets: str) -> None:
    async with serving(SERVICE) as host:
        offers = await host.poll({}, epochs=2, sampling={"targets": targets})
        assert (await host.picture(offers[0]))[:6] == b"SIMPLE"
        query = host.requests[0].query
    assert len(offers) == 4
    first = offers[0]
    assert first.url == (
        f"{host.base_url}/ibe/data/ztf/products/sci/2026/1014/517338/"
        "ztf_20261014517338_000500_zr_c09_o_q3_sciimg.fits?center=255.5769100,12.2837800deg&size=120arcsec&gzip=false"
    )
    assert first.position is not None
    assert (first.position.ra_deg, first.position.dec_deg) == (255.57691, 12.28378)
    assert first.observed_at is not None
    assert first.observed_at.isoformat() == "2026-09-21T06:00:00+00:00"
    assert (first.bands, first.pixel_scale_arcsec) == (("r",), 1.01)
    assert offers[1].observed_at is not None
    assert offers[1].observed_at < first.observed_at
    assert query["POS"] == "255.5769100,12.2837800"
    assert query["INTERSECT"] == "CENTER"
    assert query["WHERE"] == "filtercode='zr' AND seeing<4 AND infobits<33554432"


async def test_a_place_with_more_exposures_than_are_wanted_is_met_again(targets: str) -> None:
    cursor: dict[str, Any] = {}
    seen: list[str] = []
    async with serving(SERVICE) as host:
        for _ in range(6):
            seen += keys(
                await host.poll(cursor, limit=2, known=set(seen), epochs=5, sampling={"targets": targets})
            )
            host.restart()
    assert len(seen) == len(set(seen)) == 10


async def test_without_targets_the_footprint_is_sampled() -> None:
    async with serving(SERVICE) as host:
        offers = await host.poll({}, limit=6)
        assert len(host.requests) == 2
    declinations = [offer.position.dec_deg for offer in offers if offer.position is not None]
    assert len(declinations) == 6
    assert min(declinations) >= -31.5


@pytest.mark.parametrize("body", ["<html>login</html>", "", "a,b\n1,2\n", b"\xff\xfe"])
async def test_what_is_no_table_is_no_answer(body: str | bytes, targets: str) -> None:
    async with serving(SERVICE) as host:
        cursor: dict[str, Any] = {}
        raw = body if isinstance(body, bytes) else body.encode()
        host.instead = says(SEARCH, lambda: web.Response(body=raw))
        with pytest.raises(Unavailable, match="IRSA"):
            await host.poll(cursor, sampling={"targets": targets})
        assert cursor == {}


async def test_rows_that_name_no_file_are_left_out(targets: str) -> None:
    good = "500,9,3,zr,o,20261014517338,2461300.75,30,2,0"
    bad = [good.replace("500", "../5"), good.replace("zr", "zq"), good.replace("2461300.75", ""), "1,2"]
    async with serving(SERVICE) as host:
        host.instead = says(SEARCH, lambda: web.Response(text="\n".join([HEADER, *bad, good])))
        offers = await host.poll({}, sampling={"targets": targets})
    assert len(offers) == 2, "one for each place"


async def test_a_place_without_exposures_is_no_mistake(targets: str) -> None:
    async with serving(SERVICE, empty=True) as host:
        assert await host.poll({}, sampling={"targets": targets}) == []
        assert len(host.requests) == 2
