"""What goes over the wire: our key or none, no proxy, no tools, no other encoding."""

from pathlib import Path

import pytest

from astrolens.describe.limits import refusal
from astrolens.domain.errors import BadData, ConfigError, Unavailable
from tests.describe.conftest import PROVIDERS, OpenDescriber, Provider, a_subject
from tests.fakes.talker import Mood


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_the_environment_adds_no_key_and_no_proxy(
    describer: OpenDescriber, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (
        ("OLLAMA_API_KEY", "stolen"), ("OPENAI_API_KEY", "stolen"), ("OLLAMA_HOST", "127.0.0.1:1"),
        ("HTTP_PROXY", "http://127.0.0.1:1"), ("http_proxy", "http://127.0.0.1:1"), ("ALL_PROXY", "http://127.0.0.1:1"),
    ):  # fmt: skip
        monkeypatch.setenv(name, value)
    async with describer(Mood.GOOD, provider) as (asked, server):
        await asked.describe(a_subject())
    (headers,) = server.headers
    assert "authorization" not in headers
    assert headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_key_of_ours_is_sent(describer: OpenDescriber, provider: Provider, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("sk-123\n")
    async with describer(Mood.GOOD, provider, api_key_file=file) as (asked, server):
        await asked.describe(a_subject())
    assert server.headers[0]["authorization"] == "Bearer sk-123"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ConfigError),
        (401, ConfigError),
        (404, ConfigError),
        (413, BadData),
        (429, Unavailable),
        (503, Unavailable),
    ],
)
def test_a_status_says_what_to_do_in_clean_words(status: int, kind: type[Exception]) -> None:
    error = refusal(status, "no \x1b[31m" + "x" * 999, "http://h", "m\x07")
    assert isinstance(error, kind)
    assert str(error).isprintable()
    assert len(str(error)) < 500
