"""Each setting, verb, route and event is documented."""

import re
from pathlib import Path

import pytest

from astrolens.cli.main import build_app
from astrolens.config.settings import Settings
from astrolens.domain.event import EventKind

ROOT = Path(__file__).resolve().parents[1]


def words_of(*names: str) -> str:
    return "\n".join((ROOT / name).read_text(encoding="utf-8") for name in names)


@pytest.mark.parametrize(
    "section", [name for name in Settings.model_fields if name not in ("sources", "plugin_files", "keys")]
)
def test_every_setting_is_explained(section: str) -> None:
    text = words_of("config/astrolens.toml")
    part = text.split(f"[{section}]", 1)[1].split("\n[", 1)[0]
    kind = Settings.model_fields[section].annotation
    assert kind is not None
    for key in kind.model_fields:
        assert re.search(rf"^#? ?{key} = ", part, re.MULTILINE), f"{section}.{key}"


def test_every_verb_is_in_the_readme() -> None:
    text = words_of("README.md")
    app = build_app()
    names = [command.name for command in app.registered_commands] + [
        group.name for group in app.registered_groups
    ]
    missing = [name for name in names if name and not re.search(rf"\b{name}\b", text)]
    assert not missing


def test_every_event_is_explained() -> None:
    text = words_of("docs/events.md")
    assert not [kind.value for kind in EventKind if f"`{kind.value}`" not in text]


def test_links_in_readme_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", words_of("README.md")):
        assert (ROOT / target).exists(), target
