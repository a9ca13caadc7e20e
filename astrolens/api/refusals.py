"""The one door for errors: every failure of a handler becomes an `ErrorReply`."""

import logging
import math
import secrets
from http import HTTPStatus

from aiohttp import web
from aiohttp.typedefs import Handler

from astrolens.api.route import json_reply
from astrolens.api.wire import ErrorReply
from astrolens.domain.errors import BadData, ConfigError, PluginError, Unavailable

_LOG = logging.getLogger(__name__)


@web.middleware
async def refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn errors into answers.

    Parameters
    ----------
    request : aiohttp.web.Request
        Any request.
    handler : Callable
        What answers it.

    Returns
    -------
    aiohttp.web.StreamResponse
        The answer, or an `ErrorReply`: 422 for `BadData`, `ConfigError` and `PluginError`, 503 for
        `Unavailable`, 500 with a reference into the log for everything else.
    """
    try:
        response = await handler(request)
    except web.HTTPException as error:
        response = _http_error(error)
    except (BadData, ConfigError, PluginError) as error:
        response = _refusal(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
    except Unavailable as error:
        response = _refusal(HTTPStatus.SERVICE_UNAVAILABLE, str(error))
        if error.retry_after_s is not None and math.isfinite(error.retry_after_s):
            response.headers["Retry-After"] = str(max(1, math.ceil(error.retry_after_s)))
    except Exception:  # noqa: BLE001
        reference = secrets.token_hex(4)
        _LOG.exception("request failed: %s %s, reference %s", request.method, request.path[:200], reference)
        response = _refusal(
            HTTPStatus.INTERNAL_SERVER_ERROR, f"the daemon failed; look for reference {reference} in its log"
        )
    if not response.prepared:
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
    return response


def _http_error(error: web.HTTPException) -> web.Response:
    words = error.text or HTTPStatus(error.status).phrase
    if error.status == HTTPStatus.NOT_FOUND and words.startswith("404"):
        words = "no such route; GET /openapi.json lists them"
    if error.status == HTTPStatus.METHOD_NOT_ALLOWED and isinstance(error, web.HTTPMethodNotAllowed):
        words = f"{error.method} is not for this route; use {', '.join(sorted(error.allowed_methods))}"
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        words = _too_large(words)
    response = _refusal(error.status, words)
    for name in ("Allow", "WWW-Authenticate", "Retry-After"):
        if name in error.headers:
            response.headers[name] = error.headers[name]
    return response


def _too_large(words: str) -> str:
    """The framework's sentence in our words: the limit is the number in it."""
    limit = next((part for part in words.rstrip(".").split() if part.isdecimal()), None)
    return f"the body has more than {limit} bytes, the most that is taken here; send less" if limit else words


def _refusal(status: int, words: str) -> web.Response:
    return json_reply(ErrorReply(error=words[:4000]), status=status)
