"""The template in docs/plugins.md works, and so does its test."""

import re
from pathlib import Path
from typing import Any

import pytest

from astrolens.config.settings import SourceSettings
from astrolens.plugin import ImageSource, SourceContext

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "plugins.md"


@pytest.fixture
def words() -> str:
    return DOCUMENT.read_text(encoding="utf-8")


def test_the_template_passes_its_own_test(words: str, tmp_path: Path) -> None:
    plugin, test = re.findall(r"```python\n(.*?)```", words, re.DOTALL)
    file = tmp_path / "skyhooks.py"
    file.write_text(plugin)
    names: dict[str, Any] = {}
    exec(compile(test, "docs/plugins.md", "exec"), names)
    names["test_skyhooks"](file)


def test_the_whole_surface_is_named(words: str) -> None:
    for name in [*ImageSource.__annotations__, *SourceContext.__annotations__, *SourceSettings.model_fields]:
        assert f"`{name}" in words or f".{name}" in words, f"{name} is not in {DOCUMENT.name}"
