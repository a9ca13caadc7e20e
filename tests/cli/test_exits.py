"""One clean line for each mistake, and the code that the shell is told."""

import pytest

from astrolens.cli.exits import Exit, report, unwrap
from astrolens.domain.errors import BadData, ConfigError, Unavailable
from tests.cli.conftest import HOSTILE, harmless


def test_each_mistake_has_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert report(ConfigError("a.toml: x: wrong\na.toml: y: wrong")) is Exit.BAD_CONFIGURATION
    err = capsys.readouterr().err
    assert err == "astrolens: a.toml: x: wrong\nastrolens: a.toml: y: wrong\n"


@pytest.mark.parametrize("kind", [BadData, Unavailable])
def test_other_failures_are_one(kind: type[BadData], capsys: pytest.CaptureFixture[str]) -> None:
    assert report(kind(HOSTILE)) is Exit.FAILED
    assert harmless(capsys.readouterr().err)
    assert report(kind("")) is Exit.FAILED
    assert kind.__name__ in capsys.readouterr().err


def test_codes_are_those_of_the_manual() -> None:
    assert [int(code) for code in Exit] == [0, 1, 2, 74, 75, 78]


def test_a_group_of_known_failures_is_unwrapped_and_a_bug_is_not() -> None:
    wrong = ConfigError("wrong")
    assert unwrap(ExceptionGroup("a", [ExceptionGroup("b", [wrong]), BadData("x")])) is wrong
    assert unwrap(ExceptionGroup("a", [wrong, KeyError("a bug")])) is None
    assert unwrap(BaseExceptionGroup("a", [KeyboardInterrupt()])) is None
