"""The shape that a class must have to be a source."""

import inspect
import re
from urllib.parse import urlsplit

from astrolens.config.settings import SourceSettings
from astrolens.domain.errors import ConfigError, PluginError
from astrolens.domain.text import clean
from astrolens.plugin import SourceOptions

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_WORDS = ("title", "licence", "credit")


def check_class(kind: type, name: str, where: str) -> None:
    """Refuse a class that is no source, naming everything that it lacks or has wrong.

    Parameters
    ----------
    kind : type
        The plugin's ``Source``.
    name : str
        What it must be called.
    where : str
        Its file, for the message.

    Raises
    ------
    PluginError
        If anything is wrong.
    """
    wrong: list[str] = []
    if getattr(kind, "name", None) != name or not _NAME.fullmatch(name):
        wrong.append(f"name is {getattr(kind, 'name', None)!r}; it must be {name!r}, as its file is called")
    wrong += [f"{word} must be text" for word in _WORDS if not isinstance(getattr(kind, word, None), str)]
    hosts = getattr(kind, "hosts", None)
    if not isinstance(hosts, tuple) or not all(isinstance(h, str) and _HOST.fullmatch(h) for h in hosts):
        wrong.append(f"hosts is {hosts!r}; it must be a tuple of lower-case host names")
    interval = getattr(kind, "poll_interval_s", None)
    if not isinstance(interval, int | float) or not 0 < interval < float("inf"):
        wrong.append(f"poll_interval_s is {interval!r}; it must be a number of seconds above 0")
    options = getattr(kind, "Options", None)
    if not (inspect.isclass(options) and issubclass(options, SourceOptions)):
        wrong.append("Options must be a subclass of astrolens.plugin.SourceOptions")
    elif taken := sorted(set(options.model_fields) & set(SourceSettings.model_fields)):
        wrong.append(f"Options may not use the host's own keys {', '.join(taken)}")
    if not callable(getattr(kind, "offers", None)):
        wrong.append("offers must be an async generator method")
    if wrong:
        raise PluginError(clean(f"{where}: Source breaks the contract: {'; '.join(wrong)}", 1000))


def addresses(options: SourceOptions | None) -> dict[str, str]:
    """Servers that a person may name.

    Parameters
    ----------
    options : SourceOptions or None
        Of one source.

    Returns
    -------
    dict of str to str
        Every text option whose name ends in ``_url``, such as ``base_url``, without a final slash.
    """
    named = {key: getattr(options, key) for key in type(options).model_fields} if options else {}
    return {
        key: value.rstrip("/")
        for key, value in named.items()
        if key.endswith("_url") and isinstance(value, str)
    }


def check_base_url(name: str, options: SourceOptions) -> None:
    """Refuse an option ``base_url``, or another that ends in ``_url``, that is no address.

    Parameters
    ----------
    name : str
        The source.
    options : SourceOptions
        Its validated options; one without such an option is fine.

    Raises
    ------
    ConfigError
        Naming the key.
    """
    for key, value in addresses(options).items():
        if not _is_address(value):
            text = clean(repr(value), 80)
            raise ConfigError(f"sources.{name}.{key}: got {text}; want https://host[:port][/path]")


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        fine = parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.username is None
        fine = fine and not (parts.query or parts.fragment) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    return fine
