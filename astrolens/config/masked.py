"""Settings as they may be shown: what is secret stays so."""

import re
from collections.abc import Mapping
from typing import Any

MASK = "********"
_SECRET = re.compile(r"(^|_)(key|token|secret|password)$")
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]*@")


def is_secret(name: str) -> bool:
    """Whether a setting of this name must not be shown.

    Parameters
    ----------
    name : str
        Last part of its dotted name.

    Returns
    -------
    bool
        True for ``api_key``, ``token``, ``password`` and names that end like them; not for the name of a file with one.
    """
    return _SECRET.search(name.lower()) is not None


def masked(name: str, value: Any) -> Any:
    """A value that may be shown.

    Parameters
    ----------
    name : str
        Last part of its dotted name.
    value : object
        What JSON can say; tables are masked key by key.

    Returns
    -------
    object
        The same shape; secrets that are set read ``********``, and so does a name or password inside an address.
    """
    if isinstance(value, Mapping):
        return {key: masked(str(key), part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [masked(name, part) for part in value]
    if is_secret(name):
        return MASK if value else value
    return _CREDENTIALS.sub(f"{MASK}@", value) if isinstance(value, str) else value
