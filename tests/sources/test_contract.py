"""What a class must have to be a source."""

import pytest

from astrolens.domain.errors import ConfigError, PluginError
from astrolens.plugin import SourceOptions
from astrolens.sources.contract import check_base_url, check_class


class _Mirror(SourceOptions):
    base_url: str = "https://sky.example.org"


class _Greedy(SourceOptions):
    weight: float = 1.0


_GOOD = {
    "name": "stranger", "title": "t", "licence": "", "credit": "", "hosts": ("sky.example.org",),
    "poll_interval_s": 30, "Options": SourceOptions, "offers": lambda self, context: None,
}  # fmt: skip


def test_a_whole_class_passes() -> None:
    check_class(type("Source", (), _GOOD), "stranger", "file.py")


@pytest.mark.parametrize("missing", sorted(_GOOD))
def test_each_missing_thing_is_named(missing: str) -> None:
    body = {key: value for key, value in _GOOD.items() if key != missing}
    with pytest.raises(PluginError, match=missing):
        check_class(type("Source", (), body), "stranger", "file.py")


@pytest.mark.parametrize(
    "change",
    [
        {"name": "other"},
        {"hosts": ["sky.example.org"]},
        {"hosts": ("https://sky.example.org",)},
        {"hosts": ("Sky.example.org",)},
        {"hosts": ("sky.example.org/path",)},
        {"poll_interval_s": 0},
        {"poll_interval_s": float("nan")},
        {"poll_interval_s": "60"},
        {"title": None},
        {"Options": dict},
        {"Options": _Greedy},
        {"offers": None},
    ],
)
def test_each_wrong_thing_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(PluginError, match=r"file\.py: Source breaks the contract"):
        check_class(type("Source", (), {**_GOOD, **change}), "stranger", "file.py")


def test_a_name_that_no_table_can_have_is_refused() -> None:
    with pytest.raises(PluginError, match="name"):
        check_class(type("Source", (), {**_GOOD, "name": "My Source"}), "My Source", "file.py")


@pytest.mark.parametrize("url", ["https://a.example/x", "http://127.0.0.1:8080"])
def test_an_address_passes(url: str) -> None:
    check_base_url("stranger", _Mirror(base_url=url))
    check_base_url("stranger", SourceOptions())


@pytest.mark.parametrize(
    "url", ["", "sky.example.org", "ftp://a.example", "https://", "https://me@a.example", "https://a.example:x",
            "https://a.example/?q=1", "https://[::1"],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match=r"sources\.stranger\.base_url"):
        check_base_url("stranger", _Mirror(base_url=url))
