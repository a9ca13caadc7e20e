"""A site in front of a small Textual app of the tests."""

import asyncio
import sys
from collections.abc import AsyncIterator
from functools import partial

import pytest

pytest.importorskip("textual_serve", reason="textual-serve is not installed (extra: web)")

from astrolens.web.site import Site

COMMAND = (sys.executable, "-m", "tests.web.small_app")


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """Listening on a free port."""
    made = await asyncio.to_thread(partial(Site, COMMAND, host="127.0.0.1", port=0))
    async with made:
        yield made
