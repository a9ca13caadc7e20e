"""Bombs end early, damage is named."""

import gzip
import time
from pathlib import Path

import pytest

from astrolens.domain.errors import BadData
from astrolens.download.gunzip import gunzip
from tests.download.pictures import LIMITS, saved


def test_round_trip_with_two_members(tmp_path: Path) -> None:
    path = saved(tmp_path / "a", gzip.compress(b"sky" * 1000) + gzip.compress(b"more"))
    assert gunzip(path, LIMITS) == b"sky" * 1000 + b"more"


def test_a_gigabyte_of_zeros_is_left_at_once(tmp_path: Path) -> None:
    member = gzip.compress(bytes(2**24), compresslevel=1)
    path = saved(tmp_path / "a", member * 64)
    started = time.process_time()
    with pytest.raises(BadData, match=r"bomb|unpacks to more than 64 MB"):
        gunzip(path, LIMITS)
    assert time.process_time() - started < 2.0


def test_a_plain_large_file_is_bounded_too(tmp_path: Path) -> None:
    path = saved(tmp_path / "a", gzip.compress(bytes(range(256)) * 2**18 + bytes(10), compresslevel=0))
    with pytest.raises(BadData, match="unpacks to more than 64 MB"):
        gunzip(path, LIMITS)


@pytest.mark.parametrize("damage", ["cut", "flip", "checksum"])
def test_damage_is_named(damage: str, tmp_path: Path) -> None:
    content = bytearray(gzip.compress(bytes(range(256)) * 40, mtime=0))
    if damage == "cut":
        del content[-20:]
    else:
        content[30 if damage == "flip" else -6] ^= 0xFF
    with pytest.raises(BadData, match="damaged gzip"):
        gunzip(saved(tmp_path / "a", bytes(content)), LIMITS)
