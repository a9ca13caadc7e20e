"""View 6 on a fake daemon: versions, their comparison, promotion and rollback, and what is to be read."""

import asyncio
from functools import partial

import pytest

from astrolens.config.settings import UiSettings
from astrolens.tui.glyphs import ascii_glyphs, unicode_glyphs
from astrolens.tui.model_text import model_lines, spark
from astrolens.tui.palette import dark_palette
from astrolens.tui.read_only import ONLY_READS
from astrolens.tui.screens.models import ModelsView
from astrolens.tui.screens.promotion_asker import PromotionAsker
from astrolens.tui.widgets.reading import Reading
from astrolens.tui.widgets.versions import Versions
from tests.tui.conftest import OpenTerminal, Terminal
from tests.tui.fake_daemon import FakeDaemon
from tests.tui.fake_views import some_models

_TRAINED = "/home/ana/.local/share/astrolens/models/night-school"


async def opened(t: Terminal, *keys: str) -> None:
    await t.press("6")
    await t.until_shown("night-school")
    await t.press(*keys)


def told(t: Terminal, words: str) -> bool:
    return t.app.live.notice is not None and words in t.app.live.notice.words


async def asked_about(t: Terminal, *keys: str) -> None:
    await t.press(*keys)
    await t.until(lambda: isinstance(t.app.screen, PromotionAsker), "the question")


async def answered(t: Terminal) -> None:
    await t.until(lambda: isinstance(t.app.screen, ModelsView), "the view again")


# ------------------------------------------------------------------------ to read


async def test_everything_is_on_it(terminal: OpenTerminal) -> None:
    async with terminal(size=(160, 90)) as t:
        await t.press("6")
        for words in (
            "● in use", "configured", "+0.025 (+0.004 to +0.046)", "▲ better", "= not better", "? too few labels",
            "· not compared", "vit-tiny-p8-night-9c04", "comes with AstroLens, measured 32,100 pictures",
            "▼ rolled back", "satellite trails came up as odd", "without proof: not shown to be better; AUROC 0.878",
            "vit-tiny-p8-galaxy-3f9a", "sha256 3f9ac1d2", "Is the budget kept?", "20 of 31", "0.70 x budget",
            "odd per 1,000", "of a former model", "✗ alarm", "higher sky", "vit-tiny-galaxy-81bb",
        ):  # fmt: skip
            await t.until_shown(words)


async def test_keys_and_mouse_choose_a_version(terminal: OpenTerminal) -> None:
    async with terminal(size=(100, 40)) as t:
        await opened(t)
        await t.until_shown("taken up again")
        await t.press("j")
        await t.until_shown("a folder on this machine")
        await t.until_shown(f"{_TRAINED} vit-tiny-p8-night-9c04")
        await t.press("j", "down")
        await t.until_shown("and 30 are needed")
        await t.press("k")
        await t.until_shown("Not shown to be better: AUROC 0.878")
        await t.pilot.click(Versions, offset=(4, 4))
        await t.until_shown("Not compared with the one in use: c compares both")
        await t.pilot.click(Versions, offset=(4, 1), times=2)
        await t.until_shown("Put another model to use")


async def test_the_text_scrolls_below_the_versions(terminal: OpenTerminal) -> None:
    async with terminal(size=(80, 24)) as t:
        await opened(t)
        assert "Models that measured pictures here" not in t.screen()
        await t.press("end")
        await t.until_shown("vit-tiny-galaxy-81bb")
        assert "night-school" in t.screen(), "the versions stay"
        await t.press("home", "pagedown")
        await t.until(lambda: t.app.screen.query_one(Reading).scroll_offset.y > 0)
        await t.press("pageup")
        await t.until_shown("Promotions")


async def test_the_cursor_stays_on_its_version(terminal: OpenTerminal) -> None:
    async with terminal(size=(100, 40)) as t:
        await opened(t, "j", "j")
        await t.until_shown("Not shown to be better: AUROC 0.878")
        t.daemon.views.models["choices"].insert(
            1, {**t.daemon.views.models["choices"][4], "model_id": "new-one"}
        )
        await t.press("r")
        await t.until(lambda: t.app.screen.query_one(Versions).cursor == 3)
        await t.until_shown("Not shown to be better: AUROC 0.878")


async def test_keys_work_after_a_slow_answer(terminal: OpenTerminal) -> None:
    def slow(daemon: FakeDaemon) -> None:
        daemon.views.gate = asyncio.Event()

    async with terminal(size=(100, 40), prepare=slow) as t:
        await t.press("6")
        await t.until_shown("Reading what is known of the models.")
        assert t.daemon.views.gate is not None
        t.daemon.views.gate.set()
        await t.until_shown("night-school")
        await t.press("j")
        await t.until_shown("Better: AUROC 0.912")


def test_a_model_without_a_past() -> None:
    reply = some_models()
    reply.update({"calibrations": [], "alarms": [], "drift": [], "nights": [], "promotions": []})
    words = "\n".join(line.plain for line in model_lines(reply, dark_palette(), unicode_glyphs(), 80))
    for said in (
        "None yet: no source has shown enough",
        "No source is on.",
        "No night has ended",
        "None yet: the",
    ):
        assert said in words


def test_many_promotions_are_read_at_the_end() -> None:
    reply = some_models()
    reply["promotions"] = reply["promotions"] * 4
    lines = [line.plain for line in model_lines(reply, dark_palette(), unicode_glyphs(), 80)]
    assert "9 earlier ones at the end" in lines
    assert lines.index("Earlier promotions") > lines.index("Models that measured pictures here")


def test_every_width() -> None:
    for width in (1, 20, 40, 80, 300):
        assert model_lines(some_models(), dark_palette(), ascii_glyphs(), width)


def test_sparks_are_as_high_as_their_values() -> None:
    assert spark([0.0, 1.0, 8.0], unicode_glyphs()) == "▁▁█"
    assert spark([], unicode_glyphs()) == ""


async def test_a_key_before_the_models_are_read_claims_nothing(terminal: OpenTerminal) -> None:
    def slow(daemon: FakeDaemon) -> None:
        daemon.views.gate = asyncio.Event()

    async with terminal(size=(100, 30), prepare=slow) as t:
        await t.press("6")
        for key in ("P", "u", "c"):
            t.app.live.notice = None
            await t.press(key)
            await t.until(partial(told, t, "the models are still being read"))
        assert t.daemon.views.gate is not None
        t.daemon.views.gate.set()
        await t.until_shown("night-school")


async def test_a_daemon_of_before_knows_no_versions(terminal: OpenTerminal) -> None:
    def older(daemon: FakeDaemon) -> None:
        for name in ("choices", "promotions", "comparisons", "comparing"):
            del daemon.views.models[name]  # type: ignore[misc]

    async with terminal(size=(100, 30), prepare=older) as t:
        await t.press("6")
        await t.until_shown("vit-tiny-p8-galaxy-3f9a  in use")
        await t.press("P")
        await t.until(partial(told, t, "there is no other version here"))
        await t.press("u")
        await t.until(partial(told, t, "there is nothing to roll back"))


# --------------------------------------------------------------------- comparing


async def test_a_comparison_runs_while_one_goes_on(terminal: OpenTerminal) -> None:
    def slow(daemon: FakeDaemon) -> None:
        daemon.views.promotions.gate = asyncio.Event()

    async with terminal(size=(100, 40), prepare=slow) as t:
        await opened(t, "end", *"jjjj", "c")
        await t.until_shown("first-light is being compared with the one in use")
        await t.press("r")
        await t.until_shown("◐ comparing")
        await t.press("k", "c")
        await t.until(partial(told, t, "first-light is being compared; wait"))
        await t.press("2")
        await t.until_shown("of 41")
        gate = t.daemon.views.promotions.gate
        assert gate is not None
        gate.set()
        await t.until(partial(told, t, "first-light: better; AUROC 0.912"))
        await t.press("6")
        await t.until(lambda: "is being compared" not in t.screen())
        assert t.daemon.views.asked.count("compare /home/ana/.local/share/astrolens/models/first-light") == 1
        await t.press("j")
        await t.until_shown("Better: AUROC 0.912")


async def test_a_refused_comparison_is_shown_in_full(terminal: OpenTerminal) -> None:
    def refusing(daemon: FakeDaemon) -> None:
        daemon.views.promotions.refusal = (
            "bundled-whole is being compared now; " + "wait and " * 30 + "ask again"
        )

    async with terminal(size=(80, 24), prepare=refusing) as t:
        await opened(t, "j", "c")
        await t.until_shown("ask again")
        await t.until_shown("night-school was not compared: bundled-whole is being compared now")
        await t.press("j")
        await t.until(lambda: "ask again" not in t.screen(), "it goes with the cursor")


async def test_the_daemon_goes_away_while_it_compares(terminal: OpenTerminal) -> None:
    def slow(daemon: FakeDaemon) -> None:
        daemon.views.promotions.gate = asyncio.Event()

    async with terminal(size=(100, 40), prepare=slow) as t:
        await opened(t, "j", "c")
        await t.until_shown("is being compared with the one in use")
        await t.until(lambda: any(one.startswith("compare") for one in t.daemon.views.asked))
        await t.daemon.stop()
        await t.until_shown("night-school was not compared: no daemon answers")
        assert "is being compared with" not in t.screen()
        await t.press("c")
        await t.until(partial(told, t, "not done: the daemon is away"))
        t.daemon.views.promotions.gate = None
        t.daemon.views.models["comparing"] = ""
        await t.daemon.start()
        await t.until(lambda: t.app.live.attached)
        await t.press("c")
        await t.until(partial(told, t, "night-school: better"))


async def test_a_comparison_from_elsewhere_is_read(terminal: OpenTerminal) -> None:
    async with terminal(size=(100, 40)) as t:
        await opened(t, "end", *"jjjj")
        await t.until_shown("Not compared with the one in use")
        row = {**t.daemon.views.models["comparisons"][0], "model_id": "vit-tiny-galaxy-81bb"}
        t.daemon.views.models["comparisons"].append(row)  # type: ignore[arg-type]
        await t.daemon.happen("model_compared", model_id="vit-tiny-galaxy-81bb", words="better")
        await t.until(lambda: "Not compared with" not in t.screen())


# ---------------------------------------------------------------------- promoting


async def test_a_proven_version_is_put_to_use(terminal: OpenTerminal) -> None:
    async with terminal(size=(100, 40), settings=UiSettings(reviewer="bea")) as t:
        await opened(t, "j")
        await asked_about(t, "P")
        for words in (
            "from       bundled", "to         night-school", "A paired test shows that it is better.", "AUROC 0.912 against 0.887",
            "+0.025, 95 % +0.004 to", "132 odd and 1,203 normal", "why (may be empty)",
        ):  # fmt: skip
            await t.until_shown(words)
        await t.press(*"sharper", "enter")
        await t.until(partial(told, t, "night-school is put to use: the daemon opens anew"))
        assert f"promote {_TRAINED} False sharper" in t.daemon.views.asked
        await t.until_shown("▲ promoted")
        await t.until_shown(" ago by bea")
        await t.until_shown("1,203 normal pictures; sharper")
        await t.until_shown("bundled  ")
        await t.press("home", "k", "k")


async def test_esc_leaves_everything_as_it_is(terminal: OpenTerminal) -> None:
    async with terminal(size=(100, 40)) as t:
        await opened(t, "j")
        await asked_about(t, "P")
        await t.press("escape")
        await answered(t)
        await asked_about(t, "u")
        await t.press("escape")
        await answered(t)
        await t.pilot.pause()
        assert not any(one.startswith(("promote", "rollback")) for one in t.daemon.views.asked)


@pytest.mark.parametrize(
    ("row", "words"),
    [(2, "There is no proof: not shown to be better."), (3, "There is no proof: too few labels"), (4, "There is no proof: it was never compared")],
)  # fmt: skip
async def test_without_proof_two_words_are_typed(terminal: OpenTerminal, row: int, words: str) -> None:
    async with terminal(size=(100, 40)) as t:
        await opened(t, *["j"] * row)
        await asked_about(t, "P")
        await t.until_shown(words)
        await t.press(*"trails", "enter")
        await t.until_shown("type: without proof")
        await t.press("y", "e", "s", "enter")
        await t.until_shown("Nothing is done yet: type without proof")
        assert not any(one.startswith("promote") for one in t.daemon.views.asked)
        await t.press(*["backspace"] * 3, *"without", "space", *"proof", "enter")
        await answered(t)
        await t.until(lambda: any(one.endswith(" True trails") for one in t.daemon.views.asked))
        await t.until_shown("without proof: ")


async def test_a_refused_promotion_is_shown_in_full(terminal: OpenTerminal) -> None:
    def refusing(daemon: FakeDaemon) -> None:
        daemon.views.promotions.refusal = (
            "AUROC 0.9 is not enough; " + "label more and " * 20 + "compare again"
        )

    async with terminal(size=(80, 24), prepare=refusing) as t:
        await opened(t, "j")
        await asked_about(t, "P")
        await t.press("enter")
        await t.until_shown("night-school was not put to use: AUROC 0.9 is not enough")
        await t.until_shown("compare again")
        assert not t.app.live.reopening()


async def test_what_changed_while_one_was_asked_is_looked_at_first(terminal: OpenTerminal) -> None:
    async with terminal(size=(100, 40)) as t:
        await opened(t)
        await asked_about(t, "u")
        await t.daemon.happen("model_rolled_back", model="bundled", by="astrolens")
        await t.until(lambda: t.app.live.model_news)
        await t.press("enter")
        await t.until(partial(told, t, "the models changed while you were asked"))
        assert not any(one.startswith("rollback") for one in t.daemon.views.asked)


async def test_nothing_is_done_to_the_one_in_use(terminal: OpenTerminal) -> None:
    async with terminal(size=(100, 40)) as t:
        await opened(t)
        for key in ("c", "P"):
            t.app.live.notice = None
            await t.press(key)
            await t.until(partial(told, t, "this version is in use"))


async def test_a_terminal_that_only_looks(terminal: OpenTerminal) -> None:
    async with terminal(size=(100, 40)) as t:
        await opened(t, "j")
        t.app.live.only_looks = ONLY_READS
        for key in ("c", "P", "u"):
            t.app.live.notice = None
            await t.press(key)
            await t.until(partial(told, t, "not done: this terminal only reads"))
        assert set(t.daemon.views.asked) == {"models"}


async def test_the_terminal_attaches_again_after_a_promotion(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40)) as t:
        await opened(t, "j")
        await asked_about(t, "P")
        await t.press("enter")
        await t.until(t.app.live.reopening)
        await t.daemon.stop()
        await t.until_shown("the daemon takes up another model, trying again every")
        assert "daemon gone" not in t.screen()
        await t.press("c")
        await t.until(partial(told, t, "taking up another model and will be back"))
        reads = t.daemon.views.asked.count("models")
        await t.daemon.start()
        await t.until(lambda: t.app.live.attached)
        await t.until(lambda: t.daemon.views.asked.count("models") > reads, "the view asks again")
        await t.until_shown("back, ")
        assert not t.app.live.reopening()


# -------------------------------------------------------------------- rolling back


async def test_the_former_one_is_taken_up_again(terminal: OpenTerminal) -> None:
    async with terminal(size=(100, 40)) as t:
        await opened(t)
        await asked_about(t, "u")
        for words in (
            "in use     bundled",
            "since 20",
            "comes back first-light",
            "vit-tiny-galaxy-81bb",
            "calibrations were kept",
        ):
            await t.until_shown(words)
        await t.press(*"odd", "enter")
        await t.until(partial(told, t, "first-light is put to use"))
        assert "rollback odd" in t.daemon.views.asked
        await t.until_shown("▼ rolled back")


async def test_every_size(terminal: OpenTerminal) -> None:
    for size in ((20, 5), (60, 18), (80, 24), (300, 80)):
        async with terminal(size=size) as t:
            await t.press("6")
            await t.until(lambda t=t: isinstance(t.app.screen, ModelsView))  # type: ignore[misc]
            if size == (20, 5):
                await t.until_shown("bundled")
                continue
            await t.press("j")
            await t.until_shown("Better: AUROC")
            await asked_about(t, "P")
            await t.until_shown("why (may be")
            await t.press("escape")
            await answered(t)
