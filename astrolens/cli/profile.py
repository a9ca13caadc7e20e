"""Which configuration and folders a verb works on."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from astrolens.api import questions
from astrolens.api.sync_client import SyncClient
from astrolens.api.wire import WIRE_VERSION
from astrolens.api.wire_status import HealthReply
from astrolens.config.load import load
from astrolens.config.paths import Paths, default_config_file, resolve
from astrolens.config.settings import Settings
from astrolens.domain.errors import ConfigError, Unavailable

ConfigOption = Annotated[
    Path | None, typer.Option("--config", "-c", help="Configuration file.", envvar="ASTROLENS_CONFIG")
]
ReviewerOption = Annotated[
    str | None, typer.Option("--reviewer", help="Name on your labels; else ui.reviewer or your login name.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Settings and the folders that follow from them."""

    settings: Settings
    paths: Paths


def as_reviewer(profile: Profile, reviewer: str | None) -> Profile:
    """The same profile for a person of this name."""
    if reviewer is None:
        return profile
    ui = profile.settings.ui.model_copy(update={"reviewer": reviewer.strip()[:60]})
    return replace(profile, settings=profile.settings.model_copy(update={"ui": ui}))


def open_profile(config: Path | None) -> Profile:
    """Read the configuration that was named, or the usual one; a named file must exist."""
    file = config or default_config_file()
    if config is not None and not config.exists():
        raise ConfigError(
            f"{config}: no such file; name an existing one, or leave --config and $ASTROLENS_CONFIG out"
        )
    settings = load(file)
    return Profile(settings=settings, paths=resolve(settings, file))


def connect(config: Path | None) -> SyncClient:
    """A client of the daemon that works on the profile, which must speak as we do."""
    client = SyncClient(open_profile(config).paths.socket)
    check_speech(client.ask(questions.health()))
    return client


def check_speech(health: HealthReply) -> None:
    """Refuse a daemon of another version, whose answers could mean something else."""
    if health.get("wire_version") != WIRE_VERSION:
        raise Unavailable(
            f"the daemon that runs is AstroLens {health.get('version', 'of another kind')}, process "
            f"{health.get('pid', 'unknown')}; end it with its own 'astrolens stop' or with kill, and start this one"
        )
