"""View 1 on a fake daemon."""

from tests.tui.conftest import OpenTerminal
from tests.tui.fake_daemon import FakeDaemon


async def test_everything_is_on_it(terminal: OpenTerminal) -> None:
    async with terminal(size=(200, 60)) as t:
        await t.daemon.happen("finding", 1, source="sdss", sigma=5.3, catalogue="unknown", key="J1402")
        for words in (
            "● running 3 d 4 h",
            "model vit-tiny-p8-galaxy-3f9a",
            "budget 2/1,000 (is 1.9)",
            "⚑ 3 want your eyes",
            "2 Candidates 41",
            "1,198 /h",
            "13 waiting",
            "6 refused",
            "15 waiting 1 min",
            "now 1,190  most 1,204",
            "tonight 2  most 5  near misses 14",
            "database 310 MB",
            "calibrated 3 of 4 sources",
            "breaker",
            "◌ calibrating 214 of 500",
            "503 from the cutout service",
            "1.8 of 2",
            "▲ 5.3σ sdss J1402",
            "in no catalogue that answered",
            "disk 41 GB free, 64 d at this rate",
            "5.8σ sdss",
        ):
            await t.until_shown(words)


async def test_a_finding_renews_the_filmstrip(terminal: OpenTerminal) -> None:
    async with terminal(size=(120, 40)) as t:
        await t.until_shown("5.8σ sdss")
        asked = t.daemon.pages_read
        t.daemon.stats["anomalies"] = 42
        await t.until(lambda: t.daemon.pages_read > asked)
        await t.pilot.click("Frame")
        await t.until_shown("why: share")
        await t.press("escape")
        await t.until_shown("looked up")


async def test_nothing_yet(terminal: OpenTerminal) -> None:
    def nothing(daemon: FakeDaemon) -> None:
        daemon.total = 0
        daemon.stats.update({"sources": [], "images": 0, "anomalies": 0, "unlabelled_anomalies": 0})
        daemon.stats.update({"images_per_hour": [0] * 24, "anomalies_per_night": [0] * 30})
        for stage in daemon.stats["stages"]:
            stage["per_hour"] = None

    async with terminal(prepare=nothing) as t:
        for words in (
            "No source is on.",
            "nothing yet",
            "nothing waits for you",
            "Nothing happened yet.",
            "- /h",
        ):
            await t.until_shown(words)


async def test_a_degraded_daemon_says_why(terminal: OpenTerminal) -> None:
    def degraded(daemon: FakeDaemon) -> None:
        daemon.stats.update({"state": "degraded", "reasons": ["the disk is nearly full"]})

    async with terminal(prepare=degraded) as t:
        await t.until_shown("✗ degraded: the disk is nearly full")
