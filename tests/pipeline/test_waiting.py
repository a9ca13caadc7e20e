"""What another encoder has measured waits, and holds up nobody."""

import asyncio

from astrolens.pipeline.waiting import MOST_AT_ONCE, Waiting
from astrolens.store.store import Store
from tests.pipeline.pictures import MODEL_ID, measured, normals


def test_pictures_of_the_encoder_in_use_are_found_behind_those_of_another(store: Store) -> None:
    analyses = normals(MOST_AT_ONCE + 4)
    foreign = measured(store, analyses[:MOST_AT_ONCE], model_id="a former one")
    mine = measured(store, analyses[MOST_AT_ONCE:], first=MOST_AT_ONCE)
    waiting = Waiting(store, MODEL_ID)
    assert sorted(asyncio.run(waiting.of("sdss"))) == mine
    store.analyses.replace(foreign[3], analyses[3])
    assert sorted(asyncio.run(waiting.of("sdss"))) == mine
    waiting.measured_again([foreign[3]])
    assert sorted(asyncio.run(waiting.of("sdss"))) == sorted([foreign[3], *mine])
    assert asyncio.run(waiting.of("nobody")) == {}
