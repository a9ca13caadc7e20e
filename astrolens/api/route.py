"""One route as data: what serves it, reads its parameters, and describes it in the OpenAPI document."""

import asyncio
import json
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypedDict

from aiohttp import web

from astrolens.api.shapes import mistake_in, schema_of

LARGEST_BODY_BYTES = 64 * 1024
_BODY_TIMEOUT_S = 10.0
_LONGEST_TEXT = 500


class ParameterKind(StrEnum):
    """What a query parameter holds."""

    INTEGER = "integer"
    NUMBER = "number"
    TEXT = "string"


_FORMS = {ParameterKind.INTEGER: ("a whole number", ".0f"), ParameterKind.NUMBER: ("a number", "g")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One query parameter.

    Attributes
    ----------
    name : str
        As it stands in the URL.
    words : str
        One sentence for the document.
    kind : ParameterKind
        What it holds.
    default : object
        Used when it is not given.
    minimum, maximum : float or None
        Bounds of a number, included.
    choices : tuple of str
        The only permitted values; empty permits any.
    many : bool
        Several values joined with commas; the handler gets a tuple.
    """

    name: str
    words: str
    kind: ParameterKind = ParameterKind.TEXT
    default: Any = None
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    many: bool = False

    def read(self, text: str) -> Any:
        """Value of the parameter.

        Parameters
        ----------
        text : str
            Decoded text from the URL.

        Returns
        -------
        int, float, str or tuple of str
            As `kind` and `many` say.

        Raises
        ------
        aiohttp.web.HTTPBadRequest
            If it does not fit.
        """
        if self.kind is not ParameterKind.TEXT:
            return self._number(text)
        if len(text) > _LONGEST_TEXT or "\0" in text:
            raise web.HTTPBadRequest(text=f"{self.name} is longer than {_LONGEST_TEXT} or holds a zero byte")
        parts = tuple(part for part in text.split(",") if part) if self.many else (text,)
        for part in parts:
            if self.choices and part not in self.choices:
                raise web.HTTPBadRequest(
                    text=f"{self.name} is {part[:80]!r}; choose one of {', '.join(self.choices)}"
                )
        return parts if self.many else text

    def _number(self, text: str) -> int | float:
        number: int | float
        try:
            number = int(text[:20]) if self.kind is ParameterKind.INTEGER else float(text[:40])
        except ValueError:
            number = math.nan
        low = -math.inf if self.minimum is None else self.minimum
        high = math.inf if self.maximum is None else self.maximum
        if not (math.isfinite(number) and low <= number <= high):
            what, form = _FORMS[self.kind]
            raise web.HTTPBadRequest(
                text=f"{self.name} is {text[:40]!r}; it must be {what} from {low:{form}} to {high:{form}}"
            )
        return number


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request whose parameters are checked.

    Attributes
    ----------
    request : aiohttp.web.Request
        The request itself.
    number : int
        The number in the path; 0 when the route has none.
    query : Mapping of str to object
        Every declared parameter, given or default.
    body : Mapping of str to object
        The JSON object, in the shape that the route declares; empty when it declares none.
    """

    request: web.Request
    number: int
    query: Mapping[str, Any]
    body: Mapping[str, Any]


Handler = Callable[[Asked], Awaitable[web.StreamResponse]]


class RouteExtras(TypedDict, total=False):
    """Members of `Route` that most routes leave as they are."""

    media_type: str
    status: int
    parameters: tuple[Parameter, ...]
    body: Any
    errors: tuple[int, ...]
    socket_only: bool
    takes_form: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One method and path.

    Attributes
    ----------
    method, path : str
        For example ``GET`` and ``/images/{id}``; the one placeholder, if any, is a number.
    handler : Callable
        Answers it.
    words : str
        One sentence for the document.
    reply : type or None
        Shape of the JSON answer; None when it is no JSON.
    media_type : str
        Of a good answer.
    status : int
        Of a good answer.
    parameters : tuple of Parameter
        Of the query; anything else there is refused.
    body : type or None
        ``TypedDict`` of the JSON request; None when it takes none.
    errors : tuple of int
        Statuses of refusals that belong to this route.
    socket_only : bool
        Refused over TCP.
    takes_form : bool
        The body is a form with one file, which the handler reads itself.
    """

    method: str
    path: str
    handler: Handler
    words: str
    reply: Any = None
    media_type: str = "application/json"
    status: int = 200
    parameters: tuple[Parameter, ...] = ()
    body: Any = None
    errors: tuple[int, ...] = ()
    socket_only: bool = False
    takes_form: bool = False

    def placeholder(self) -> str | None:
        """Name of the number in the path.

        Returns
        -------
        str or None
            None when the path has none.
        """
        return self.path.partition("{")[2].partition("}")[0] or None

    def pattern(self) -> str:
        """Path as the router wants it: digits only, so that words beside a number stay their own routes.

        Returns
        -------
        str
            For example ``/images/{id:[0-9]{1,18}}``.
        """
        name = self.placeholder()
        return self.path if name is None else self.path.replace(f"{{{name}}}", f"{{{name}:[0-9]{{1,18}}}}")

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Check the request and hand it to the handler.

        Parameters
        ----------
        request : aiohttp.web.Request
            From the router.

        Returns
        -------
        aiohttp.web.StreamResponse
            The handler's.

        Raises
        ------
        aiohttp.web.HTTPBadRequest
            If query or body do not fit.
        """
        name = self.placeholder()
        asked = Asked(
            request=request,
            number=int(request.match_info[name]) if name else 0,
            query=self._read_query(request),
            body=await self._read_body(request),
        )
        return await self.handler(asked)

    def _read_query(self, request: web.Request) -> dict[str, Any]:
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in request.query:
            if name not in known:
                names = ", ".join(known) or "none"
                raise web.HTTPBadRequest(text=f"unknown parameter {name[:40]!r}; known are: {names}")
            if len(request.query.getall(name)) > 1:
                raise web.HTTPBadRequest(text=f"{name} is given twice; give it once")
        return {
            name: parameter.read(request.query[name]) if name in request.query else parameter.default
            for name, parameter in known.items()
        }

    async def _read_body(self, request: web.Request) -> Mapping[str, Any]:
        if self.body is None:
            if request.can_read_body and not self.takes_form:
                raise web.HTTPBadRequest(text=f"{self.path} takes no body; send none")
            return {}
        value = await read_json(request)
        mistake = mistake_in(value, schema_of(self.body))
        if mistake is not None:
            raise web.HTTPBadRequest(text=mistake)
        body: Mapping[str, Any] = value
        return body


async def read_json(request: web.Request) -> Any:
    """JSON body of a request.

    Parameters
    ----------
    request : aiohttp.web.Request
        At most 64 KiB are read, within 10 s.

    Returns
    -------
    object
        What it says; an empty body is an empty object.

    Raises
    ------
    aiohttp.web.HTTPBadRequest
        If it is no JSON, nested too deep, or holds NaN or infinity.
    aiohttp.web.HTTPRequestTimeout
        If it does not arrive.
    """
    try:
        async with asyncio.timeout(_BODY_TIMEOUT_S):
            text = await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout(text=f"the body did not arrive within {_BODY_TIMEOUT_S:g} s") from None
    if not text:
        return {}
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(
            text=f"the body is {request.content_type[:80]!r}; send application/json"
        )
    try:
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_each_once)
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest(text="the body is no JSON, or nested too deep; correct it") from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise web.HTTPBadRequest(text="the body names a member twice; name it once")
    return members


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def json_reply(value: Any, *, status: int = 200) -> web.Response:
    """Answer with JSON; numbers that are not finite become null.

    Parameters
    ----------
    value : object
        JSON-able.
    status : int
        HTTP status.

    Returns
    -------
    aiohttp.web.Response
        Never cached.
    """
    try:
        text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    except ValueError:
        text = json.dumps(_finite(value), allow_nan=False, separators=(",", ":"))
    return web.Response(
        text=text, status=status, content_type="application/json", headers={"Cache-Control": "no-store"}
    )


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): _finite(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return value
