"""Every way in which a server can answer has a clear outcome, in both of its languages."""

import asyncio
from pathlib import Path
from time import monotonic

import pytest

from astrolens.config.settings import DescribeSettings
from astrolens.describe.prompt import PROMPT_VERSION
from astrolens.describe.stage import open_describer
from astrolens.domain.description import DescribedClass
from astrolens.domain.errors import AstroLensError, BadData, ConfigError, Unavailable
from tests.describe.conftest import PROVIDERS, OpenDescriber, Provider, a_subject
from tests.fakes.talker import HUGE_BYTES, Mood

TIMEOUT_S = 1.0

# What becomes of each mood: an error that tells what to do, or a description without words and its reason.
RAISED: dict[Mood, tuple[type[AstroLensError], str]] = {
    Mood.HANG: (Unavailable, "no whole answer within 1 s|did not answer in time"),
    Mood.DRIP: (Unavailable, "no whole answer within 1 s"),
    Mood.ERROR: (Unavailable, "answered 500 .*out of memory"),
    Mood.HTML: (Unavailable, "does not speak like"),
    Mood.CUT_STREAM: (Unavailable, "broke off"),
    Mood.RESET: (Unavailable, "broke off|no language model"),
    Mood.NO_MODEL: (ConfigError, "has no model llava .*ollama pull"),
    Mood.REDIRECT: (Unavailable, "answered 307"),
    Mood.ZIPPED: (Unavailable, "compressed"),
    Mood.BLIND: (ConfigError, "see pictures"),
    Mood.LOCKED: (ConfigError, "api_key_file"),
}
WORDLESS: dict[Mood, tuple[int, str]] = {
    Mood.NO_JSON: (2, "twice: it holds no JSON object"),
    Mood.WRONG_SCHEMA: (2, "twice: description: Field required"),
    Mood.HUGE: (1, "longer than 64 kB"),
    Mood.TOO_SURE: (2, "confidence: Input should be less than or equal to 1"),
    Mood.CUT_ANSWER: (2, "twice: it holds no JSON object"),
    Mood.NESTED: (2, "twice: it holds no JSON object"),
    Mood.EMPTY: (2, "twice: it is empty"),
}
WORDS = frozenset({Mood.GOOD, Mood.DIRTY, Mood.MENDED})


def test_every_mood_has_its_outcome() -> None:
    assert {*RAISED, *WORDLESS, *WORDS} == set(Mood)


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_good_words_are_kept_with_where_they_come_from(
    describer: OpenDescriber, provider: Provider
) -> None:
    async with describer(Mood.GOOD, provider) as (asked, server):
        found = await asked.describe(a_subject())
    assert found.described
    assert found.words == "Two spiral galaxies with a bridge of light between them."
    assert found.features == ("two nuclei", "tidal bridge")
    assert (found.suggested, found.confidence) == (DescribedClass.MERGER, 0.8)
    assert (found.provider, found.model, found.prompt_version) == (provider, "llava", PROMPT_VERSION)
    assert len(server.seen) == 1


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("mood", RAISED, ids=str)
async def test_a_server_that_fails_says_what_to_do(
    describer: OpenDescriber, provider: Provider, mood: Mood
) -> None:
    kind, words = RAISED[mood]
    began = monotonic()
    async with describer(mood, provider, timeout_s=TIMEOUT_S) as (asked, server):
        with pytest.raises(kind, match=words) as raised:
            await asked.describe(a_subject())
    assert all(one.isprintable() for one in str(raised.value))
    assert len(server.seen) == 1
    assert monotonic() - began < TIMEOUT_S + 2


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("mood", WORDLESS, ids=str)
async def test_an_answer_that_cannot_be_used_is_no_description(
    describer: OpenDescriber, provider: Provider, mood: Mood
) -> None:
    tries, reason = WORDLESS[mood]
    async with describer(mood, provider) as (asked, server):
        found = await asked.describe(a_subject())
    assert not found.described
    assert reason in found.reason
    assert (found.words, found.features, found.suggested, found.confidence) == ("", (), None, None)
    assert len(server.seen) == tries
    assert server.sent_bytes < HUGE_BYTES / 4  # the rest was never read


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_control_characters_and_markup_do_not_arrive(
    describer: OpenDescriber, provider: Provider
) -> None:
    async with describer(Mood.DIRTY, provider) as (asked, _):
        found = await asked.describe(a_subject())
    told = [found.words, *found.features]
    assert all(one.isprintable() for words in told for one in words)
    for sign in "<>[]`*\x1b\x9b\u202e":
        assert not any(sign in words for words in told), sign
    assert not any("://" in words or "javascript:" in words for words in told)
    assert "galaxy" in found.words
    assert len(found.features) <= 8
    assert max(map(len, found.features)) <= 60


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_one_second_try_names_the_mistake(describer: OpenDescriber, provider: Provider) -> None:
    async with describer(Mood.MENDED, provider) as (asked, server):
        found = await asked.describe(a_subject())
    assert found.described
    first, second = (seen["messages"] for seen in server.seen)
    assert second[: len(first)] == first
    assert [turn["role"] for turn in second] == ["system", "user", "assistant", "user"]
    assert "no JSON object" in second[-1]["content"]


async def test_one_picture_at_a_time_and_waiting_counts(describer: OpenDescriber) -> None:
    async with describer(Mood.HANG, timeout_s=2.0) as (asked, server):
        began = monotonic()
        ended = await asyncio.gather(*(asked.describe(a_subject()) for _ in range(4)), return_exceptions=True)
    assert all(isinstance(one, Unavailable) for one in ended)
    assert monotonic() - began < 5.0  # one after the other they would take 8 s
    assert len(server.seen) == 1


async def test_nobody_there_is_said_plainly() -> None:
    made = await asyncio.to_thread(open_describer, DescribeSettings(enabled=True, url="http://127.0.0.1:1"))
    assert made is not None
    with pytest.raises(Unavailable, match=r"describe\.url"):
        await made.describe(a_subject())
    await made.close()


async def test_a_picture_that_is_too_large_is_not_sent(describer: OpenDescriber) -> None:
    async with describer() as (asked, server):
        with pytest.raises(BadData, match="too large"):
            await asked.describe(a_subject(jpeg=bytes(600 * 1024)))
    assert server.seen == []


def test_it_is_off_by_default() -> None:
    assert open_describer(DescribeSettings()) is None


@pytest.mark.parametrize("content", [None, b"", b"two words", b"\xff\xfe", b"a\nb"])
def test_a_file_without_a_key_is_refused(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError, match="api_key_file"):
        open_describer(DescribeSettings(enabled=True, api_key_file=file))
