"""Every setting: its bounds, and the default file that explains it."""

import re
import tomllib
from pathlib import Path
from types import UnionType
from typing import Any, Literal, get_args, get_origin

import pytest
from annotated_types import Ge, Gt, Le, Lt, MaxLen
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from astrolens.config.load import load
from astrolens.config.settings import NotifySettings, Settings, SourceSettings
from astrolens.sources.loader import load_sources

FILE = Path(__file__).resolve().parents[2] / "config" / "astrolens.toml"
SECTIONS = {
    name: field.annotation
    for name, field in Settings.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
}
FIELDS = [
    (section, key, field) for section, model in SECTIONS.items() for key, field in model.model_fields.items()
]
_KEY = re.compile(r"^#([a-z_0-9]+ = .*)$")


def _uncommented(*, also_without_default: bool) -> dict[str, Any]:
    lines = []
    for line in FILE.read_text(encoding="utf-8").splitlines():
        found = _KEY.match(line)
        wanted = found is not None and (also_without_default or "# no default" not in line)
        lines.append(found[1] if found is not None and wanted else line)
    return tomllib.loads("\n".join(lines))


def _comment_of(section: str, key: str) -> str:
    """The comment lines above a key of the default file."""
    text = FILE.read_text(encoding="utf-8").split(f"\n[{section}]\n", 1)[1].split("\n[", 1)[0]
    before = re.split(rf"^#?{key} = ", text, maxsplit=1, flags=re.MULTILINE)
    assert len(before) == 2, f"{section}.{key} is missing in {FILE.name}"
    above: list[str] = []
    for line in reversed(before[0].splitlines()):
        if not line.startswith("# "):
            break
        above.insert(0, line[2:])
    return " ".join(above)


def test_the_default_file_changes_nothing() -> None:
    settings = load(FILE)
    assert set(settings.sources) >= {"simulated", "folder", "sdss"}
    assert settings.model_copy(update={"sources": {}}) == Settings()
    assert not any(source.enabled for source in settings.sources.values())


NEEDED: dict[str, dict[str, object]] = {
    "folder": {"path": "pictures"},
    "archive": {"path": "pictures"},
    "tns": {"bot_id": 1, "bot_name": "mine", "api_key": "k"},
}


def test_the_values_that_it_shows_are_the_defaults() -> None:
    tables = _uncommented(also_without_default=False)
    sources = tables.pop("sources")
    assert Settings.model_validate(tables) == Settings()
    for section, model in SECTIONS.items():
        without = {key for key, field in model.model_fields.items() if field.default is None}
        assert set(tables[section]) == set(model.model_fields) - without, section
    for name, table in sources.items():
        needed = NEEDED.get(name, {})
        shown = {**table, **needed, "enabled": True}
        (loaded,) = load_sources(Settings.model_validate({"sources": {name: shown}}))
        assert loaded.error == ""
        assert loaded.options is not None
        plain = type(loaded.options).model_validate(needed)
        assert loaded.options == plain
        assert loaded.settings == SourceSettings.model_validate(
            {**loaded.settings.options(), "enabled": True}
        )
        if name != "simulated":
            keys = set(_uncommented(also_without_default=True)["sources"][name])
            assert set(type(loaded.options).model_fields) <= keys


def test_the_examples_without_a_default_are_valid_too() -> None:
    settings = Settings.model_validate(_uncommented(also_without_default=True))
    assert settings.store.data_dir == Path("~/astrolens")
    assert settings.notify.quiet_from is not None


@pytest.mark.parametrize(("section", "key", "field"), FIELDS, ids=lambda x: x if isinstance(x, str) else "")
def test_each_key_is_explained_with_its_bounds(section: str, key: str, field: FieldInfo) -> None:
    comment = _comment_of(section, key)
    sentence = (field.description or "").rstrip(".")
    assert sentence
    words = [*_choices(field.annotation)] or sentence.split()
    for word in words:
        assert word in comment, f"{section}.{key}: the file does not say {word!r}"
    for bound in _bounds(field):
        assert re.search(rf"(?<![\d.]){re.escape(bound)}(?![\d])", comment), f"{section}.{key}: {bound}"


def _choices(annotation: object) -> tuple[str, ...]:
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return ()


def _bounds(field: FieldInfo) -> list[str]:
    found = []
    for mark in field.metadata:
        for kind, name in ((Ge, "ge"), (Gt, "gt"), (Le, "le"), (Lt, "lt"), (MaxLen, "max_length")):
            if isinstance(mark, kind):
                found.append(
                    f"{getattr(mark, name):g}"
                    if getattr(mark, name) < 1e5
                    else str(mark.__getattribute__(name))
                )
    return found


@pytest.mark.parametrize("key", SourceSettings.model_fields)
def test_the_keys_of_every_source_are_explained(key: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    description = SourceSettings.model_fields[key].description
    assert re.search(rf"^#   {key} +{re.escape(str(description))}", text, re.MULTILINE)


@pytest.mark.parametrize(("section", "key", "field"), FIELDS, ids=lambda x: x if isinstance(x, str) else "")
def test_bounds_are_kept(section: str, key: str, field: FieldInfo) -> None:
    for mark in field.metadata:
        for kind, name, step in ((Ge, "ge", -1), (Gt, "gt", 0), (Le, "le", 1), (Lt, "lt", 0)):
            if isinstance(mark, kind):
                with pytest.raises(ValidationError):
                    Settings.model_validate({section: {key: getattr(mark, name) + step}})
    if float in _plain(field.annotation):
        with pytest.raises(ValidationError):
            Settings.model_validate({section: {key: float("nan")}})


def _plain(annotation: object) -> tuple[object, ...]:
    return get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)


def test_settings_are_frozen_and_refuse_strangers() -> None:
    settings = Settings()
    with pytest.raises(ValidationError):
        settings.detect.seed = 1  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Settings.model_validate({"detect": {"sead": 1}})


def test_a_source_keeps_the_options_of_its_plugin() -> None:
    source = SourceSettings.model_validate({"enabled": True, "path": "/x", "deep": {"a": 1}})
    assert source.options() == {"path": "/x", "deep": {"a": 1}}
    assert source.batch == 32


def test_quiet_hours_have_two_ends() -> None:
    hours = NotifySettings.model_validate({"quiet_from": "23:00", "quiet_until": "07:00"})
    assert hours.quiet_from is not None
    assert hours.quiet_from.hour == 23
    for half in ({"quiet_from": "23:00"}, {"quiet_until": "07:00"}):
        with pytest.raises(ValidationError, match="both quiet_from and quiet_until"):
            NotifySettings.model_validate(half)


def test_the_fast_profile_names_its_model() -> None:
    assert Settings().analyse.model == "bundled"
    fast = Settings.model_validate({"analyse": {"profile": "fast", "batch": 4}})
    assert (fast.analyse.model, fast.analyse.batch) == ("bundled-fast", 4)
    again = Settings.model_validate(fast.model_dump())
    assert again.analyse.model == "bundled-fast"
    with pytest.raises(ValidationError, match="leave model out"):
        Settings.model_validate({"analyse": {"profile": "fast", "model": "/my/model"}})
