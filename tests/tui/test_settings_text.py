"""Words about one setting and one source."""

from astrolens.tui.glyphs import unicode_glyphs
from astrolens.tui.palette import dark_palette
from astrolens.tui.settings_text import setting_detail, setting_row, source_detail, source_row
from tests.tui.fake_views import a_card, a_setting

_PALETTE, _GLYPHS = dark_palette(), unicode_glyphs()


def test_a_default_is_quiet_and_a_value_of_mine_is_not() -> None:
    plain = setting_row(a_setting("ui.theme", "x"), _PALETTE, _GLYPHS)
    mine = setting_row(a_setting("ui.theme", "x", origin="file", default="y"), _PALETTE, _GLYPHS)
    assert [cell[0] for cell in plain] == ["ui.theme", "x", "default", ""]
    assert [cell[0] for cell in mine] == ["ui.theme", "x", "file", "y"]
    assert plain[1][1] != mine[1][1]


def test_how_to_change_it() -> None:
    lines = [line.plain for line in setting_detail(a_setting("detect.seed", "1"), "/f.toml", _PALETTE, 200)]
    assert lines[-1].endswith("seed below [detect] in /f.toml, then press R")
    lines = [line.plain for line in setting_detail(a_setting("plugin_files", "[]"), "/f.toml", _PALETTE, 200)]
    assert lines[-1].endswith("plugin_files at the top in /f.toml, then restart the daemon")


def test_a_source_that_a_person_paused_has_no_next_poll() -> None:
    row = [cell[0] for cell in source_row(a_card("sdss", held=True), _PALETTE, _GLYPHS)]
    assert row[1] == "‖ paused by you"
    assert row[3] == "-"
    words = "\n".join(line.plain for line in source_detail(a_card("sdss", reason="503"), _PALETTE, 200))
    assert "last error 503" in words
    assert all(line.cell_len <= 10 for line in source_detail(a_card("sdss"), _PALETTE, 10))
