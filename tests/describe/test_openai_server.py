"""What a server with chat completions is sent."""

import base64

from tests.describe.conftest import JPEG, OpenDescriber, a_subject
from tests.fakes.talker import Mood


async def test_openai_gets_picture_schema_and_limits(describer: OpenDescriber) -> None:
    async with describer(Mood.GOOD, "openai", most_tokens=123) as (asked, server):
        await asked.describe(a_subject())
    (seen,) = server.seen
    assert "tools" not in seen
    assert seen["max_tokens"] == 123
    assert seen["response_format"]["json_schema"]["schema"]["additionalProperties"] is False
    text, picture = seen["messages"][1]["content"]
    assert "<data>" in text["text"]
    head, content = picture["image_url"]["url"].split(",")
    assert head == "data:image/jpeg;base64"
    assert base64.b64decode(content) == JPEG
