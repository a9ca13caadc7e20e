"""Whose word a request carries."""

import pwd

from aiohttp import web

from astrolens.api.door import is_unix, peer_uid
from astrolens.domain.text import clean

LONGEST_REVIEWER = 60


def reviewer_of(request: web.Request, named: str | None) -> str:
    """Name of the person behind a request.

    Parameters
    ----------
    request : aiohttp.web.Request
        The request.
    named : str or None
        The name that it gives, if any.

    Returns
    -------
    str
        Sanitised, at most 60 characters; without a name the login name of the user at the other end.
    """
    return clean((named or "").strip() or _caller(request), LONGEST_REVIEWER)


def _caller(request: web.Request) -> str:
    if not is_unix(request) or request.transport is None:
        return "tcp"
    user = peer_uid(request.transport.get_extra_info("socket"))
    try:
        return "unknown" if user is None else pwd.getpwuid(user).pw_name
    except KeyError:
        return f"user {user}"
