"""Verbs about the installation."""

import json
from pathlib import Path

import pytest

from astrolens.config.paths import Paths
from astrolens.daemon.lock import ProfileLock
from astrolens.store.store import open_store
from tests.cli.conftest import Command, harmless, promoted

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
    assert ended.out.splitlines() == [
        f"{config}:1: sources.folder.path: is missing; it has no default (The folder to watch)",
        f"{config}:3: sources.folder.pat: unknown key; did you mean path?",
    ]
    assert ended.err == ""
    assert command("config", "check", "--config", "/nowhere.toml").code == 78


def test_what_a_source_needs_is_asked_for(config: Path, command: Command) -> None:
    config.write_text(
        '[sources.tns]\nenabled = true\napi_key = "k"\n[sources.panstarrs]\nenabled = true\nbands = "gr"\n'
    )
    ended = command("config", "check", "--config", config)
    assert ended.code == 78
    number, name, bands = ended.out.splitlines()
    assert number.startswith(f"{config}:1: sources.tns.bot_id: is missing")
    assert "register one at www.wis-tns.org/bots" in number
    assert name.startswith(f"{config}:1: sources.tns.bot_name: is missing")
    assert bands == f"{config}:6: sources.panstarrs.bands: got 'gr'; want one or three different of grizy"


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


def test_the_encoder_in_force_is_named_with_its_origin(
    config: Path, command: Command, tmp_path: Path, tiny_model: Path
) -> None:
    def said() -> tuple[bool, str]:
        (found,) = [
            one for one in json.loads(command("doctor", "--json", "-c", config).out) if one["name"] == "model"
        ]
        return found["good"], found["words"]

    def shown() -> tuple[dict[str, str], str]:
        lines = command("config", "show", "-c", config).out.splitlines()
        (line,) = [one for one in lines if one.startswith("encoder ")]
        return json.loads(command("config", "show", "--json", "-c", config).out)["encoder"], line

    good, words = said()
    assert good
    assert words.startswith("bundled, 96 px, crop ")
    assert words.endswith("; the default")
    assert shown() == ({"model": "bundled", "origin": "default"}, "encoder      bundled, the default")
    promoted(tmp_path / "data", "bundled", str(tiny_model))
    good, words = said()
    assert good
    assert words.startswith(f"{tiny_model}, 16 px, crop 0.5; promoted 20")
    assert words.endswith(" by ada; analyse.model names bundled")
    encoder, line = shown()
    assert encoder == {"model": str(tiny_model), "origin": "promoted"}
    assert line.startswith(f"encoder      {tiny_model}, promoted 20")
    assert command("config", "check", "-c", config).code == 0
    config.write_text(config.read_text() + '[analyse]\nmodel = "bundled-fast"\n')
    good, words = said()
    assert (good, words.partition(",")[0]) == (True, "bundled-fast"), "an edited file wins"
    assert words.endswith("; named by analyse.model")
    promoted(tmp_path / "data", "bundled-fast", str(tmp_path / "gone"))
    good, words = said()
    assert not good
    assert "/gone', the encoder in force (promoted 20" in words
    assert "the next start of the daemon takes up the one before" in words


def test_what_the_daemon_works_with_until_its_next_start_is_said(
    config: Path, command: Command, tmp_path: Path, tiny_model: Path
) -> None:
    def said() -> str:
        checks = json.loads(command("doctor", "--json", "-c", config).out)
        return next(str(check["words"]) for check in checks if check["name"] == "model")

    paths = Paths(config_file=config, data=tmp_path / "data", runtime=tmp_path / "run")
    store = open_store(paths)
    try:
        store.promotions.taken_up(str(tiny_model), "tiny0-1")
        waits = f"; the daemon still works with {tiny_model}, until its next start"
        with ProfileLock(paths.lock):
            assert said().endswith(f"; the default{waits}")
        assert said().endswith("; the default"), "none runs"
    finally:
        store.close()
    paths.database.write_bytes(b"no database at all" * 300)
    assert said().endswith("; the default; the database does not say whether another one was promoted")


def test_mistakes_of_keys_are_found(config: Path, command: Command) -> None:
    config.write_text('[keys]\n"candidates.anomaly" = "n"\n')
    ended = command("config", "check", "--config", config)
    assert ended.code == 78
    assert "'n' is also the key of candidates.normal" in ended.out
    config.write_text('[keys]\n"candidates.anomaly" = "A"\n')
    assert command("config", "check", "--config", config).code == 0


def test_every_other_mistake_is_found_with_its_line(config: Path, command: Command) -> None:
    config.write_text(
        'plugin_files = ["/nowhere/mine.py"]\n[analyse]\nmodel = "/nowhere/net"\n[sources.foldr]\nenabled = true\n'
    )
    ended = command("config", "check", "--config", config)
    assert ended.code == 78
    first, second, third = ended.out.splitlines()
    assert first == f"{config}:4: sources.foldr: no such source; did you mean folder?"
    assert second.startswith(
        f"{config}:1: plugin_files: /nowhere/mine.py: no such file; correct plugin_files"
    )
    assert third.startswith(f"{config}:3: analyse.model: there is no folder '/nowhere/net'; name bundled")
    looked = command("doctor", "--config", config)
    assert "did you mean folder?" in looked.out


def test_a_broken_plugin_is_told_in_one_line(config: Path, command: Command, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("this is no python")
    for verb in (("config", "check"), ("plugins",), ("doctor",)):
        ended = command(*verb, "--config", config)
        (line,) = [line for line in ended.out.splitlines() if "SyntaxError" in line]
        assert line.endswith("correct the plugin or set enabled = false")
        assert "Traceback" not in ended.err


def test_settings_are_shown_as_toml_writes_them(config: Path, command: Command) -> None:
    shown = command("config", "show", "--config", config).out
    assert 'log_level = "info"' in shown
    assert "data_dir = (not set)" in shown
    assert "None" not in shown
    assert "enabled = true" in shown
