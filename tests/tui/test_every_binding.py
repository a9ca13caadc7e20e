"""Every key of every screen is pressed where it works, and what it is for is asked after each.

A binding that is not in the book of keys fails the first test: whoever adds a key writes here what it does.
"""

import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.dom import DOMNode

import astrolens.tui
from astrolens.tui.keymap import normal_keys
from astrolens.tui.yardstick import Yardstick
from tests.tui.conftest import OpenTerminal, Terminal, drained, handled
from tests.tui.fake_daemon import FakeDaemon
from tests.tui.fake_pixels import in_flux
from tests.tui.fake_views import a_transient
from tests.tui.key_book import BOOK, Probe, Step, Walk

pytestmark = pytest.mark.timeout(120)


def every_class() -> Iterator[type[DOMNode]]:
    """Whatever of this package declares keys."""
    for module in pkgutil.walk_packages(astrolens.tui.__path__, "astrolens.tui."):
        for _name, one in inspect.getmembers(import_module(module.name), inspect.isclass):
            ours = one.__module__ == module.name and one is not Yardstick and "BINDINGS" in vars(one)
            if ours and issubclass(one, DOMNode):
                yield one


def keys_of(one: type[DOMNode]) -> set[str]:
    """Each key by itself."""
    return {
        key
        for binding in vars(one)["BINDINGS"]
        if isinstance(binding, Binding)
        for key in binding.key.split(",")
    }


CLASSES = {one.__name__: one for one in every_class()}


def test_the_book_holds_every_key() -> None:
    assert set(BOOK) == set(CLASSES)
    for name, walk in BOOK.items():
        assert walk.keys() == keys_of(CLASSES[name]), name


def world(daemon: FakeDaemon) -> None:
    """Something for every key to work on."""
    daemon.pixels = in_flux
    daemon.saved.update({"by name": "name:NGC", "odd ones": "sigma>4", "of sdss": "source:sdss"})
    rows = [a_transient(number) for number in (1, 2, 3)]
    daemon.views.transients.update({"rows": rows, "installed": True, "reason": ""})
    for number in range(30):
        daemon.note("finding", 3, source="sdss", sigma=4.2, key=f"key-{number}", decision="anomaly")


async def walk_through(t: Terminal, walk: Walk, keys: Mapping[str, str]) -> None:
    """Press everything; what was remapped by its new key."""

    def visit(address: str) -> bool:
        t.daemon.asked.append(f"browser {address}")
        return True

    t.app.open_address = visit

    async def go(where: tuple[str, ...]) -> None:
        for one in where:
            if one.startswith("["):
                await t.until_shown(one[1:-1])
                await drained(t.app)
            else:
                await t.press(one)
            if one == "escape":  # of the palette closes first its list, then itself
                await drained(t.app)

    await go(walk.to)
    await t.until(lambda: walk.needs(t), "what the walk needs")
    for step in walk.steps:
        await go(step.first)
        await drained(t.app)  # what was pressed before is over: the change is this key's
        before = step.probe(t)
        await t.press(keys.get(step.key, step.key))
        await t.until(
            partial(_other, t, step.probe, before), f"{step.key} changes something; it is still {before}"
        )


def _other(t: Terminal, probe: Probe, before: object) -> bool:
    return probe(t) != before


@pytest.mark.parametrize("name", BOOK)
async def test_every_key_does_what_it_is_for(terminal: OpenTerminal, tmp_path: Path, name: str) -> None:
    async with terminal(size=BOOK[name].size, prepare=world, after_key=handled) as t:
        t.app.reports = tmp_path
        await walk_through(t, BOOK[name], {})


def other_keys(name: str) -> dict[str, str]:
    """Another key for every action of a class, as ``[keys]`` would give it."""
    free = iter("αβγδεζηθικλμνξοπρστυφχψωабвгдежзийклмнпрст" if BOOK[name].letters else ())
    spare = iter(f"f{number}" for number in range(5, 13))
    return {
        binding.id: next(free, "") or next(spare)
        for binding in vars(CLASSES[name])["BINDINGS"]
        if isinstance(binding, Binding) and binding.id
    }


@pytest.mark.parametrize("name", BOOK)
async def test_every_key_can_be_another(terminal: OpenTerminal, tmp_path: Path, name: str) -> None:
    given = other_keys(name)
    instead = {
        key: given[binding.id]
        for binding in vars(CLASSES[name])["BINDINGS"]
        if isinstance(binding, Binding) and binding.id
        for key in binding.key.split(",")
    }
    walk = BOOK[name]
    own = ("AstroLensApp", "PointChart")  # whose first keys are their own
    once = []
    for step in walk.steps:
        first = tuple(instead.get(key, key) if name in own else key for key in step.first)
        once.append(Step(step.key, step.probe, first))
    way = walk.to if name != "AstroLensApp" else tuple(instead.get(key, key) for key in walk.to)
    async with terminal(size=walk.size, prepare=world, keys=normal_keys(given), after_key=handled) as t:
        t.app.reports = tmp_path
        await walk_through(t, Walk(to=way, steps=tuple(once), needs=walk.needs), instead)
