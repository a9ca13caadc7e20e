"""Uploads are moved once and named by what they hold."""

from pathlib import Path

from astrolens.daemon.uploads import take_in


def test_the_same_bytes_and_name_are_the_same_upload(tmp_path: Path) -> None:
    folder = tmp_path / "uploads"
    keys, places = [], []
    for name in ("galaxy.jpg", "galaxy.jpg", "other.jpg"):
        file = tmp_path / "part"
        file.write_bytes(b"the same bytes")
        key, kept = take_in(file, folder, name)
        assert not file.exists()
        assert kept.read_bytes() == b"the same bytes"
        keys.append(key)
        places.append(kept)
    assert keys[0] == keys[1] != keys[2]
    assert places[0] == places[1] != places[2]
    assert keys[0].endswith(" galaxy.jpg")


def test_a_name_cannot_leave_the_folder(tmp_path: Path) -> None:
    file = tmp_path / "part"
    file.write_bytes(b"x")
    _, kept = take_in(file, tmp_path / "uploads", "../../etc/passwd\x1b[31m")
    assert kept.parent == tmp_path / "uploads"
