"""A terminal that only looks changes nothing, whatever is pressed."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from astrolens.api import orders, questions
from astrolens.api.call import Call
from astrolens.api.client import Client
from astrolens.domain.errors import BadData
from astrolens.domain.review import LabelValue
from astrolens.tui.read_only import ONLY_READS, ReadOnlyClient
from tests.tui.conftest import OpenTerminal
from tests.tui.fake_daemon import FakeDaemon

ORDERS: tuple[Call[Any], ...] = (
    orders.pause(),
    orders.resume(),
    orders.stop(),
    orders.label(1, LabelValue.ANOMALY),
    orders.withdraw_label(1),
    orders.recalibrate("sdss"),
)


async def test_questions_pass_and_orders_do_not(socket: Path) -> None:
    async with FakeDaemon(socket) as daemon, ReadOnlyClient(Client(socket)) as client:
        assert (await client.ask(questions.status()))["images"] == 33483
        for order in ORDERS:
            with pytest.raises(BadData, match="only reads"):
                await client.ask(order)
        assert daemon.asked == ["stats"]
        assert daemon.labels == []


async def test_a_key_is_answered_with_the_reason(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        t.app.live.only_looks = ONLY_READS
        for key, words in (("a", "only reads"), ("u", "only reads"), ("p", "only reads")):
            t.app.live.notice = None
            await t.press(key)
            await t.until(partial(_told, t.app.live, words), f"{key}: {words}")
        assert t.daemon.labels == []
        assert t.daemon.stats["state"] == "running"
        await t.until_shown("only looking")


def _told(live: object, words: str) -> bool:
    notice = getattr(live, "notice", None)
    return notice is not None and words in notice.words


async def test_the_cursor_stays_where_nothing_was_said(terminal: OpenTerminal) -> None:
    async with terminal(view="candidates") as t:
        await t.until_shown("1 of 41")
        t.app.live.only_looks = ONLY_READS
        await t.press("a")
        await t.until(partial(_told, t.app.live, "only reads"), "a refusal")
        await t.until_shown("1 of 41")
