"""The plain client of the verbs: standard library only, so that ``astrolens status`` starts at once."""

import http.client
import json
import secrets
import socket
from pathlib import Path
from typing import TypeVar

from astrolens.api.call import UNANSWERED, Call, TcpAddress, file_name, read_reply
from astrolens.domain.errors import Unavailable

Reply = TypeVar("Reply")


class SyncClient:
    """Asks one daemon, one request at a time.

    Parameters
    ----------
    address : Path or TcpAddress
        The Unix socket, or the port on 127.0.0.1 with its token.
    """

    def __init__(self, address: Path | TcpAddress) -> None:
        self._address = address

    def ask(self, call: Call[Reply]) -> Reply:
        """Send one request and read its answer.

        Parameters
        ----------
        call : Call
            From `astrolens.api.questions` or `astrolens.api.orders`.

        Returns
        -------
        Reply
            In the shape that the call names.

        Raises
        ------
        BadData
            When the daemon refuses the request.
        ConfigError
            When it refuses this person.
        Unavailable
            When no daemon answers in time.
        """
        headers, body = _body_of(call)
        connection = self._connection(call.timeout_s)
        if isinstance(self._address, TcpAddress):
            headers["Authorization"] = f"Bearer {self._address.token}"
        try:
            connection.request(call.method, call.target(), body=body, headers=headers)
            answer = connection.getresponse()
            return read_reply(call, answer.status, answer.read())
        except TimeoutError as error:
            raise Unavailable(
                f"{call.path}: no answer from {self._where()} within {call.timeout_s:g} s; "
                "the daemon may be busy or stopped"
            ) from error
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable(f"no daemon answers at {self._where()}; {UNANSWERED}") from error
        finally:
            connection.close()

    def _connection(self, timeout_s: float) -> http.client.HTTPConnection:
        if isinstance(self._address, TcpAddress):
            return http.client.HTTPConnection("127.0.0.1", self._address.port, timeout=timeout_s)
        return _UnixConnection(self._address, timeout_s)

    def _where(self) -> str:
        if isinstance(self._address, TcpAddress):
            return f"127.0.0.1:{self._address.port}"
        return str(self._address)


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: Path, timeout_s: float) -> None:
        super().__init__("localhost", timeout=timeout_s)
        self._path = path

    def connect(self) -> None:
        """Connect to the path instead of a host."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def _body_of(call: Call[Reply]) -> tuple[dict[str, str], bytes | None]:
    if call.upload is not None:
        return _form(call.upload)
    if call.body is None:
        return {}, None
    return {"Content-Type": "application/json"}, json.dumps(call.body).encode()


def _form(path: Path) -> tuple[dict[str, str], bytes]:
    boundary = secrets.token_hex(16)
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{file_name(path)}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    body = head.encode() + path.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
    return {"Content-Type": f"multipart/form-data; boundary={boundary}"}, body
