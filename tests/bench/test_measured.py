"""Files through the product's own children."""

from pathlib import Path

import pytest

from astrolens.bench.measured import MeasuredFile, measure_files, run_on_files, shipped_encoder
from astrolens.bench.sets import LabelledSet
from astrolens.config.settings import Settings
from astrolens.models.encoder import Encoder
from tests.bench.conftest import silent

pytestmark = pytest.mark.timeout(60)


@pytest.mark.process
def test_every_file_is_measured(small_sky: LabelledSet, measured: dict[Path, MeasuredFile]) -> None:
    assert set(measured) == set(small_sky.files())
    assert all(one.analysis is not None for one in measured.values())


@pytest.mark.process
def test_what_is_no_picture_has_a_reason(tmp_path: Path, encoder: Encoder) -> None:
    bad = tmp_path / "no.jpg"
    bad.write_bytes(b"no picture at all")
    (one,) = measure_files([bad], encoder, Settings(), processes=1, progress=silent).values()
    assert one.analysis is None
    assert one.reason
    function = "astrolens.bench.peer_file:measure_peer"
    arguments = {"path": str(bad), "megapixels": 1.0}
    replies = run_on_files(
        function, [bad], lambda _path: arguments, Settings(), processes=1, progress=lambda _n: None
    )
    assert replies == {bad: None}


def test_the_shipped_encoder_is_the_bundled_one(encoder: Encoder) -> None:
    assert shipped_encoder(Settings()).dimension == encoder.dimension
