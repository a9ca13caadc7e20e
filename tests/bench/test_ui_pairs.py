"""Windows in turn, and a reader that reads nothing."""

import socket
import threading
from contextlib import nullcontext
from itertools import cycle
from pathlib import Path

import pytest

from astrolens.bench.ui_pairs import mute_reader, paired


def test_a_cost_of_one_percent_is_seen_in_small_scatter() -> None:
    attached: list[int] = []
    scatter = cycle([1.0, 1.002, 0.998])

    def window() -> dict[str, float]:
        return {"per_s": next(scatter) * (0.99 if attached else 1.0)}

    class Mute:
        def __enter__(self) -> None:
            attached.append(1)

        def __exit__(self, *_error: object) -> None:
            attached.pop()

    told: list[int] = []
    found = paired(window, Mute, 40, told.append)
    low, high = found["per_s"]["ratio_95"]
    assert low < 0.99 < high < 1.0
    assert told == list(range(1, 41))


def test_equal_windows_have_the_ratio_one() -> None:
    found = paired(lambda: {"per_s": 2.0}, nullcontext, 3, lambda _number: None)
    assert found["per_s"] == {"ratio": 1.0, "ratio_95": [1.0, 1.0], "scatter": 0.0}


@pytest.mark.parametrize(
    ("answer", "begins"), [(b"HTTP/1.1 101 Switching", True), (b"HTTP/1.1 404 Not", False)]
)
def test_the_mute_reader_asks_and_is_silent(tmp_path: Path, answer: bytes, begins: bool) -> None:
    path, heard = tmp_path / "s", bytearray()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()

        def serve() -> None:
            connection, _address = server.accept()
            with connection:
                while b"\r\n\r\n" not in heard:
                    heard.extend(connection.recv(1000))
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            if begins:
                with mute_reader(path, 7):
                    pass
            else:
                with pytest.raises(ConnectionError, match="did not begin"), mute_reader(path, 7):
                    pass
        finally:
            thread.join(10)
    assert heard.startswith(b"GET /events?after=7 HTTP/1.1\r\n")
