"""TNS: few places by question, many by the daily list; a later transient explains no earlier picture."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from astrolens.catalog.question import Question
from astrolens.catalog.tns import Tns, list_of
from astrolens.config.settings import CatalogSettings
from astrolens.domain.errors import Unavailable
from astrolens.domain.sky import SkyPosition
from astrolens.download.manners import KNOWN
from tests.catalog.serving import at_port
from tests.fakes.catalog_tns import LIST, Server, Transient, options
from tests.fakes.known_place import DEC_DEG, QUESTION, RA_DEG

SUPERNOVA = Transient("2026abc", RA_DEG, DEC_DEG)


def tns(url: str, **values: object) -> Tns:
    return Tns(CatalogSettings.model_validate({**options(url), "timeout_s": 5.0, **values}))


@pytest.mark.parametrize("bare", [False, True])
async def test_a_transient_is_found_with_its_class(bare: bool) -> None:
    fake = Server([SUPERNOVA], bare=bare)
    async with at_port(fake.app()) as url:
        (reply,) = await tns(url).search([QUESTION])
    (match,) = reply.matches
    assert (match.name, match.object_type, match.redshift) == ("SN 2026abc", "transient: SN Ia", 0.01)
    assert fake.asked == ["/api/get/search", "/api/get/object"]


async def test_what_flared_up_later_is_not_in_the_picture() -> None:
    earlier = replace(QUESTION, epoch=datetime(2003, 5, 1, tzinfo=UTC))
    async with at_port(Server([SUPERNOVA]).app()) as url:
        (reply,) = await tns(url).search([earlier])
    assert (reply.matches, reply.reason) == ((), "")


async def test_a_thousand_places_are_one_request() -> None:
    fake = Server([Transient(f"2026{number}", number * 0.1, 1.0) for number in range(0, 1000, 50)])
    places = [
        Question(position=SkyPosition(ra_deg=number * 0.1, dec_deg=1.0), radius_arcsec=5.0)
        for number in range(1000)
    ]
    async with at_port(fake.app()) as url:
        one = tns(url)
        replies = await one.search(places)
        await one.search(places[:10])
    assert [number for number, reply in enumerate(replies) if reply.matches] == list(range(0, 1000, 50))
    assert fake.asked == [LIST]


async def test_no_minute_holds_more_than_its_share_of_the_requests() -> None:
    """TNS counts 10 in 60 s over everything that one bot asks; the source of the same name asks 6 of them."""
    now, slept, sent = 1000.0, list[float](), list[float]()

    def sleep(seconds: float) -> None:
        nonlocal now
        slept.append(seconds)
        now += seconds
        sent.append(now)

    crowd = [Transient(f"2026a{number}", RA_DEG, DEC_DEG) for number in range(8)]
    async with at_port(Server(crowd).app()) as url:
        settings = CatalogSettings.model_validate({**options(url), "timeout_s": 5.0})
        one = Tns(settings, clock=lambda: now, sleep=sleep)
        await one.search([QUESTION])
    assert len(sent) == 9
    assert slept[:4] == [0.0] * 4  # few are asked at once
    assert all(later - earlier >= 60.0 for earlier, later in zip(sent, sent[4:], strict=False))
    assert KNOWN["www.wis-tns.org"].per_minute + 4 <= 10


async def test_a_wrong_key_is_no_answer() -> None:
    async with at_port(Server([]).app()) as url:
        with pytest.raises(Unavailable, match="401"):
            await tns(url, tns_api_key="wrong").search([QUESTION])


@pytest.mark.parametrize("archive", [b"", b"<html>", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_list_is_no_answer(archive: bytes) -> None:
    with pytest.raises(Unavailable):
        list_of(archive)
