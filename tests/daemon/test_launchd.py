"""The launch agent of macOS."""

import plistlib
from pathlib import Path

AGENT = Path(__file__).resolve().parents[2] / "config" / "com.astrolens.daemon.plist"


def test_the_agent_is_a_private_restarting_background_job() -> None:
    agent = plistlib.loads(AGENT.read_bytes())
    assert agent["Label"] == AGENT.stem
    assert agent["ProgramArguments"][:2] == ["/bin/sh", "-c"]
    assert " daemon " in agent["ProgramArguments"][2]
    assert agent["KeepAlive"] == {"SuccessfulExit": False}
    assert agent["ThrottleInterval"] == 10
    assert agent["ProcessType"] == "Background"
    assert agent["LowPriorityIO"] is True
    assert agent["Umask"] == 0o077
