"""Which pictures are asked for while somebody hurries past them."""

import asyncio
from typing import cast

from textual.app import App, ComposeResult

from astrolens.domain.errors import Unavailable
from astrolens.tui.album import Album
from astrolens.tui.app import AstroLensApp
from astrolens.tui.picture import Drawn
from astrolens.tui.widgets.cutout import Cutout
from tests.tui.conftest import drained as all_drained
from tests.tui.still import still_live


class Slow(Cutout):
    """Its pictures come when the test lets them."""

    def __init__(self) -> None:
        super().__init__(cast(Album, None), still_live())
        self.asked: list[int] = []
        self.there: dict[int, Drawn] = {}
        self.gates: dict[int, asyncio.Event] = {}
        self.away = False
        self.gone: dict[int, str] = {}

    def known(self, image_id: int) -> Drawn | None:
        """What came."""
        return self.there.get(image_id)

    def refused(self, image_id: int) -> str:
        """What the test says."""
        return self.gone.get(image_id, "")

    async def made(self, image_id: int, columns: int, rows: int) -> Drawn:
        """Wait for the test."""
        self.asked.append(image_id)
        await self.gates.setdefault(image_id, asyncio.Event()).wait()
        if self.away:
            raise Unavailable("nobody answers")
        self.there[image_id] = Drawn(strips=(), columns=0, rows=0)
        return self.there[image_id]


class Box(App[int]):
    """One picture."""

    def __init__(self) -> None:
        super().__init__()
        self.cutout = Slow()

    def compose(self) -> ComposeResult:
        """The picture."""
        yield self.cutout


async def drained(app: Box) -> None:
    await all_drained(cast(AstroLensApp, app))


async def asked(app: Box, wanted: list[int]) -> None:
    async with asyncio.timeout(10.0):
        while app.cutout.asked != wanted:
            await drained(app)


async def test_what_is_half_done_is_finished_and_what_was_passed_is_left_out() -> None:
    app = Box()
    async with app.run_test(size=(20, 6)):
        cutout = app.cutout
        for image_id in (1, 2):
            cutout.show(image_id)
            await asked(app, list(range(1, image_id + 1)))
        for image_id in (3, 4, 2, 4):
            cutout.show(image_id)
            await drained(app)
        assert cutout.asked == [1, 2], "two are on their way, and no more"
        cutout.gates[1].set()
        await asked(app, [1, 2, 4])
        assert set(cutout.there) == {1}, "the first one is kept though another is wanted"
        cutout.gates[4].set()
        async with asyncio.timeout(10.0):
            while cutout.drawn is None:
                await drained(app)
        assert cutout.drawn is cutout.there[4]
        cutout.gates[2].set()
        await drained(app)
        assert cutout.drawn is cutout.there[4], "an answer that comes late changes nothing"
        assert cutout.asked == [1, 2, 4]


async def test_after_an_error_it_is_asked_again_when_it_is_wanted_again() -> None:
    app = Box()
    async with app.run_test(size=(40, 6)):
        cutout = app.cutout
        cutout.away = True
        cutout.gates[1] = asyncio.Event()
        cutout.gates[1].set()
        cutout.show(1)
        await asked(app, [1])
        await drained(app)
        assert cutout.drawn is None
        cutout.away = False
        cutout.show(1)
        await asked(app, [1, 1])


async def test_a_picture_that_is_known_to_be_gone_is_not_asked_for() -> None:
    app = Box()
    async with app.run_test(size=(40, 6)):
        cutout = app.cutout
        cutout.gone[1] = "it was deleted"
        cutout.show(1)
        await drained(app)
        lines = [
            "".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()
        ]
        assert any("it was deleted" in line for line in lines)
        cutout.show(2)
        await asked(app, [2])


async def test_nothing_is_made_ahead_for_a_place_that_went_away() -> None:
    app = Box()
    async with app.run_test(size=(20, 6)):
        cutout = app.cutout
        cutout.AHEAD_AFTER_S = 0.0
        cutout.prefetch((1, 2, 3))
        await asked(app, [1])
        cutout.display = False
        await drained(app)
        assert not cutout.content_size.area
        cutout.gates[1].set()
        await drained(app)
        assert cutout.asked == [1], "there is no place for a second one"
