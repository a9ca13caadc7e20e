"""What the handlers may use."""

import dataclasses

import pytest

from astrolens.api.context import ApiContext
from tests.api.conftest import House


async def test_it_cannot_be_changed_by_a_handler(house: House) -> None:
    context = ApiContext(
        store=house.store, control=house.control, hub=house.hub, upload_limit_bytes=1, version="0"
    )
    with pytest.raises(dataclasses.FrozenInstanceError):
        context.version = "1"  # type: ignore[misc]
