"""TOML to settings, with every mistake named."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.config.load import from_tables, load, located, source_options
from astrolens.config.settings import Settings
from astrolens.domain.errors import ConfigError
from astrolens.plugin import Field, SourceOptions


def _mistakes(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "a.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(file)
    return [line.removeprefix(f"{file}") for line in str(caught.value).splitlines()]


def test_no_file_gives_the_defaults(tmp_path: Path) -> None:
    assert load(None) == load(tmp_path / "absent.toml") == Settings()


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text("\ufeff[detect]\nbudget_per_1000 = 10\n[sources.folder]\npath = 'x'\n", encoding="utf-8")
    settings = load(file)
    assert settings.detect.budget_per_1000 == 10
    assert settings.sources["folder"].options() == {"path": "x"}


def test_every_mistake_is_named_with_its_line_and_remedy(tmp_path: Path) -> None:
    text = """
[detect]  # judging
budjet_per_1000 = 3
seed = -1

[daemon]
log_level = "loud"

[nottify]
x = 1
"""
    assert sorted(_mistakes(tmp_path, text)) == [
        ":3: detect.budjet_per_1000: unknown key; did you mean budget_per_1000?",
        ":4: detect.seed: got -1; input should be greater than or equal to 0",
        ":7: daemon.log_level: got 'loud'; input should be 'debug', 'info', 'warning' or 'error'",
        ":9: nottify: unknown key; did you mean notify?",
    ]


def test_a_mistake_inside_a_list_names_the_line_of_the_list(tmp_path: Path) -> None:
    assert _mistakes(tmp_path, "plugin_files = ['a.py', 7]\n")[0].startswith(":1: plugin_files.1: got 7; ")


def test_dotted_keys_and_a_table_in_the_wrong_place_are_found(tmp_path: Path) -> None:
    assert sorted(_mistakes(tmp_path, "x = 1\ndetect.seed = -1\n"))[1].startswith(":2: detect.seed: ")
    assert _mistakes(tmp_path, "detect = 5\n")[0].startswith(":1: detect: got 5; ")


def test_one_half_of_the_quiet_hours_is_explained(tmp_path: Path) -> None:
    (line,) = _mistakes(tmp_path, "[notify]\nquiet_from = 23:00:00\n")
    assert line == ":1: notify: quiet hours need both quiet_from and quiet_until"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("sources = 3\n", ":1: sources: got 3; write it as a table, [sources]"),
        ("[sources]\nfolder = 3\n", ":2: sources.folder: got 3; write it as a table, [sources.folder]"),
        ("[store]\ndata_dir = 5\n", ":2: store.data_dir: got 5; write a path, in quotes"),
    ],
)
def test_what_is_wanted_is_said_in_words_of_the_file(tmp_path: Path, text: str, line: str) -> None:
    assert _mistakes(tmp_path, text) == [line]


def test_a_secret_in_the_wrong_form_is_not_told() -> None:
    class Options(SourceOptions):
        api_key: str = Field("", description="Key.", max_length=3)

    with pytest.raises(ConfigError) as caught:
        source_options(Options, {"api_key": "very-secret"}, "mine")
    assert "very-secret" not in str(caught.value)
    assert str(caught.value).startswith("sources.mine.api_key: got ********; ")


def test_a_message_is_located_by_its_key(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text("[sources.folder]\nenabled = true\npth = 3\n")
    assert (
        located("sources.folder.pth: x: y\n/tmp/x: z", file)
        == f"{file}:3: sources.folder.pth: x: y\n/tmp/x: z"
    )
    assert located("sources.folder.pth: x", tmp_path / "absent") == "sources.folder.pth: x"


@pytest.mark.parametrize("content", [b"[detect\n", b"\xff\xfe", b"a = 1\na = 2\n", b"a = " + b"9" * 5000])
def test_what_is_no_toml_says_so(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match="correct the file or move it away"):
        load(file)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="correct the file"):
        load(tmp_path)


def test_what_a_stranger_wrote_cannot_reach_the_terminal() -> None:
    with pytest.raises(ConfigError) as caught:
        from_tables({"ui": {"glyphs": "\x1b[31m" + "x" * 500}}, "a.toml")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 250


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_NAMES = st.sampled_from([*Settings.model_fields, "enabled", "x"]) | st.text(max_size=8)


@given(st.dictionaries(_NAMES, _VALUES, max_size=4))
def test_any_tables_give_settings_or_a_config_error(tables: dict[str, object]) -> None:
    mistakes = ""
    try:
        from_tables(tables, "a.toml", "x = 1")
    except ConfigError as error:
        mistakes = str(error)
    for line in mistakes.splitlines():
        assert line.startswith("a.toml")
        assert not {unicodedata.category(character) for character in line} & {"Cc", "Cf", "Cs", "Zl"}


class _Options(SourceOptions):
    path: str
    depth: int = Field(1, ge=0)
    name: str = Field(description="What it is called.")
    inner: tuple[int, ...] = ()


def test_options_of_a_plugin_are_checked_by_its_own_model() -> None:
    assert source_options(_Options, {"path": "x", "depth": 2, "name": "n"}, "mine") == _Options(
        path="x", depth=2, name="n"
    )
    with pytest.raises(ConfigError) as caught:
        source_options(_Options, {"depht": 2, "depth": -1, "inner": [1, "a"]}, "mine")
    assert str(caught.value).splitlines() == [
        "sources.mine.path: is missing; it has no default",
        "sources.mine.depth: got -1; input should be greater than or equal to 0",
        "sources.mine.name: is missing; it has no default (What it is called)",
        "sources.mine.inner.1: got 'a'; input should be a valid integer, unable to parse string as an integer",
        "sources.mine.depht: unknown key; did you mean depth?",
    ]
