"""Windows in turn, and a reader that reads nothing."""

import socket
import threading
from contextlib import nullcontext
from itertools import cycle
from pathlib import Path

import pytest

from astrolens.bench.ui_pairs import added_share, in_turn, mute_reader, ratio_of


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
    low, high = ratio_of(in_turn(window, Mute, 40, told.append), "per_s")["ratio_95"]
    assert low < 0.99 < high < 1.0
    assert told == list(range(1, 41))


def test_equal_windows_have_the_ratio_one() -> None:
    windows = in_turn(lambda: {"per_s": 2.0}, nullcontext, 3, lambda _number: None)
    assert ratio_of(windows, "per_s") == {"ratio": 1.0, "ratio_95": [1.0, 1.0], "scatter": 0.0}


def test_the_order_is_abba() -> None:
    seen: list[str] = []

    class Mute:
        def __enter__(self) -> None:
            seen.append("(")

        def __exit__(self, *_error: object) -> None:
            seen.append(")")

    def window() -> dict[str, float]:
        seen.append("w")
        return {"number": float(len(seen))}

    windows = in_turn(window, Mute, 2, lambda _number: None)
    assert "".join(seen) == "w(w)(w)w"
    assert [(alone["number"], beside["number"]) for alone, beside in windows] == [(1.0, 3.0), (8.0, 6.0)]


def test_what_a_part_grows_by_is_a_share_of_the_whole() -> None:
    whole = cycle([10.0, 14.0, 6.0])  # scatters far more than what is looked for
    windows = [
        ({"loop": 1.0, "all": all_}, {"loop": 1.0 + more, "all": 10.0})
        for all_, more in zip(whole, [0.1, 0.12, 0.08] * 10, strict=False)
    ]
    found = added_share(windows, "loop", "all")
    assert found["share"] == pytest.approx(0.01)
    low, high = found["share_95"]
    assert 0.009 < low < 0.01 < high < 0.011


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
