"""One request to the daemon as data: what `questions` and `orders` build and both clients send."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, TypeVar, cast
from urllib.parse import urlencode

from astrolens.domain.errors import AstroLensError, BadData, ConfigError, Unavailable
from astrolens.domain.text import clean

Reply = TypeVar("Reply")

UNANSWERED = "start one with 'astrolens up' or 'astrolens daemon'"


class ReplyForm(StrEnum):
    """How the body of a good answer is read."""

    JSON = "json"
    TEXT = "text"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class TcpAddress:
    """The daemon's optional port on 127.0.0.1.

    Attributes
    ----------
    port : int
        ``daemon.tcp_port``.
    token : str
        Contents of the daemon's token file.
    """

    port: int
    token: str = field(repr=False)


# Without slots: a frozen generic record with slots cannot be made as Call[X](...) before Python 3.12.
@dataclass(frozen=True, kw_only=True)
class Call(Generic[Reply]):
    """One request; its type parameter is the shape of the answer.

    Attributes
    ----------
    method, path : str
        HTTP method and absolute path.
    query : Mapping of str to str
        Query parameters, not yet encoded.
    body : object
        Sent as JSON; None for no body.
    upload : Path or None
        A file that is sent as the part ``file`` of a form.
    form : ReplyForm
        How the answer is read.
    timeout_s : float
        Total time until the answer is complete.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    upload: Path | None = None
    form: ReplyForm = ReplyForm.JSON
    timeout_s: float = 10.0

    def target(self) -> str:
        """Path and encoded query.

        Returns
        -------
        str
            What stands in the request line.
        """
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path


def chosen(**values: object) -> dict[str, str]:
    """Query parameters that were given.

    Parameters
    ----------
    **values : object
        None leaves a parameter out; a tuple is joined with commas.

    Returns
    -------
    dict of str to str
        Ready for `Call.query`.
    """
    return {
        name: ",".join(str(part) for part in value) if isinstance(value, tuple) else str(value)
        for name, value in values.items()
        if value is not None and value != ()
    }


def file_name(path: Path) -> str:
    """Name of a file as it may stand in a form.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str
        Without quotes, backslashes and control characters.
    """
    return clean(path.name, 120).replace('"', "_").replace("\\", "_")


def read_reply(call: Call[Reply], status: int, body: bytes) -> Reply:
    """Answer of the daemon, or the error that it means.

    Parameters
    ----------
    call : Call
        What was asked.
    status : int
        HTTP status.
    body : bytes
        The whole body.

    Returns
    -------
    Reply
        Parsed as the call's form says.

    Raises
    ------
    BadData
        When the daemon refuses this request (400, 404, 409, 413, 422).
    ConfigError
        When it refuses this person (401, 403).
    Unavailable
        When it cannot answer now (5xx), or what answers is no daemon.
    """
    import json

    if status >= 400:
        raise _refusal(call, status, body)
    if call.form is ReplyForm.BYTES:
        return cast(Reply, body)
    if call.form is ReplyForm.TEXT:
        return cast(Reply, body.decode("utf-8", "replace"))
    try:
        return cast(Reply, json.loads(body))
    except ValueError as error:
        raise Unavailable(f"{call.path}: the answer is no JSON; is this an AstroLens daemon?") from error


def _refusal(call: Call[Any], status: int, body: bytes) -> AstroLensError:
    import json

    try:
        words = clean(json.loads(body)["error"], 2000)
    except (ValueError, KeyError, TypeError):
        words = f"{call.method} {call.path} was answered with status {status}"
    if status in (401, 403):
        return ConfigError(words)
    return Unavailable(words) if status >= 500 else BadData(words)
