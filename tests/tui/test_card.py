"""Everything about one candidate."""

from astrolens.domain.description import NOTICE
from astrolens.tui.screens.candidates import CandidatesView
from astrolens.tui.screens.card import CardScreen
from astrolens.tui.widgets.picture_view import PictureView
from tests.tui.conftest import OpenTerminal
from tests.tui.fake_daemon import a_description


async def test_everything_is_on_it(terminal: OpenTerminal) -> None:
    async with terminal(size=(104, 76), view="candidates") as t:
        await t.until_shown("1 of 41")
        await t.press("j", "enter")
        for words in (
            "5.7σ",
            "beyond the calibration sample",
            "2 false alarms per 1,000",
            "2 of 3 alone would flag it",
            "mahalanobis",
            'NGC 5216, 1.2"',
            "by chance 4e-4  z 0.0098  91 papers",
            "not answered: timed out after 20 s",
            "asymmetry",
            "non linear",
            "spiral",
            "pair",
            "14:03:40.1 +35:33:14",
            '0.40"/px',
            "CC BY 4.0",
            "9f2c9f2c",
            "image/jpeg, 24 kB",
        ):
            await t.until_shown(words)


async def test_judging_goes_on_to_the_next(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("1 of 41")
        await t.press("enter")
        await t.until_shown("1237648720693755918")
        await t.press("4")
        await t.until_shown("interest 4, now a n x d")
        await t.press("a")
        await t.until_shown("1237648720693763837")
        await t.until(lambda: t.daemon.labels and t.daemon.labels[0]["interest"] == 4)
        await t.press("k")
        await t.until_shown("you: ! anomaly 4")
        await t.press("2")
        await t.until(lambda: len(t.daemon.labels) == 2)
        assert t.daemon.labels[1]["interest"] == 2, "a degree joins the word that was said"
        await t.until_shown("anomaly 2")
        await t.press("u")
        await t.until(lambda: t.daemon.labels[1]["withdrawn"])
        await t.press("left")
        await t.until_shown("this is the first one")
        await t.press("right", "j", "n", "x", "d", "escape")
        await t.until(lambda: isinstance(t.app.screen, CandidatesView))
        await t.until(
            lambda: [label["value"] for label in t.daemon.labels[2:]] == ["normal", "artefact", "unsure"]
        )


async def test_a_refused_label_is_on_the_card(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("1 of 41")
        await t.press("enter")
        t.daemon.label_error = "the disk is full"
        await t.press("n", "k")
        await t.until_shown("you: ✗ not saved")


async def test_details_come_when_the_daemon_is_back(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates", size=(80, 24)) as t:
        await t.until_shown("1 of 41")
        await t.daemon.stop()
        await t.until_shown("daemon gone")
        await t.press("j", "j", "enter")
        await t.until(lambda: isinstance(t.app.screen, CardScreen))
        await t.until_shown("no daemon answers")
        await t.daemon.start()
        await t.until_shown("why: share")


async def test_words_of_a_model_come_under_their_own_name(terminal: OpenTerminal) -> None:
    async with terminal(size=(104, 76), view="candidates") as t:
        await t.until_shown("1 of 41")
        await t.press("enter")
        await t.until_shown("why: share")
        assert NOTICE not in t.screen()
        await t.press("w")
        await t.until_shown(NOTICE)
        for words in ("Two nuclei in one halo", "bridge", "merging galaxies, says 0.80", "llava"):
            await t.until_shown(words)
        assert t.daemon.asked.count("annotate 1") == 1
        assert t.daemon.labels == []


async def test_why_there_are_no_words_is_said(terminal: OpenTerminal) -> None:
    async with terminal(size=(104, 76), view="candidates") as t:
        await t.until_shown("1 of 41")
        await t.press("enter")
        t.daemon.next_words = "describe.enabled is false \x1b[31m"
        await t.press("w")
        await t.until_shown("no words: describe.enabled is false")
        t.daemon.next_words = a_description(
            described=False, words="", features=[], suggested=None, confidence=None, reason="no JSON object"
        )
        await t.press("w")
        await t.until_shown("nothing       no JSON object")
        await t.daemon.stop()
        await t.until_shown("daemon gone")
        await t.press("w")
        await t.until_shown("no words: the daemon is away")


async def test_the_heat_map_goes_on_and_off(terminal: OpenTerminal) -> None:
    async with terminal(size=(104, 76), view="candidates") as t:
        await t.until_shown("1 of 41")
        await t.press("enter")
        await t.until_shown("nearest labelled")
        cutout = t.app.screen.query_one(PictureView)
        await t.until(lambda: cutout.drawn is not None)
        plain = cutout.drawn
        await t.press("h")
        await t.until(lambda: cutout.warm and cutout.drawn is not None and cutout.drawn is not plain)
        await t.press("h")
        await t.until(lambda: not cutout.warm and cutout.drawn is plain)


async def test_a_picture_without_a_heat_map_says_so(terminal: OpenTerminal) -> None:
    async with terminal(size=(104, 76), view="candidates") as t:
        await t.until_shown("1 of 41")
        await t.press("j", "j", "j", "j", "enter")
        await t.until_shown("nearest labelled")
        await t.press("h")
        await t.until_shown("this picture has no heat map")


async def test_what_does_not_fit_is_scrolled_to(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates", size=(80, 24)) as t:
        await t.until_shown("1 of 41")
        await t.press("enter")
        await t.until_shown("nearest normals")
        assert "image/jpeg" not in t.screen()
        await t.press("end")
        await t.until_shown("image/jpeg")
        await t.press("home")
        await t.until_shown("votes")


async def test_a_degree_never_repeats_the_word_of_another_person(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40), view="candidates") as t:
        await t.until_shown("1 of 41")
        await t.until_shown("x artefact …")
        await t.press("j", "j", "i", "3")
        await t.until_shown("say first what it is")
        await t.press("enter")
        await t.until_shown("ana: x artefact")
        await t.press("4")
        await t.until_shown("interest 4, now a n x d")
        assert t.daemon.labels == []
        await t.press("n")
        await t.until(lambda: t.daemon.labels)
        assert (t.daemon.labels[0]["value"], t.daemon.labels[0]["interest"]) == ("normal", 4)


async def test_a_key_for_a_picture_that_cannot_be_had_says_why(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40), view="candidates") as t:
        await t.until_shown("1 of 41")
        await t.press(*("j",) * 12, "enter")
        await t.until(lambda: isinstance(t.app.screen, CardScreen))
        await t.until_shown("picture 13 has")
        await t.press("s")
        await t.until_shown("no picture: picture 13 has no thumbnail")
