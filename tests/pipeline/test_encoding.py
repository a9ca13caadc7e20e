"""Pictures that wait together are encoded together, and each gets its own row."""

import asyncio
import threading
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from astrolens.config.settings import Settings
from astrolens.models.encoder import Encoded
from astrolens.models.onnx_encoder import OnnxEncoder
from astrolens.pipeline.encoding import EncodedRow, EncoderLane, encoder_of, write_graph

PICTURES = [np.full((3, 2, 2), number, dtype=np.float32) for number in range(11)]


class Means:
    """An encoder whose embedding of a picture is its mean; holds the first pass until told."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.threads: set[str] = set()
        self.go = threading.Event()

    def encode(self, batch: NDArray[np.float32]) -> Encoded:
        self.sizes.append(len(batch))
        self.threads.add(threading.current_thread().name)
        self.go.wait(10)
        means = batch.mean(axis=(1, 2, 3))[:, None]
        return Encoded(embeddings=means, logits=means, heads={})


async def test_what_arrives_during_a_pass_forms_the_next_one() -> None:
    network = Means()
    lane = EncoderLane(network.encode, batch=4)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(lane.run(), name="lane")
        waiting = [group.create_task(lane.encode(PICTURES[0]), name="first")]
        while not network.sizes:
            await asyncio.sleep(0)
        waiting += [group.create_task(lane.encode(one), name="later") for one in PICTURES[1:]]
        await asyncio.sleep(0)
        network.go.set()
        rows = [await task for task in waiting]
        running.cancel()
    assert network.sizes == [1, 4, 4, 2]
    assert (lane.passes, lane.pictures) == (4, 11)
    assert [float(place.batch.embeddings[place.row, 0]) for place in rows] == list(range(11))
    assert len(network.threads) == 1


async def test_a_picture_that_nobody_waits_for_any_more_harms_nobody() -> None:
    network = Means()
    lane = EncoderLane(network.encode, batch=4)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(lane.run(), name="lane")
        given_up = group.create_task(lane.encode(PICTURES[1]), name="given up")
        kept = group.create_task(lane.encode(PICTURES[2]), name="kept")
        while not network.sizes:
            await asyncio.sleep(0)
        given_up.cancel()
        network.go.set()
        place = await kept
        assert float(place.batch.embeddings[place.row, 0]) == 2.0
        running.cancel()


async def test_a_bug_in_the_network_is_not_swallowed() -> None:
    def broken(_batch: NDArray[np.float32]) -> Encoded:
        raise ZeroDivisionError

    lane = EncoderLane(broken, batch=2)

    async def work() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(lane.run(), name="lane")
            group.create_task(lane.encode(PICTURES[0]), name="picture")

    with pytest.raises(ExceptionGroup) as caught:
        await work()
    assert caught.group_contains(ZeroDivisionError)


def test_a_row_is_a_place_in_a_batch() -> None:
    batch = Encoded(embeddings=np.eye(2, dtype=np.float32), logits=np.eye(2, dtype=np.float32), heads={})
    assert EncodedRow(batch, 1).batch is batch


@pytest.mark.process
def test_the_graph_is_written_before_the_encoder_needs_it(
    tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ASTROLENS_MODEL_CACHE")

    def settings(runtime: str) -> Settings:
        return Settings.model_validate(
            {
                "analyse": {"model": str(tiny_model), "device": "cpu", "runtime": runtime},
                "store": {"data_dir": str(tmp_path / runtime)},
            }
        )

    write_graph(settings("torch"))
    assert not (tmp_path / "torch").exists()
    write_graph(settings("onnx"))
    (graph,) = (tmp_path / "onnx" / "models").glob("*.onnx")
    written = graph.stat().st_mtime_ns
    assert isinstance(encoder_of(settings("onnx")), OnnxEncoder)
    assert graph.stat().st_mtime_ns == written
