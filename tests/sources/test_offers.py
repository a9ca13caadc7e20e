"""Offers are checked and their words made safe."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.config.settings import Settings
from astrolens.domain.errors import BadData, PluginError
from astrolens.domain.image import Offer
from astrolens.domain.sky import SkyPosition
from astrolens.sources.loader import LoadedSource, load_sources
from astrolens.sources.offers import LONGEST_KEY, checked, safe_key
from tests.sources.strangers import stranger

_GOOD = Offer(source="stranger", key="k", url="https://sky.example.org/k.jpg")


@pytest.fixture
def loaded(tmp_path: Path) -> LoadedSource:
    return stranger(tmp_path)


def test_a_good_offer_comes_back_as_it_is(loaded: LoadedSource) -> None:
    offer = replace(
        _GOOD,
        position=SkyPosition(ra_deg=1, dec_deg=2),
        pixel_scale_arcsec=0.4,
        observed_at=datetime(2026, 1, 1, tzinfo=UTC),
        bands=("g", "r"),
        truth="ring",
    )
    assert checked(offer, loaded) == offer
    assert checked(replace(_GOOD, url="https://CDN.example.org:443/k"), loaded).key == "k"


def test_words_are_made_safe(loaded: LoadedSource) -> None:
    offer = replace(
        _GOOD, key="a\x1b[31mb", licence="x\x00" * 500, credit="c\u202e", truth="t\n", bands=("g\x07",)
    )
    safe = checked(offer, loaded)
    assert safe.key.startswith("a%1B[31mb~")
    assert safe.key.isprintable()
    assert len(safe.licence) <= 200
    assert (safe.credit, safe.truth, safe.bands) == ("c�", "t ", ("g�",))


@pytest.mark.parametrize(
    "thing", [None, "https://sky.example.org", {"key": 1}, replace(_GOOD, source="sdss")]
)
def test_what_is_no_offer_of_its_own_is_the_plugins_fault(loaded: LoadedSource, thing: object) -> None:
    with pytest.raises(PluginError, match="stranger"):
        checked(thing, loaded)


_BAD: list[dict[str, Any]] = [
    {"key": "k" * 10_000},
    {"key": ""},
    {"key": "  "},
    {"key": 5},
    {"url": "https://evil.example.org/k.jpg"},
    {"url": "https://sky.example.org.evil.org/k.jpg"},
    {"url": "https://sky.example.org@evil.org/k.jpg"},
    {"url": "https://user@sky.example.org/k.jpg"},
    {"url": "http://sky.example.org/k.jpg"},
    {"url": "https://sky.example.org:8443/k.jpg"},
    {"url": "https://sky.example.org:x/k.jpg"},
    {"url": "file:///etc/passwd"},
    {"url": "data:,x"},
    {"url": "k.jpg"},
    {"url": "https://sky.example.org/a b"},
    {"url": "https://sky.example.org/\x00"},
    {"url": "https://sky.example.org/" + "x" * 20_000},
    {"url": None},
    {"position": (1, 2)},
    {"pixel_scale_arcsec": 0},
    {"pixel_scale_arcsec": float("nan")},
    {"pixel_scale_arcsec": "0.4"},
    {"observed_at": datetime(2026, 1, 1)},  # noqa: DTZ001
    {"bands": ["g"]},
    {"bands": ("g",) * 50},
]


@pytest.mark.parametrize("change", _BAD, ids=lambda change: str(change)[:40])
def test_what_cannot_be_taken_is_bad_data(loaded: LoadedSource, change: dict[str, Any]) -> None:
    with pytest.raises(BadData) as caught:
        checked(replace(_GOOD, **change), loaded)
    assert len(str(caught.value)) < 400
    assert str(caught.value).isprintable()


def test_a_mirror_may_be_plain_http_on_any_port(tmp_path: Path) -> None:
    loaded = stranger(tmp_path, base_url="http://mirror.example.net:8080/sky")
    good = replace(_GOOD, url="http://mirror.example.net:8080/sky/k.jpg")
    assert checked(good, loaded) == good
    for url in ("http://mirror.example.net:8080/skyscraper", "http://mirror.example.net/sky/k.jpg"):
        with pytest.raises(BadData):
            checked(replace(_GOOD, url=url), loaded)


def test_files_belong_to_sources_without_hosts(tmp_path: Path) -> None:
    tables = {"sources": {"folder": {"enabled": True, "path": str(tmp_path)}}}
    (folder,) = load_sources(Settings.model_validate(tables))
    offer = Offer(source="folder", key="k", url="file:///pictures/k.jpg")
    assert checked(offer, folder) == offer
    for url in ("file://server/k.jpg", "https://sky.example.org/k.jpg", "folder:k"):
        with pytest.raises(BadData):
            checked(replace(offer, url=url), folder)


def test_a_scheme_of_its_own_needs_a_reader(tmp_path: Path) -> None:
    body = """
    async def offers(self, context):
        yield self.offer(1)
    def read(self, offer, options):
        return b""
    """
    loaded = stranger(tmp_path, body)
    assert checked(replace(_GOOD, url="made:up"), loaded).url == "made:up"


@given(st.text(max_size=200), st.text(max_size=200))
def test_safe_keys_are_printable_stable_and_different(one: str, other: str) -> None:
    safe = safe_key(one)
    assert safe.isprintable()
    safe.encode("utf-8")
    assert safe_key(safe) == safe
    assert one == other or safe != safe_key(other)


def test_undecodable_file_names_become_their_bytes() -> None:
    assert safe_key("caf\udce9.jpg").startswith("caf%E9.jpg~")
    assert safe_key("\ud800").startswith("%ED%A0%80~")
    assert len(safe_key("x" * LONGEST_KEY)) == LONGEST_KEY
