"""The whole surface that a plugin may touch."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from astrolens import plugin
from astrolens.plugin import ByteSource, Field, ImageSource, SourceOptions
from tests.sources.strangers import stranger


class Options(SourceOptions):
    size: int = Field(3, ge=1)


def test_everything_that_a_plugin_needs_is_exported() -> None:
    assert sorted(plugin.__all__) == sorted(set(plugin.__all__))
    assert all(hasattr(plugin, name) for name in plugin.__all__)
    for name in (
        "Offer",
        "SourceContext",
        "SourceOptions",
        "Unavailable",
        "BadData",
        "SkyPosition",
        "ByteSource",
    ):
        assert name in plugin.__all__


def test_options_refuse_what_they_do_not_know_and_do_not_change() -> None:
    assert Options.model_validate({"size": 4}).size == 4
    with pytest.raises(ValidationError, match="sise"):
        Options.model_validate({"sise": 4})
    with pytest.raises(ValidationError):
        Options.model_validate({"size": 0})
    with pytest.raises(ValidationError, match="frozen"):
        Options().size = 5  # type: ignore[misc]


def test_who_reads_bytes_is_seen_by_its_method(tmp_path: Path) -> None:
    silent = stranger(tmp_path / "a").plugin
    assert silent is not None
    assert not isinstance(silent, ByteSource)

    class Reads:
        def read(self, _offer: object, _options: object) -> bytes:
            return b""

    assert isinstance(Reads(), ByteSource)
    source: ImageSource = silent
    assert source.name == "stranger"
