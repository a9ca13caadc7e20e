"""Names of keys, and what can be wrong with other keys for them."""

import pytest
from textual.binding import Binding

from astrolens.domain.errors import ConfigError
from astrolens.tui.actions import all_groups
from astrolens.tui.app import AstroLensApp, run_terminal, wrong_keys
from astrolens.tui.keymap import keyed, normal_key, normal_keys
from tests.tui.conftest import OpenTerminal

GROUPS = all_groups(AstroLensApp.BINDINGS)


def test_every_key_of_every_screen_has_a_name_of_its_own_and_words() -> None:
    for group in GROUPS:
        names = [binding.id for binding in group.bindings]
        assert all(names), group.title
        assert len(set(names)) == len(names), (group.title, names)


def test_names_come_from_the_words() -> None:
    (binding, named) = keyed(
        "card", [Binding("x", "clear_filter", "clear the filter"), Binding("y", "q", id="own")]
    )
    assert isinstance(binding, Binding)
    assert isinstance(named, Binding)
    assert (binding.id, named.id) == ("card.clear_the_filter", "own")


@pytest.mark.parametrize(
    ("typed", "name"),
    [("x", "x"), ("X", "X"), ("?", "question_mark"), ("ctrl+x", "ctrl+x"), ("shift+left", "shift+left"), ("f5", "f5"),
     ("+", "plus"), ("ctrl++", "ctrl+plus"), ("enter", "enter"), ("comma", "comma"), ("é", "é"), ("ctl+x", None),
     ("foo", None), ("", None), ("ctrl+", None)],
)  # fmt: skip
def test_names_of_keys(typed: str, name: str | None) -> None:
    assert normal_key(typed) == name


def test_mistakes_name_both_sides() -> None:
    assert wrong_keys({"candidates.anomaly": "A", "app.leave": "ctrl+x,Q"}) == []
    assert wrong_keys({"candidates.anomaly": "n", "candidates.normal": "a"}) == [], (
        "two keys may change places"
    )
    (unknown,) = wrong_keys({"candidates.anomal": "A"})
    assert "keys.candidates.anomal: there is no such action" in unknown
    assert "candidates.anomaly" in unknown
    (bad,) = wrong_keys({"candidates.anomaly": "ctl+a"})
    assert "got 'ctl+a', which is no key" in bad
    (clash,) = wrong_keys({"candidates.anomaly": "n"})
    assert (
        clash == "keys.candidates.anomaly: 'n' is also the key of candidates.normal; give one of them another"
    )
    assert any("app.leave" in line for line in wrong_keys({"candidates.anomaly": "q"}))
    with pytest.raises(ConfigError, match=r"keys\.nothing"):
        run_terminal(None, None, keys={"nothing": "x"})  # type: ignore[arg-type]


async def test_other_keys_work_and_stand_below(terminal: OpenTerminal) -> None:
    keys = {"candidates.anomaly": "A", "app.help": "f9"}
    async with terminal(view="candidates", keys=keys) as t:
        await t.until_shown("A anomaly")
        await t.press("a")
        await t.press("A")
        await t.until(lambda: len(t.daemon.labels) == 1)
        await t.press("f9")
        await t.until_shown("type to find a key")
        await t.until_shown("F9")
    assert normal_keys(keys)["app.help"] == "f9"
