"""The page asks no other server for anything."""

import re

from hypothesis import given
from hypothesis import strategies as st

from astrolens.web.page import KEYS_SCRIPT, page

HOST = "127.0.0.1:8617"


def test_it_names_no_other_server() -> None:
    assert re.findall(r"(?:https?|wss?)://[^/\"]+", page(HOST, None)) == [f"ws://{HOST}"]
    assert 'data-font-size="15"' in page(HOST, None)
    assert 'data-font-size="20"' in page(HOST, "20")


@given(st.text(max_size=30), st.text(max_size=30))
def test_strangers_words_cannot_leave_their_place(host: str, size: str) -> None:
    usual = page("HOST", "15")
    shown = page(host, size)
    assert shown.count("<") == usual.count("<")
    assert shown.count('"') == usual.count('"')


def test_the_script_of_our_own_asks_nobody_for_anything() -> None:
    assert not re.search(r"http|fetch|import|eval|innerHTML|WebSocket", KEYS_SCRIPT)
