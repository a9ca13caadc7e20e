"""Which plugins there are: the built-in folder, installed packages and named files."""

import ast
import importlib
import logging
import pkgutil
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from astrolens.domain.text import clean

logger = logging.getLogger(__name__)

BUILT_IN = "astrolens_plugins"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSource:
    """A plugin that could be switched on; nothing of it has run.

    Attributes
    ----------
    name : str
        The key of its table below ``[sources]``.
    title : str
        What its file says about itself; "" when that takes running it.
    path : Path or None
        Its file; None for one of an installed package.
    entry : EntryPoint or None
        How an installed package names it.
    """

    name: str
    title: str
    path: Path | None = None
    entry: EntryPoint | None = None

    def where(self) -> str:
        """Where it comes from, for messages.

        Returns
        -------
        str
            Its file, or what the entry point names and the package that installed it.
        """
        if self.entry is None:
            return str(self.path or self.name)
        package = self.entry.dist.name if self.entry.dist else "unknown"
        return f"installed package {clean(package, 60)}: {self.entry.value}"

    def remedy(self) -> str:
        """What a person can do when it fails.

        Returns
        -------
        str
            The beginning of a sentence.
        """
        return "correct the plugin" if self.entry is None else "update or uninstall the package"


def known_sources(plugin_files: Iterable[Path] = ()) -> list[KnownSource]:
    """Every plugin that a configuration may name, found without running any of them.

    Parameters
    ----------
    plugin_files : iterable of Path
        Files or folders of the person's own; they win over built-in ones of the same name.

    Returns
    -------
    list of KnownSource
        Sorted by name. An installed package never replaces a built-in plugin.
    """
    found: dict[str, KnownSource] = {}
    built_in = [
        folder / (module.name if module.ispkg else f"{module.name}.py")
        for folder in built_in_folders()
        for module in pkgutil.iter_modules([str(folder)])
    ]
    for path in [*(Path(file).expanduser() for file in plugin_files), *built_in]:
        if path.stem in found:
            text = "plugin %s is left out: %s has the same name; rename one of them"
            logger.warning(text, path, found[path.stem].path)
        else:
            found[path.stem] = KnownSource(name=path.stem, title=_title(path), path=path)
    for entry in entry_points(group="astrolens.sources"):
        known = KnownSource(name=entry.name, title="", entry=entry)
        if entry.name in found:
            text = "%s is left out: %s is called %s too; the package must rename its entry point"
            logger.warning(text, known.where(), found[entry.name].where(), entry.name)
        else:
            found[entry.name] = known
    return sorted(found.values(), key=lambda source: source.name)


def built_in_folders() -> list[Path]:
    """Where the built-in plugins lie.

    Returns
    -------
    list of Path
        The folders of the package ``astrolens_plugins``.
    """
    return [Path(folder) for folder in importlib.import_module(BUILT_IN).__path__]


def file_of(path: Path) -> Path:
    """File that defines the class ``Source``.

    Parameters
    ----------
    path : Path
        A plugin's file or folder.

    Returns
    -------
    Path
        Of a folder, its ``plugin.py``, else its ``__init__.py``.
    """
    if path.is_dir():
        return path / ("plugin.py" if (path / "plugin.py").is_file() else "__init__.py")
    return path


def _title(path: Path) -> str:
    """The text assigned to ``title`` in the class ``Source``, read without running the file."""
    try:
        tree = ast.parse(file_of(path).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return ""
    body = next((n.body for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "Source"), [])
    for line in body:
        targets = line.targets if isinstance(line, ast.Assign) else [getattr(line, "target", None)]
        value = getattr(line, "value", None)
        named = any(isinstance(target, ast.Name) and target.id == "title" for target in targets)
        if named and isinstance(value, ast.Constant) and isinstance(value.value, str):
            return clean(value.value, 100)
    return ""
