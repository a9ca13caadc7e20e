"""A session bus of our own for the tests of this room."""

from collections.abc import Iterator

import pytest

from tests.notify.fake_desktop import session_bus


@pytest.fixture(scope="session")
def bus_address() -> Iterator[str]:
    with session_bus() as address:
        yield address
