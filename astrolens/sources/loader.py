"""Load the plugins that the settings name; a bad one is reported, never fatal."""

import difflib
import importlib
import importlib.util
import inspect
import logging
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, cast
from urllib.parse import urlsplit

from astrolens.config.load import source_options
from astrolens.config.settings import Settings, SourceSettings
from astrolens.domain.errors import AstroLensError, ConfigError, PluginError
from astrolens.domain.text import clean
from astrolens.plugin import ImageSource, SourceOptions
from astrolens.sources.apart import call_in_time
from astrolens.sources.contract import addresses, check_base_url, check_class
from astrolens.sources.known import BUILT_IN, KnownSource, built_in_folders, file_of, known_sources

__all__ = ["KnownSource", "LoadedSource", "known_sources", "load_sources"]

logger = logging.getLogger(__name__)

LOAD_TIMEOUT_S = 60.0
_OWN_FILES = "astrolens_plugin_files"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedSource:
    """One table below ``[sources]`` with the plugin that answers to it.

    Attributes
    ----------
    name : str
        Key of the table.
    settings : SourceSettings
        What the host knows of it.
    plugin : ImageSource or None
        None when it is switched off or broken.
    options : SourceOptions or None
        Its validated options; None when it is switched off or broken.
    path : Path or None
        Its file; None for one of an installed package.
    error : str
        Why it cannot be used; "" when it can, or when it is switched off.
    """

    name: str
    settings: SourceSettings
    plugin: ImageSource | None = None
    options: SourceOptions | None = None
    path: Path | None = None
    error: str = ""

    def working(self) -> ImageSource:
        """The plugin, when it can be asked.

        Returns
        -------
        ImageSource
            Ready for a poll.

        Raises
        ------
        PluginError
            When it is switched off or broken.
        """
        if self.plugin is None:
            raise PluginError(self.error or f"sources.{self.name} is switched off; set enabled = true")
        return self.plugin

    @property
    def interval_s(self) -> float:
        """Seconds between two polls.

        Returns
        -------
        float
            The table's ``interval_s``, else the plugin's own.
        """
        return self.settings.interval_s or (self.plugin.poll_interval_s if self.plugin else 60.0)

    @property
    def base_url(self) -> str:
        """Address that a person named in the option ``base_url``.

        Returns
        -------
        str
            Without a final slash; "" for a plugin without that option.
        """
        return addresses(self.options).get("base_url", "")

    @property
    def base_urls(self) -> tuple[str, ...]:
        """Addresses that a person named, in ``base_url`` and every other option that ends in ``_url``.

        Returns
        -------
        tuple of str
            Without a final slash; below them plain ``http://`` and any port are allowed.
        """
        return tuple(addresses(self.options).values())

    @property
    def hosts(self) -> tuple[str, ...]:
        """Host names that the fetcher and the download may speak to for it.

        Returns
        -------
        tuple of str
            Those that the plugin declares and those of `base_urls`, lower case.
        """
        declared = self.plugin.hosts if self.plugin else ()
        named = [urlsplit(address).hostname for address in self.base_urls]
        return tuple(dict.fromkeys((*declared, *(host for host in named if host))))


def load_sources(settings: Settings) -> list[LoadedSource]:
    """Plugins of every table below ``[sources]``; blocking, so call it in a thread or before the loop.

    Parameters
    ----------
    settings : Settings
        ``sources`` and ``plugin_files`` are read. A source that is switched off is named and not run.

    Returns
    -------
    list of LoadedSource
        In the order of the file. A plugin that cannot be used carries its ``error``.

    Raises
    ------
    ConfigError
        When a table names a source that does not exist.
    """
    known = {source.name: source for source in known_sources(settings.plugin_files)}
    unknown = [name for name in settings.sources if name not in known]
    if unknown:
        raise ConfigError("\n".join(_unknown(name, list(known)) for name in unknown))
    return [_loaded(known[name], table) for name, table in settings.sources.items()]


def _unknown(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    remedy = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
    return f"sources.{clean(name, 40)}: no such source; {remedy}"


def _loaded(known: KnownSource, table: SourceSettings) -> LoadedSource:
    if not table.enabled:
        return LoadedSource(name=known.name, settings=table, path=known.path)
    try:
        plugin = _plugin_of(known)
        options = source_options(plugin.Options, table.options(), known.name)
        check_base_url(known.name, options)
    except AstroLensError as error:
        logger.error("source %s cannot be used: %s", known.name, error)
        return LoadedSource(name=known.name, settings=table, path=known.path, error=str(error))
    return LoadedSource(name=known.name, settings=table, plugin=plugin, options=options, path=known.path)


def _plugin_of(known: KnownSource) -> ImageSource:
    where = known.where()
    try:
        found = call_in_time(partial(_imported, known), LOAD_TIMEOUT_S, f"plugin {known.name}")
        kind = getattr(found, "Source", None) if isinstance(found, ModuleType) else found
        if inspect.isclass(kind):
            check_class(kind, known.name, where)
            plugin: ImageSource = cast(Any, kind)()
            return plugin
    except PluginError:
        raise
    except (Exception, SystemExit) as error:  # a plugin call
        logger.exception("plugin %s failed while it was loaded", where)
        text = clean(f"{type(error).__name__}: {error}", 300)
        raise PluginError(f"{where}: {text}; {known.remedy()} or set enabled = false") from error
    raise PluginError(f"{where}: has no class Source; see docs/plugins.md")


def _imported(known: KnownSource) -> Any:
    if known.entry is not None:
        return known.entry.load()
    path = known.path
    if path is None or not path.exists():
        raise PluginError(f"{path}: no such file; correct plugin_files or remove it there")
    if path.parent in built_in_folders():
        inner = ".plugin" if (path / "plugin.py").is_file() else ""
        return importlib.import_module(f"{BUILT_IN}.{path.stem}{inner}")
    return _from_file(path)


def _from_file(path: Path) -> ModuleType:
    """Run a file, or ``plugin.py`` of a folder, that lies outside every package."""
    name = f"{_OWN_FILES}.{path.stem}"
    file = file_of(path)
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise PluginError(f"{file}: is no Python file; plugin_files wants NAME.py or a folder with plugin.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
