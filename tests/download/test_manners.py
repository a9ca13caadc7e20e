"""Known servers are asked as often as they like, unknown ones as the settings say, and a person has the last word."""

from pathlib import Path

import pytest

from astrolens.domain.errors import Unavailable
from astrolens.download.manners import KNOWN, Manners, manners_of
from tests.download.servers import HOST, HOSTS, Clock, fetcher, survey


@pytest.mark.parametrize(
    ("host", "per_minute"),
    [
        ("skyserver.sdss.org", 60),
        ("simbad.cds.unistra.fr", 240),
        ("www.wis-tns.org", 6),
        ("elsewhere.org", 7),
    ],
)
def test_each_host_has_its_rate(host: str, per_minute: float) -> None:
    found = manners_of(host, own={}, per_minute=7, at_once=4)
    assert found.per_minute == per_minute
    assert found.at_once <= 4
    assert manners_of(host, own={host: 3}, per_minute=7, at_once=1) == Manners(per_minute=3, at_once=1)


def test_the_table_is_well_formed() -> None:
    for host, manners in KNOWN.items():
        assert host == host.lower().strip(".")
        assert 0 < manners.per_minute <= 300
        assert 1 <= manners.at_once <= 4


async def test_a_person_sets_the_rate_of_one_host(tmp_path: Path) -> None:
    clock = Clock()
    async with (
        survey({}) as server,
        fetcher(clock, attempts=1, host_requests_per_minute={HOST: 20.0}) as http,
    ):
        for _ in range(3):
            with pytest.raises(Unavailable):  # the server knows no path and answers 500
                await http.fetch(f"{server.base}/a", tmp_path / "file", HOSTS)
    assert clock.slept == [3.0, 3.0]
