"""Third-party plugins that hang, raise, flood or lie are rested and reported, and everything else goes on."""

import json
import signal
import sqlite3
from textwrap import dedent, indent
from time import monotonic

import pytest

from tests.process.profile import DaemonProcess

pytestmark = [pytest.mark.process, pytest.mark.timeout(120)]

HEAD = """
import asyncio, os, sys, threading, time
from astrolens.plugin import Offer, SourceOptions

class Source:
    name = "NAME"
    title, licence, credit = "NAME", "", ""
    hosts = ()
    poll_interval_s = 0.2
    Options = SourceOptions

    def offer(self, number, **changes):
        return Offer(**{**dict(source="NAME", key=f"k{number}", url=f"mine:{number}"), **changes})

    def read(self, offer, options):
        if offer.key == "k2":
            raise LookupError("no such exposure")
        time.sleep(3600)
"""
POLLS = {
    "blocks": "time.sleep(3600)",
    "spins": "while True: pass",
    "sleeps": "await asyncio.sleep(3600)",
    "stays": "await asyncio.to_thread(time.sleep, 3600)",
    "holds": """
        while True:
            try:
                await asyncio.sleep(3600)
            except BaseException:
                pass
    """,
    "raises": "raise RuntimeError('boom \\x1b[2J')",
    "leaves": "sys.exit(3)",
    "interrupts": "raise KeyboardInterrupt",
    "floods": """
        while True:
            yield self.offer(0, url="https://elsewhere.example/1")
    """,
    "lies": "yield 7",
    "litters": "context.cursor['x'] = object()",
}
READS = "yield self.offer(1)"  # and then its read() never comes back
BOTCHES = "yield self.offer(2)"  # and then its read() raises


def write(house: DaemonProcess) -> None:
    folder = house.folder / "plugins"
    folder.mkdir()
    files = []
    for name, body in {**POLLS, "reads": READS, "botches": BOTCHES}.items():
        lines = indent(dedent(body).strip(), " " * 8)
        text = f"{HEAD}\n    async def offers(self, context):\n{lines}\n        if False: yield\n"
        (folder / f"{name}.py").write_text(text.replace("NAME", name))
        files.append(str(folder / f"{name}.py"))
    tables = "".join(f"[sources.{name}]\nenabled = true\n" for name in (*POLLS, "reads", "botches"))
    text = house.config.read_text()
    house.config.write_text(
        f"plugin_files = {json.dumps(files)}\n{text}\n{tables}\n[download]\npoll_timeout_s = 0.5\n"
    )


def told(house: DaemonProcess) -> dict[str, str]:
    with sqlite3.connect(house.data / "astrolens.db") as connection:
        rows = connection.execute("SELECT payload FROM events WHERE kind = 'source_changed'")
        changes = [json.loads(row[0]) for row in rows]
    return {change["source"]: change["reason"] for change in changes if change["state"] == "resting"}


def test_hostile_plugins_are_rested_and_reported(house: DaemonProcess) -> None:
    write(house)
    house.paint(12)
    house.start()
    house.wait_until(lambda: set(told(house)) >= {*POLLS, "botches"}, 90)
    house.paint(12, first=12)

    def measured() -> bool:
        with sqlite3.connect(house.data / "astrolens.db") as connection:
            done = "SELECT count(*) FROM images WHERE source = 'folder' AND state = 'analysed'"
            return bool(connection.execute(done).fetchone()[0] == 24)

    house.wait_until(measured, 30)
    reasons = told(house)
    assert "boom" in reasons["raises"]
    assert "did not finish its poll within 0.5 s" in reasons["blocks"]
    assert "SystemExit" in reasons["leaves"]
    assert "LookupError: no such exposure" in reasons["botches"]
    assert "KeyboardInterrupt" in reasons["interrupts"]
    assert "yielded int" in reasons["lies"]
    assert "not declared" in reasons["floods"]
    assert all(reason.isprintable() for reason in reasons.values())
    with sqlite3.connect(house.data / "astrolens.db") as connection:
        kept = connection.execute("SELECT state FROM images WHERE source = 'botches'").fetchall()
    assert kept == [("offered",)]  # for when the plugin is mended
    states = {one["name"]: one["state"] for one in house.status()["sources"]}
    assert {states[name] for name in POLLS} == {"resting"}
    begun = monotonic()
    assert house.kill(signal.SIGTERM) == 0
    assert monotonic() - begun < 10.0
