from pathlib import Path

import pytest

from astrolens.domain.errors import ConfigError
from astrolens.train.files import only_one, write_whole


def test_leftovers_of_a_killed_write_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "a"
    write_whole(file, b"old")
    (tmp_path / "a.partial").write_bytes(b"half of what was longer")
    write_whole(file, b"new")
    assert file.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [file]


def test_second_training_is_kept_out(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(ConfigError, match="another training"), only_one(tmp_path):
        pass
    with only_one(tmp_path):
        pass
