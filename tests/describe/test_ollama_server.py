"""What Ollama is sent."""

import base64

from tests.describe.conftest import JPEG, OpenDescriber, a_subject
from tests.fakes.talker import Mood


async def test_ollama_gets_picture_schema_and_limits(describer: OpenDescriber) -> None:
    async with describer(Mood.GOOD, "ollama", most_tokens=123) as (asked, server):
        await asked.describe(a_subject())
    (seen,) = server.seen
    assert (seen["model"], seen["stream"]) == ("llava", False)
    assert not seen.get("tools")
    assert seen["options"] == {"temperature": 0.0, "seed": 0, "num_predict": 123}
    assert seen["format"]["properties"]["confidence"] == {"type": "number", "minimum": 0, "maximum": 1}
    assert base64.b64decode(seen["messages"][1]["images"][0]) == JPEG
