"""Verbs about the installation: config check and show, doctor, plugins."""

import importlib
import json
import os
import platform
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from astrolens.cli.exits import Exit
from astrolens.cli.profile import ConfigOption, JsonOption, Profile, open_profile
from astrolens.cli.say import say, say_json, say_table, warnings_to_stderr
from astrolens.config.load import located
from astrolens.config.masked import masked
from astrolens.config.settings import Settings
from astrolens.domain.errors import AstroLensError, ConfigError

if TYPE_CHECKING:
    from astrolens.sources.known import KnownSource

_LOW_DISK_BYTES = 2 * 1024**3
_PARTS = (
    "torch",
    "transformers",
    "faiss",
    "astropy",
    "astroquery",
    "textual",
    "aiohttp",
    "sqlite_utils",
    "PIL",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that the doctor looked at."""

    name: str
    good: bool
    words: str


def config_app() -> typer.Typer:
    """The two verbs below ``astrolens config``."""
    app = typer.Typer(help="Check or show the configuration.", no_args_is_help=True, rich_markup_mode=None)
    app.command("check")(config_check)
    app.command("show")(config_show)
    return app


def config_check(config: ConfigOption = None) -> None:
    """Read the configuration and every source's options. Ends with 78 when something is wrong."""
    profile = open_profile(config)
    warnings_to_stderr()
    mistakes = [
        *_wrong_sources(profile.settings),
        *(f"plugin_files: {line}" for line in _missing(profile.settings.plugin_files).values()),
        *_wrong_model(profile.settings),
        *_wrong_keys(profile.settings.keys),
    ]
    for line in mistakes:
        say(located(line, profile.paths.config_file))
    if mistakes:
        raise typer.Exit(Exit.BAD_CONFIGURATION)
    state = "read" if profile.paths.config_file.exists() else "not there: the defaults are used"
    say(f"{profile.paths.config_file}: {state}; no mistakes")


def _wrong_sources(settings: Settings) -> list[str]:
    """One line for each mistake below ``[sources]``, beginning with its key."""
    from astrolens.sources.loader import load_sources

    try:
        broken = [one for one in load_sources(settings) if one.error]
    except ConfigError as error:
        return str(error).splitlines()
    lines: list[str] = []
    for one in broken:
        name = f"sources.{one.name}"
        lines += [
            line if line.startswith(f"{name}.") else f"{name}: {line}" for line in one.error.splitlines()
        ]
    return lines


def _missing(plugin_files: Iterable[Path]) -> dict[str, str]:
    """What to say of each plugin file that is not there, by the name of its source."""
    paths = [path.expanduser() for path in plugin_files]
    return {
        path.stem: f"{path}: no such file; correct plugin_files or remove it there"
        for path in paths
        if not path.exists()
    }


def _wrong_model(settings: Settings) -> list[str]:
    from astrolens.models.folder import model_folder
    from astrolens.models.preprocessing import load_preprocessing

    # The setting itself, also while a promoted encoder is in force: it names the one that an edit brings back.
    try:
        load_preprocessing(model_folder(settings.analyse.model))
    except AstroLensError as error:
        return [f"analyse.model: {line}" for line in str(error).splitlines()]
    return []


def _wrong_keys(keys: Mapping[str, str]) -> list[str]:
    if not keys:
        return []
    from astrolens.tui.app import wrong_keys

    return wrong_keys(keys)


def config_show(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Show every setting in force, and where things live. Secrets are masked."""
    from astrolens.daemon.in_force import encoder_in_force

    profile = open_profile(config)
    tables: dict[str, Any] = masked("", profile.settings.model_dump(mode="json"))
    places = {
        "config_file": str(profile.paths.config_file),
        "data": str(profile.paths.data),
        "database": str(profile.paths.database),
        "socket": str(profile.paths.socket),
    }
    found = encoder_in_force(profile.settings, profile.paths)
    if as_json:
        encoder = {"model": found.model, "origin": found.origin.value}
        say_json({"paths": places, "encoder": encoder, "settings": tables})
        return
    for name, place in places.items():
        say(f"{name:12} {place}")
    say(f"{'encoder':12} {found.model}, {found.words()}")
    for section, values in tables.items():
        say()
        say(f"[{section}]")
        for key, value in values.items() if isinstance(values, dict) else [("", values)]:
            say(f"{key} = {_as_toml(value)}" if key else _as_toml(value))


def _as_toml(value: Any) -> str:
    if value is None:
        return "(not set)"
    if isinstance(value, dict):
        return (
            "{ " + ", ".join(f"{key} = {_as_toml(one)}" for key, one in value.items()) + " }"
            if value
            else "{}"
        )
    return json.dumps(value, ensure_ascii=False)


def plugins(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """List the image sources. Which are on, where from, and what is wrong with them."""
    from astrolens.sources.known import known_sources
    from astrolens.sources.loader import load_sources

    profile = open_profile(config)
    warnings_to_stderr()
    loaded = {one.name: one for one in load_sources(profile.settings)}
    missing = _missing(profile.settings.plugin_files)
    rows: list[dict[str, Any]] = []
    for known in known_sources(profile.settings.plugin_files):
        mine = loaded.get(known.name)
        on = mine is not None and mine.settings.enabled
        error = (mine.error if mine is not None else "") or missing.get(known.name, "")
        rows.append(
            {
                "name": known.name,
                "title": known.title,
                "enabled": on,
                "error": error,
                "origin": _origin(known),
            }
        )
    if as_json:
        say_json(rows)
        return
    say_table(
        ("source", "on", "from", "what", "error"),
        [
            (row["name"], "yes" if row["enabled"] else "no", row["origin"], row["title"], row["error"])
            for row in rows
        ],
    )


def _origin(known: "KnownSource") -> str:
    from astrolens.sources.known import built_in_folders

    if known.entry is not None:
        return f"package {known.entry.dist.name if known.entry.dist else known.entry.value}"
    mine = known.path is not None and known.path.parent not in built_in_folders()
    return str(known.path) if mine else "built in"


def doctor(
    config: ConfigOption = None,
    as_json: JsonOption = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 when anything is not well.")] = False,
) -> None:
    """Look at the installation and the profile, and say what to do about what is not well."""
    profile = open_profile(config)
    warnings_to_stderr()
    checks = [
        _python(),
        *(_part(name) for name in _PARTS),
        _disk(profile),
        _model(profile),
        _database(profile),
    ]
    checks += [_sources(profile), _daemon(profile), _desktop()]
    if as_json:
        say_json([asdict(check) for check in checks])
    else:
        say_table(("", "what", "finding"), [("ok" if c.good else "!!", c.name, c.words) for c in checks])
    if strict and not all(check.good for check in checks):
        raise typer.Exit(Exit.FAILED)


def _python() -> Check:
    good = sys.version_info >= (3, 11)
    return Check(
        name="python", good=good, words=f"{platform.python_version()} on {platform.platform(terse=True)}"
    )


def _part(name: str) -> Check:
    package = {"faiss": "faiss-cpu", "PIL": "pillow", "sqlite_utils": "sqlite-utils"}.get(name, name)
    try:
        importlib.import_module(name)
        return Check(name=package, good=True, words=version(package))
    except (ImportError, PackageNotFoundError) as error:
        return Check(name=package, good=False, words=f"{error}; run 'pip install {package}'")


def _disk(profile: Profile) -> Check:
    folder = next(one for one in (profile.paths.data, *profile.paths.data.parents) if one.exists())
    free = shutil.disk_usage(folder).free
    words = f"{free / 1024**3:.1f} GB free below {folder}"
    return Check(name="disk", good=free > _LOW_DISK_BYTES, words=words)


def _model(profile: Profile) -> Check:
    from astrolens.daemon.in_force import encoder_in_force
    from astrolens.daemon.lock import holder
    from astrolens.models.preprocessing import load_preprocessing

    found = encoder_in_force(profile.settings, profile.paths)
    try:
        steps = load_preprocessing(found.folder())
    except AstroLensError as error:
        return Check(name="model", good=False, words=str(error))
    words = f"{found.model}, {steps.size} px, crop {steps.crop_fraction:g}; {found.words()}"
    if found.trouble:
        words += "; the database does not say whether another one was promoted"
    if found.taken_up not in ("", found.model) and holder(profile.paths.lock) is not None:
        words += f"; the daemon still works with {found.taken_up}, until its next start"
    return Check(name="model", good=True, words=words)


def _database(profile: Profile) -> Check:
    from astrolens.store.store import check

    file = profile.paths.database
    if not file.exists():
        return Check(name="database", good=True, words=f"none yet at {file}")
    try:
        check(file)
    except AstroLensError as error:
        return Check(name="database", good=False, words=str(error))
    return Check(name="database", good=True, words=f"{file.stat().st_size / 1e6:.1f} MB, sound")


def _sources(profile: Profile) -> Check:
    broken = _wrong_sources(profile.settings)
    if broken:
        return Check(name="sources", good=False, words="; ".join(broken))
    enabled = [name for name, table in profile.settings.sources.items() if table.enabled]
    if not enabled:
        return Check(
            name="sources",
            good=False,
            words="none is switched on; set enabled = true for one in astrolens.toml",
        )
    return Check(name="sources", good=True, words=", ".join(enabled))


def _daemon(profile: Profile) -> Check:
    from astrolens.api import questions
    from astrolens.api.sync_client import SyncClient

    try:
        reply = SyncClient(profile.paths.socket).ask(questions.health())
    except AstroLensError:
        return Check(name="daemon", good=True, words="not running; start it with 'astrolens up'")
    return Check(name="daemon", good=True, words=f"{reply['state']}, pid {reply['pid']}")


def _desktop() -> Check:
    named = os.environ.get("DBUS_SESSION_BUS_ADDRESS") or str(Path(f"/run/user/{os.getuid()}/bus"))
    there = (
        sys.platform != "linux" or bool(os.environ.get("DBUS_SESSION_BUS_ADDRESS")) or Path(named).exists()
    )
    words = (
        "desktop messages can be shown"
        if there
        else "no session bus: desktop messages are written to the log only"
    )
    return Check(name="desktop", good=True, words=words)
