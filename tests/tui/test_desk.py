"""Labels reach the daemon in the order of the keys."""

import asyncio
from pathlib import Path

from textual.message import Message

from astrolens.api.client import Client
from astrolens.domain.review import LabelValue
from astrolens.tui.desk import LabelDesk
from astrolens.tui.messages import LabelRefused, LabelSaved, LabelWanted, LabelWithdrawn
from tests.tui.fake_daemon import FakeDaemon, candidate
from tests.tui.still import still_live


async def test_order_reviewer_and_undo(socket: Path) -> None:
    async with FakeDaemon(socket) as daemon, Client(socket) as client:
        told: list[Message] = []
        desk = LabelDesk(client, still_live(), told.append, "ana")
        wishes = [
            LabelWanted(row=candidate(index, 41), value=value, interest=None, row_index=index)
            for index, value in enumerate(LabelValue)
        ]
        async with asyncio.TaskGroup() as group:
            for wanted in wishes:
                assert desk.take(wanted)
                group.create_task(desk.save(wanted), name="save")
            group.create_task(desk.undo(), name="undo")
        await desk.settled()
        assert [label["value"] for label in daemon.labels] == [value.value for value in LabelValue]
        assert {label["reviewer"] for label in daemon.labels} == {"ana"}
        assert [type(message) for message in told] == [LabelSaved] * 4 + [LabelWithdrawn]
        assert daemon.labels[3]["withdrawn"]


async def test_nothing_is_taken_while_the_daemon_is_away(socket: Path) -> None:
    async with Client(socket) as client:
        told: list[Message] = []
        live = still_live()
        desk = LabelDesk(client, live, told.append, None)
        wanted = LabelWanted(row=candidate(0, 41), value=LabelValue.NORMAL, interest=None, row_index=0)
        assert desk.take(wanted)
        await desk.save(wanted)  # the daemon died meanwhile
        assert isinstance(told[0], LabelRefused)
        live.lose("gone")
        assert not desk.take(wanted)
        assert not desk.may_undo()
        assert live.marks.pending == 0
