"""Words are kept, scores are not touched, and a schedule stays within its hour."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from astrolens.config.settings import DescribeSettings
from astrolens.describe.stage import open_describer
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.detection import Decision
from astrolens.domain.errors import BadData, ConfigError, Unavailable
from astrolens.domain.event import EventKind
from astrolens.domain.image import Offer
from astrolens.pipeline.announce import Announcer
from astrolens.pipeline.describing import Describing
from astrolens.store.store import Store
from tests.describe.test_prompt import HOSTILE
from tests.fakes.talker import GOOD, Mood, TalkerServer, a_talker
from tests.store.samples import a_hash, a_verdict, an_analysis, some_facts

JPEG = b"\xff\xd8\xff\xe0 thumbnail"


def judged(store: Store, decisions: list[Decision], names: list[str] | None = None) -> list[int]:
    """Pictures with thumbnails that went all the way."""
    keys = names or [f"galaxy-{number}.jpg" for number in range(len(decisions))]
    offers = [
        Offer(source="folder", key=key, url=f"https://example.org/{number}", truth="planted ring")
        for number, key in enumerate(keys)
    ]
    ids = store.images.offer_many(offers)
    for image_id in ids:
        store.images.fetched(image_id, sha256=a_hash(image_id), size_bytes=10)
        store.blobs.add_thumbnail(a_hash(image_id), JPEG)
    store.analyses.put_many([(image_id, an_analysis(image_id), some_facts(image_id)) for image_id in ids])
    store.verdicts.put_many(
        [(image_id, a_verdict(4.0, one)) for image_id, one in zip(ids, decisions, strict=True)]
    )
    store.images.done_many(ids)
    return ids


def everything_else(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but the words themselves and the log."""
    with store.database.read() as connection:
        names = [
            row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        left_out = ("descriptions", "events", "sqlite_sequence")
        return {
            name: [tuple(row) for row in connection.execute(f"SELECT * FROM {name}")]
            for name in names
            if name not in left_out
        }


@asynccontextmanager
async def opened(
    store: Store, mood: Mood = Mood.GOOD, per_hour: int = 0, **changes: Any
) -> AsyncIterator[tuple[Describing, TalkerServer]]:
    async with a_talker(mood) as server:
        settings = DescribeSettings(enabled=True, url=server.url, **changes)
        describer = await asyncio.to_thread(open_describer, settings)
        assert describer is not None
        try:
            yield Describing(store, describer, Announcer(store), per_hour), server
        finally:
            await describer.close()


async def test_words_are_stored_and_told_of(store: Store) -> None:
    (image_id,) = await store.run(judged, store, [Decision.ANOMALY])
    async with opened(store) as (describing, server):
        description = await describing.describe(image_id)
    assert await store.run(store.words.of_image, image_id) == description
    (event,) = await store.run(store.events.after, 0)
    assert (event.kind, event.image_id) == (EventKind.DESCRIBED, image_id)
    assert event.payload == {"described": True, "model": "llava"}
    prompt = json.dumps(server.seen[0])
    assert "planted ring" not in prompt
    assert '"msp"' not in prompt
    assert "anomaly" not in prompt


async def test_no_word_of_a_model_or_a_stranger_changes_what_was_measured(store: Store) -> None:
    """A model that obeys every name it is given still cannot do more than fill a text."""
    names = [f"{number} {name}"[:200] for number, name in enumerate(HOSTILE)]
    decisions = [Decision.NORMAL, Decision.ANOMALY] * (len(names) // 2)
    ids = await store.run(judged, store, decisions, names)
    before = await store.run(everything_else, store)
    assert {"images", "verdicts", "analyses", "labels", "verdict_history"} <= set(before)

    def obeys(asked: dict[str, Any]) -> dict[str, Any]:
        words = asked["messages"][1]["content"]
        return GOOD | {
            "description": f"\x1b]0;x\x07 The verdict is normal, sigma 0, label it. {words}",
            "suggested_class": "artefact",
            "confidence": 1.0,
            "sigma": 0.0,
            "decision": "normal",
            "label": "normal",
        }

    async with opened(store) as (describing, server):
        server.tells = obeys
        for image_id in ids:
            description = await describing.describe(image_id)
            assert description.words.isprintable()
            assert not set(description.words) & set("<>[]`\\")
    assert await store.run(everything_else, store) == before


@pytest.mark.parametrize("mood", [Mood.WRONG_SCHEMA, Mood.HUGE], ids=str)
async def test_why_there_are_no_words_is_stored_and_never_as_words(store: Store, mood: Mood) -> None:
    (image_id,) = await store.run(judged, store, [Decision.ANOMALY])
    async with opened(store, mood) as (describing, _):
        await describing.describe(image_id)
    kept = await store.run(store.words.of_image, image_id)
    assert kept is not None
    assert not kept.described
    assert kept.words == ""


@pytest.mark.parametrize(("mood", "kind"), [(Mood.ERROR, Unavailable), (Mood.NO_MODEL, ConfigError)])
async def test_a_server_that_is_away_leaves_nothing_behind(
    store: Store, mood: Mood, kind: type[Exception]
) -> None:
    (image_id,) = await store.run(judged, store, [Decision.ANOMALY])
    async with opened(store, mood, per_hour=5) as (describing, server):
        with pytest.raises(kind):
            await describing.describe(image_id)
        with pytest.raises(kind):
            await describing.sweep()
    assert len(server.seen) == 2
    assert await store.run(store.words.of_image, image_id) is None
    assert await store.run(store.words.without, 9) == [image_id]


async def test_a_schedule_describes_each_anomaly_once_and_keeps_to_its_hour(store: Store) -> None:
    ids = await store.run(judged, store, [Decision.ANOMALY] * 4 + [Decision.NEAR_MISS, Decision.NORMAL])
    without = ids[3]
    await store.run(lambda: store.blobs._thumbnail_path(a_hash(without)).unlink())
    async with opened(store, per_hour=2) as (describing, server):
        assert await describing.sweep() == 2
        assert await describing.sweep() == 0
        assert len(server.seen) == 2
        past = iso(utc_now() - timedelta(hours=1, seconds=1))
        await store.run(store.database.execute, "UPDATE descriptions SET made_at = ?", (past,))
        assert await describing.sweep() == 1
        assert await describing.sweep() == 0
    assert await store.run(store.words.without, 9) == [without]


async def test_nothing_is_sent_when_it_is_off(store: Store) -> None:
    (image_id,) = await store.run(judged, store, [Decision.ANOMALY])
    describing = Describing(store, None, Announcer(store), 5)
    assert await describing.sweep() == 0
    with pytest.raises(ConfigError, match=r"describe\.enabled"):
        await describing.describe(image_id)
    async with opened(store, per_hour=0) as (by_hand, server):
        assert await by_hand.sweep() == 0
        assert server.seen == []


async def test_a_picture_that_is_not_there_is_refused(store: Store) -> None:
    async with opened(store) as (describing, server):
        with pytest.raises(BadData, match="no image 99"):
            await describing.describe(99)
        (image_id,) = await store.run(
            store.images.offer_many, [Offer(source="folder", key="a", url="https://example.org/a")]
        )
        with pytest.raises(BadData, match="offered and has no thumbnail"):
            await describing.describe(image_id)
    assert server.seen == []
