"""Small tables: what does not fit is left out, the least important first."""

from astrolens.tui.table import Cell, Column, table

_COLUMNS = (Column("name"), Column("count", right=True, importance=1), Column("words", importance=2))
_ROWS: list[list[Cell]] = [
    [("a", ""), ("1,204", ""), ("short", "")],
    [("longer", ""), ("3", ""), ("much longer", "")],
]


def drawn(width: int) -> list[str]:
    return [line.plain.rstrip() for line in table(_COLUMNS, _ROWS, width, "")]


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert drawn(80) == ["name    count  words", "a       1,204  short", "longer      3  much longer"]


def test_the_least_important_goes_first() -> None:
    assert drawn(20) == ["name    count", "a       1,204", "longer      3"]
    assert drawn(3) == ["name", "a", "longer"]


def test_a_column_that_may_shrink_stays_when_it_would_be_the_next_to_go() -> None:
    columns = (Column("setting"), Column("value", least=8), Column("from", importance=1))
    rows: list[list[Cell]] = [[("daemon.log_level", ""), ("info of a very long kind", ""), ("file", "")]]
    said = [line.plain.rstrip() for line in table(columns, rows, 30, "")]
    assert said == ["setting           value", "daemon.log_level  info of a v…"]
    assert [line.plain for line in table(columns, rows, 20, "")] == ["setting", "daemon.log_level"]
