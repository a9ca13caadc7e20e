"""Which settings can change while the daemon runs, and which wait for its next start."""

from typing import Any

from astrolens.config.settings import Settings

_AT_ONCE = ("detect.", "daemon.log_level", "ui.", "store.keep_")


def changed_keys(before: Settings, after: Settings) -> list[str]:
    """Dotted names of the settings that differ.

    Parameters
    ----------
    before, after : Settings
        Two readings.

    Returns
    -------
    list of str
        Sorted.
    """
    old, new = _flat(before.model_dump(mode="json")), _flat(after.model_dump(mode="json"))
    return sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))


def needs_restart(before: Settings, after: Settings) -> list[str]:
    """Changed settings that are used only at the next start.

    Parameters
    ----------
    before, after : Settings
        Two readings.

    Returns
    -------
    list of str
        Dotted names, sorted.
    """
    return [key for key in changed_keys(before, after) if not at_once(key)]


def at_once(key: str) -> bool:
    """Whether a changed setting is taken up by a reload.

    Parameters
    ----------
    key : str
        Dotted name.

    Returns
    -------
    bool
        False: it waits for the next start.
    """
    return key.startswith(_AT_ONCE)


def _flat(tree: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            out |= _flat(value, f"{prefix}{key}.")
        else:
            out[f"{prefix}{key}"] = value
    return out
