"""Small answers that a server may confirm instead of sending again."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from astrolens.domain.text import clean

_LARGEST_BYTES = 2**20
_MOST_BYTES = 16 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reply:
    body: bytes
    etag: str
    last_modified: str


class ReplyCache:
    """Bodies whose server told a version of them, the latest used ones.

    Parameters
    ----------
    most_bytes : int
        Bound of all bodies together; one of more than 1 MiB is never kept.
    """

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._replies: OrderedDict[str, _Reply] = OrderedDict()

    def headers(self, url: str) -> dict[str, str]:
        """Conditions to ask with.

        Parameters
        ----------
        url : str
            The address.

        Returns
        -------
        dict of str to str
            Empty when nothing is kept.
        """
        reply = self._replies.get(url)
        if reply is None:
            return {}
        conditions = {"If-None-Match": reply.etag, "If-Modified-Since": reply.last_modified}
        return {name: value for name, value in conditions.items() if value}

    def confirmed(self, url: str) -> bytes | None:
        """Body that the server says is still right.

        Parameters
        ----------
        url : str
            The address.

        Returns
        -------
        bytes or None
            None when it is not kept any more.
        """
        reply = self._replies.get(url)
        if reply is None:
            return None
        self._replies.move_to_end(url)
        return reply.body

    def keep(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Remember an answer if its server told a version of it.

        Parameters
        ----------
        url : str
            The address.
        body : bytes
            What came.
        headers : Mapping of str to str
            Of the answer.
        """
        self.drop(url)
        etag = clean(headers.get("ETag", ""), 256)
        last_modified = clean(headers.get("Last-Modified", ""), 64)
        told = bool(etag or last_modified) and "no-store" not in headers.get("Cache-Control", "").lower()
        if not told or len(body) > _LARGEST_BYTES:
            return
        self._replies[url] = _Reply(body=body, etag=etag, last_modified=last_modified)
        self._bytes += len(body)
        while self._bytes > self._most_bytes:
            self.drop(next(iter(self._replies)))

    def drop(self, url: str) -> None:
        """Forget an answer.

        Parameters
        ----------
        url : str
            The address.
        """
        gone = self._replies.pop(url, None)
        self._bytes -= len(gone.body) if gone else 0
