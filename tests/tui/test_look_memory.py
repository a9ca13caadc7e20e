"""A look comes back as it was, and nothing else is believed."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.tui.colours.maps import ColourMap
from astrolens.tui.look import Look, View
from astrolens.tui.look_memory import lasting, remember, remembered
from astrolens.tui.stretch.curves import Stretch
from astrolens.tui.stretch.limits import Limits

looks = st.builds(
    Look,
    stretch=st.sampled_from(Stretch),
    limits=st.sampled_from(Limits),
    colours=st.sampled_from(ColourMap),
    inverted=st.booleans(),
    bias=st.floats(0, 1),
    contrast=st.floats(0.1, 10),
)


@given(looks, looks, st.booleans())
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, linear: Look, raster: Look, up: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / "looks" / "look.json"
    view = View(linear=linear, raster=raster, north_up=up, zoom=4.0, at=(0.2, 0.3), band=1, warm=True)
    remember(path, view)
    assert remembered(path) == lasting(view) == View(linear=linear, raster=raster, north_up=up)
    assert [one.name for one in path.parent.iterdir()] == ["look.json"]
    assert path.stat().st_mode & 0o777 == 0o600


def good() -> dict[str, object]:
    look = {
        "stretch": "log",
        "limits": "zscale",
        "colours": "grey",
        "inverted": False,
        "bias": 0.4,
        "contrast": 2,
    }
    return {"format": 1, "fits": look, "jpeg": dict(look), "north_up": True}


def test_a_file_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "look.json"
    path.write_text(json.dumps(good()))
    assert remembered(path).linear == Look(
        stretch=Stretch.LOG, limits=Limits.ZSCALE, colours=ColourMap.GREY, bias=0.4, contrast=2.0
    )


def test_the_first_time_is_no_mistake(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert remembered(tmp_path / "look.json") == View()
    assert caplog.records == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("stretch", "jet"), ("stretch", None), ("limits", 3), ("colours", ["grey"]), ("inverted", "yes"), ("inverted", 1),
        ("bias", float("nan")), ("bias", -0.1), ("bias", True), ("contrast", 0.0), ("contrast", 1e9), ("contrast", "2"),
    ],
)  # fmt: skip
def test_a_value_that_makes_no_sense(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, key: str, value: object
) -> None:
    said = good()
    look = said["fits"]
    assert isinstance(look, dict)
    look[key] = value
    path = tmp_path / "look.json"
    path.write_text(json.dumps(said))
    assert remembered(path) == View()
    assert len(caplog.records) == 1
    assert "is not used" in caplog.text


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"format": 2}', b'{"format": 1}', b"\xff\xfe\x00", b"[" * 9000, b" " * 20000,
     json.dumps(good() | {"north_up": 1}).encode(), json.dumps(good() | {"fits": 5}).encode()],
)  # fmt: skip
def test_a_broken_file_is_logged_and_left(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    path = tmp_path / "look.json"
    path.write_bytes(content)
    assert remembered(path) == View()
    assert len(caplog.records) == 1
    assert path.read_bytes() == content


def test_a_disk_that_does_not_let_it_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("")
    remember(tmp_path / "file" / "look.json", View())
    assert "could not be remembered" in caplog.text
