"""Verbs about the installation."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command, harmless

PLUGIN = """
from astrolens.plugin import SourceOptions
class Source:
    name = "mine"
    title = "My \\x1b[31m sky"
    licence = credit = ""
    hosts = ()
    poll_interval_s = 5.0
    Options = SourceOptions
    async def offers(self, context):
        return
        yield
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "mine.py").write_text(PLUGIN)
    file = tmp_path / "a.toml"
    file.write_text(
        f'plugin_files = ["{tmp_path / "mine.py"}"]\n[sources.folder]\nenabled = true\n'
        f'path = "{tmp_path / "pictures"}"\n[sources.mine]\nenabled = true\n'
    )
    return file


def test_a_good_configuration(config: Path, command: Command) -> None:
    ended = command("config", "check", "--config", config)
    assert ended.code == 0
    assert "no mistakes" in ended.out
    shown = command("config", "show", "--config", config)
    assert harmless(shown.out)
    assert "[detect]" in shown.out
    assert "budget_per_1000 = 2.0" in shown.out
    settings = json.loads(command("config", "show", "--json", "--config", config).out)
    assert settings["settings"]["detect"]["budget_per_1000"] == 2.0
    assert settings["paths"]["config_file"] == str(config)


def test_mistakes_of_a_source_are_found(config: Path, command: Command) -> None:
    config.write_text("[sources.folder]\nenabled = true\npat = 3\n")
    ended = command("config", "check", "--config", config)
    assert ended.code == 78
    assert "sources.folder" in ended.out + ended.err
    assert command("config", "check", "--config", "/nowhere.toml").code == 78


def test_plugins_are_listed(config: Path, command: Command) -> None:
    listed = command("plugins", "--config", config)
    assert harmless(listed.out)
    rows = {row["name"]: row for row in json.loads(command("plugins", "--json", "-c", config).out)}
    assert {"folder", "sdss", "simulated", "mine"} <= set(rows)
    assert rows["folder"]["enabled"]
    assert not rows["sdss"]["enabled"]
    assert rows["mine"]["origin"].endswith("mine.py")
    assert rows["folder"]["origin"] == "built in"


def test_the_doctor_looks_at_everything(config: Path, command: Command, tmp_path: Path) -> None:
    checks = {check["name"]: check for check in json.loads(command("doctor", "--json", "-c", config).out)}
    for name in ("python", "torch", "faiss-cpu", "model", "database", "sources", "daemon"):
        assert checks[name]["good"], checks[name]
    assert "not running" in checks["daemon"]["words"]
    assert "none yet" in checks["database"]["words"]
    config.write_text("")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "astrolens.db").write_bytes(b"no database at all" * 300)
    ill = command("doctor", "--strict", "--config", config)
    assert ill.code == 1
    assert "none is switched on" in ill.out
    assert [line.split()[1] for line in ill.out.splitlines() if line.startswith("!!")] == [
        "database",
        "sources",
    ]


def test_mistakes_of_keys_are_found(config: Path, command: Command) -> None:
    config.write_text('[keys]\n"candidates.anomaly" = "n"\n')
    ended = command("config", "check", "--config", config)
    assert ended.code == 78
    assert "'n' is also the key of candidates.normal" in ended.out
    config.write_text('[keys]\n"candidates.anomaly" = "A"\n')
    assert command("config", "check", "--config", config).code == 0
