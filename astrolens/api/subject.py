"""What all groups of routes share: the daemon behind them, and a short way to write a route down."""

from abc import ABC, abstractmethod
from typing import Any, Unpack

from astrolens.api.context import ApiContext
from astrolens.api.route import Handler, Route, RouteExtras


class Subject(ABC):
    """Routes about one subject and their answers.

    Parameters
    ----------
    context : ApiContext
        Store and daemon.
    """

    def __init__(self, context: ApiContext) -> None:
        self._context = context

    @abstractmethod
    def routes(self) -> list[Route]:
        """Routes of this subject.

        Returns
        -------
        list of Route
            For the server and the document.
        """


def get(path: str, handler: Handler, reply: Any, words: str, **extras: Unpack[RouteExtras]) -> Route:
    """A route that only looks.

    Parameters
    ----------
    path : str
        As in `Route`.
    handler : Callable
        Answers it.
    reply : type or None
        Shape of the JSON answer; None when it is no JSON.
    words : str
        One sentence for the document.
    **extras : object
        Other members of `Route`.

    Returns
    -------
    Route
        With method GET.
    """
    return Route(method="GET", path=path, handler=handler, reply=reply, words=words, **extras)


def post(path: str, handler: Handler, reply: Any, words: str, **extras: Unpack[RouteExtras]) -> Route:
    """A route that does something.

    Parameters
    ----------
    path : str
        As in `Route`.
    handler : Callable
        Answers it.
    reply : type or None
        Shape of the JSON answer.
    words : str
        One sentence for the document.
    **extras : object
        Other members of `Route`.

    Returns
    -------
    Route
        With method POST.
    """
    return Route(method="POST", path=path, handler=handler, reply=reply, words=words, **extras)
