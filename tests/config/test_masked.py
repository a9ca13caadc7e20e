"""What is secret is never shown."""

import pytest

from astrolens.config.masked import MASK, is_secret, masked


@pytest.mark.parametrize(
    "name", ["api_key", "tns_api_key", "key", "token", "password", "client_secret", "API_KEY"]
)
def test_secrets(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize("name", ["api_key_file", "keys", "keyboard", "monkey", "tokens_per_hour", "url"])
def test_no_secrets(name: str) -> None:
    assert not is_secret(name)


def test_the_shape_stays() -> None:
    told = masked(
        "", {"a": {"api_key": "x1", "n": 3}, "tokens": ["a"], "token": "", "url": "https://u:p@host/x"}
    )
    assert told == {
        "a": {"api_key": MASK, "n": 3},
        "tokens": ["a"],
        "token": "",
        "url": f"https://{MASK}@host/x",
    }
