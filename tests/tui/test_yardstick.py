"""The table that ours is measured against works as a table."""

import asyncio

from textual.widgets import DataTable

from astrolens.tui.yardstick import Yardstick


async def test_it_has_its_rows_and_a_cursor() -> None:
    app = await asyncio.to_thread(Yardstick, 300)
    async with app.run_test(size=(80, 24)) as pilot:
        table = app.query_one(DataTable)
        assert table.row_count == 300
        await pilot.press("j", "j")
        assert table.cursor_row == 2
