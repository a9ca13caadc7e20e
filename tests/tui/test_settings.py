"""View 8 on a fake daemon: settings with their origin, sources with their health, and the keys of both."""

from astrolens.tui.screens.settings import SettingsView
from tests.tui.conftest import OpenTerminal
from tests.tui.fake_daemon import FakeDaemon


async def test_settings_say_where_they_come_from_and_how_to_change_them(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40)) as t:
        await t.press("8")
        await t.until_shown("store.quota_gb")
        shown = t.screen()
        for words in ("/home/ana/.config/astrolens/astrolens.toml", "80.0", "file", "********", "default"):
            assert words in shown
        await t.press("j", "j")
        await t.until_shown(
            "quota_gb below [store] in /home/ana/.config/astrolens/astrolens.toml, then restart"
        )
        await t.press("j")
        await t.until_shown("the file says 4.0; it is not in force: press R")
        await t.press("c")
        await t.until(lambda: "download.option_3" not in t.screen())
        assert "store.quota_gb" in t.screen()
        await t.press("c")
        await t.until_shown("download.option_3")


async def test_reload_says_what_waits(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40)) as t:
        await t.press("8")
        await t.until_shown("store.quota_gb")
        await t.press("R")
        await t.until_shown("read again; everything is in force")
        t.daemon.views.needs_restart = ["analyse.model"]
        await t.press("R")
        await t.until_shown("at the next start: analyse.model")
        assert t.daemon.views.asked.count("reload") == 2


async def test_sources_are_paused_and_asked(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40)) as t:
        await t.press("8")
        await t.until_shown("store.quota_gb")
        await t.press("n")
        assert not any(one.startswith("poll") for one in t.daemon.views.asked), "no key of the other list"
        await t.press("s")
        await t.until_shown("open after 3 failures")
        for words in ("api_key = ********", "CC BY 4.0", "The survey and its people", "[sources.sdss]"):
            await t.until_shown(words)
        await t.press("space")
        await t.until_shown("sdss is paused; space lets it go on")
        await t.until_shown("‖ paused by you")
        await t.press("space")
        await t.until_shown("sdss goes on")
        await t.press("n")
        await t.until_shown("sdss is asked now")
        assert t.daemon.views.asked.count("poll sdss") == 1
        await t.press("j")
        await t.until_shown("503 from the cutout service")
        await t.press("s")
        await t.until_shown("Settings in force")


async def test_the_overview_leads_to_the_sources(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40)) as t:
        await t.press("s")
        await t.until(lambda: isinstance(t.app.screen, SettingsView))
        await t.until_shown("open after 3 failures")


async def test_nothing_is_told_to_a_daemon_that_is_away(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40)) as t:
        await t.press("8", "s")
        await t.until_shown("open after 3 failures")
        await t.daemon.stop()
        await t.until(lambda: not t.app.live.attached)
        await t.press("space")
        await t.until_shown("not done: the daemon is away")


async def test_nothing_to_show(terminal: OpenTerminal) -> None:
    def empty(daemon: FakeDaemon) -> None:
        daemon.views.sources["sources"] = []
        daemon.views.settings["rows"] = [
            row for row in daemon.views.settings["rows"] if row["origin"] == "default"
        ]
        daemon.views.settings.update({"exists": False, "mistake": "line 3: unknown key"})

    async with terminal(size=(120, 40), prepare=empty) as t:
        await t.press("8")
        await t.until_shown("is not there: the defaults are used")
        await t.until_shown("cannot be read now: line 3: unknown key")
        await t.press("c")
        await t.until_shown("Everything is as it comes")
        await t.press("s")
        await t.until_shown("No source has a table below [sources].")


async def test_a_narrow_window_has_the_values_too(terminal: OpenTerminal) -> None:
    def long(daemon: FakeDaemon) -> None:
        daemon.views.settings["rows"][-1]["value"] = '"' + "very " * 12 + 'long"'

    async with terminal(size=(60, 18), prepare=long) as t:
        await t.press("8")
        await t.until_shown("Settings in force")
        await t.until_shown("value")
        assert "80.0" in t.screen()
