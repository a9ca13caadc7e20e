"""Plugin files as strangers write them."""

from pathlib import Path
from textwrap import dedent, indent
from typing import Any

from astrolens.config.settings import Settings
from astrolens.sources.loader import LoadedSource, load_sources

_HEAD = """
import asyncio, time
from astrolens.plugin import BadData, ConfigError, Field, Offer, PluginError, SkyPosition, SourceOptions, Unavailable

class Options(SourceOptions):
    greeting: str = Field("hello", max_length=10)
    base_url: str = "https://sky.example.org"

class Source:
    name = "stranger"
    title = "A stranger"
    licence = "CC0"
    credit = "nobody"
    hosts = ("sky.example.org", "cdn.example.org")
    poll_interval_s = 30.0
    Options = Options

    def offer(self, number, **changes):
        facts = dict(source="stranger", key=f"k{number}", url=f"https://sky.example.org/{number}.jpg")
        return Offer(**{**facts, **changes})

"""
GOOD = """
    async def offers(self, context):
        start = context.cursor.get("next", 0)
        for number in range(start, start + 5):
            context.cursor["next"] = number + 1
            yield self.offer(number)
"""


def write_plugin(folder: Path, body: str = GOOD, name: str = "stranger") -> Path:
    """A plugin file whose class ends in ``body``."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.py"
    file.write_text(_HEAD.replace('"stranger"', f'"{name}"') + indent(dedent(body), "    "))
    return file


def load_stranger(file: Path, **table: Any) -> LoadedSource:
    """The plugin of a file, switched on."""
    tables = {"plugin_files": [file], "sources": {file.stem: {"enabled": True, **table}}}
    (loaded,) = load_sources(Settings.model_validate(tables))
    return loaded


def stranger(folder: Path, body: str = GOOD, **table: Any) -> LoadedSource:
    """Write and load at once; it must load."""
    loaded = load_stranger(write_plugin(folder, body), **table)
    assert loaded.error == ""
    return loaded
