"""What options and footprint leave to look at."""

from pathlib import Path

import pytest

from astrolens.domain.errors import ConfigError
from astrolens.sampling.footprint import WHOLE_SKY, Footprint, Zone
from astrolens.sampling.options import SamplingOptions
from astrolens.sampling.plan import area_of, make_plan

KEY = "sources.x.sampling"
NORTH = Footprint(zones=(Zone(dec_from=0),))


def test_a_map_narrows_the_footprint(tmp_path: Path) -> None:
    file = tmp_path / "south.moc"
    file.write_text("0/8-11")
    with pytest.raises(
        ConfigError, match=r"sources\.x\.sampling: .*south.moc.* share no sky; choose a wider area"
    ):
        area_of(SamplingOptions(moc=file), NORTH, KEY)
    file.write_text("0/0")
    assert area_of(SamplingOptions(moc=file), NORTH, KEY).share() == pytest.approx(1 / 12)


@pytest.mark.parametrize("content", [None, "", "hello"])
def test_a_map_that_cannot_be_used_is_named(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "area.moc"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ConfigError, match=r"^sources\.x\.sampling\.moc: .*area\.moc: "):
        make_plan(SamplingOptions(moc=file), WHOLE_SKY, 60.0, KEY)


def test_the_service_sent_a_damaged_map() -> None:
    with pytest.raises(ConfigError, match="service's coverage map"):
        make_plan(SamplingOptions(), Footprint(moc=b"SIMPLE"), 60.0, KEY)


def test_the_milky_way_is_avoided_by_the_stricter_of_two() -> None:
    strict = area_of(SamplingOptions(galactic_latitude_deg=30), Footprint(galactic_latitude_deg=10), KEY)
    assert strict.share() == pytest.approx(0.5, abs=0.002)


def test_targets_outside_are_left_out_and_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "list.csv"
    file.write_text("ra,dec\n1,40\n2,-40\n3,50\n")
    plan = make_plan(SamplingOptions(targets=file), NORTH, 60.0, KEY)
    assert [visit.position.dec_deg for _, visit in plan.places.visits(0, 10, 0)] == [40, 50]
    assert "1 of 3 are outside" in caplog.text
    file.write_text("ra,dec\n1,-40\n")
    with pytest.raises(ConfigError, match=r"sampling\.targets: .*none of its 1 targets"):
        make_plan(SamplingOptions(targets=file), NORTH, 60.0, KEY)


def test_the_digest_follows_what_decides_the_order(tmp_path: Path) -> None:
    def digest(footprint: Footprint = NORTH, side: float = 60.0, **options: object) -> str:
        return make_plan(SamplingOptions.model_validate(options), footprint, side, KEY).digest

    assert digest() == digest(side=61) == digest(repeat=True) == digest(revisit_fields=7)
    assert len({digest(), digest(WHOLE_SKY), digest(side=600), digest(seed=1), digest(revisit_days=1)}) == 5
