"""The verb annotate, on a daemon whose model is switched off; what it prints of an answer."""

import pytest

from astrolens.api.wire import DescriptionRow
from astrolens.cli.annotate import say_description
from astrolens.domain.description import NOTICE
from tests.cli.conftest import Command, harmless
from tests.process.profile import DaemonProcess


def a_row(**changes: object) -> DescriptionRow:
    row = DescriptionRow(
        image_id=1, described=True, words="A ring.", features=["ring"], suggested="ring galaxy", confidence=0.5,
        reason="", provider="ollama", model="llava", prompt_version="1", made_at="2026", notice=NOTICE,
    )  # fmt: skip
    row.update(changes)  # type: ignore[typeddict-item]
    return row


def test_words_stand_below_what_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    say_description(a_row(words="A \x1b[31mring."))
    out = capsys.readouterr().out
    assert harmless(out)
    assert out.splitlines()[0] == f"{NOTICE} (llava, prompt 1, 2026)"
    assert out.splitlines()[-1] == "takes it for: ring galaxy (its own confidence 0.50, not calibrated)"


def test_no_words_have_their_reason(capsys: pytest.CaptureFixture[str]) -> None:
    say_description(
        a_row(described=False, words="", features=[], suggested=None, confidence=None, reason="no JSON")
    )
    assert capsys.readouterr().out.splitlines()[1:] == ["no description: no JSON"]


@pytest.mark.process
@pytest.mark.timeout(120)
def test_it_says_that_it_is_switched_off(daemon: DaemonProcess, command: Command) -> None:
    ended = command("annotate", "1")
    assert (ended.code, ended.out) == (1, "")
    assert "describe.enabled is false" in ended.err
    assert command("annotate", "zero").code == 2
