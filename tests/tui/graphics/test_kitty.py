"""What is sent can be read back by the rules of the protocol, and cells are as wide as they say."""

import base64
import re
import unicodedata
import zlib

import numpy as np
from rich.cells import cell_len

from astrolens.tui.graphics.kitty import MOST_CELLS, cells, marks, removal, transmission
from astrolens.tui.picture import MOST_COLUMNS
from tests.tui.fake_daemon import galaxy

COMMAND = re.compile(r"\x1b_G([a-zA-Z0-9=,]+);([A-Za-z0-9+/=]*)\x1b\\")


def test_pixels_come_back() -> None:
    random = np.random.default_rng(1)
    pixels = (galaxy(3) // 2 + random.integers(0, 99, (128, 128, 3))).astype(np.uint8)
    sent = transmission(pixels, 77, 16, 8)
    found = COMMAND.findall(sent)
    assert COMMAND.sub("", sent) == ""
    assert len(found) > 3
    assert all(len(part) <= 4096 for _keys, part in found)
    first = dict(pair.split("=") for pair in found[0][0].split(","))
    assert (first["a"], first["U"], first["f"], first["o"], first["i"]) == ("T", "1", "24", "z", "77")
    assert (first["s"], first["v"], first["c"], first["r"]) == ("128", "128", "16", "8")
    assert [keys.endswith("m=1") for keys, _ in found] == [True] * (len(found) - 1) + [False]
    content = zlib.decompress(base64.b64decode("".join(part for _keys, part in found)))
    assert np.array_equal(np.frombuffer(content, np.uint8).reshape(128, 128, 3), pixels)


def test_marks_are_as_many_as_cells_and_of_the_kind_that_the_protocol_names() -> None:
    assert len(set(marks())) == MOST_CELLS == MOST_COLUMNS
    assert list(marks()) == sorted(marks())
    for mark in marks():
        assert unicodedata.combining(mark) == 230
        assert unicodedata.category(mark) == "Mn"
        assert not unicodedata.decomposition(mark)


def test_a_cell_is_a_cell() -> None:
    drawn = cells(0x010203, 100, 50)
    assert (drawn.columns, drawn.rows) == (100, 50)
    strip = drawn.strips[7]
    text = strip.text
    assert text[:3] == "\U0010eeee" + marks()[7] + marks()[0]
    assert cell_len(text) == 100
    segment = next(iter(strip))
    assert segment.style is not None
    assert segment.style.color is not None
    assert segment.style.color.triplet == (1, 2, 3)
    left, right = strip.divide([40, 100])
    assert (cell_len(left.text), cell_len(right.text)) == (40, 60)
    assert right.text[2] == marks()[40]


def test_a_picture_is_forgotten_by_its_number() -> None:
    assert removal(5) == "\x1b_Ga=d,d=I,i=5,q=2\x1b\\"
