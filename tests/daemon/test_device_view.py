"""Where the network runs."""

from astrolens.daemon.device_view import device_reply
from astrolens.daemon.house import House


async def test_it_names_model_and_memory(house: House) -> None:
    reply = await house.store.run(device_reply, house)
    assert (reply["device"], reply["model_id"], reply["threads"]) == ("cpu", house.encoder.model_id, 1)
    assert reply["memory_bytes"] is None or reply["memory_bytes"] > 10_000_000
