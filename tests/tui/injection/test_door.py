"""No widget of ours reads markup in words: a bracket in a name is a bracket, not a link and not a crash."""

import ast
from pathlib import Path

import pytest

TUI = Path(__file__).resolve().parents[3] / "astrolens" / "tui"
READS_MARKUP = frozenset({"Static", "Label", "OptionList", "RichLog", "notify"})


def calls_in(file: Path) -> list[ast.Call]:
    return [
        node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    ]


def name_of(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


@pytest.mark.parametrize("file", sorted(TUI.rglob("*.py")), ids=lambda file: str(file.relative_to(TUI)))
def test_words_are_never_markup(file: Path) -> None:
    for call in calls_in(file):
        name = name_of(call)
        assert name != "from_markup", f"{file.name}:{call.lineno}"
        if name in READS_MARKUP:
            given = {word.arg: word.value for word in call.keywords}
            markup = given.get("markup")
            closed = isinstance(markup, ast.Constant) and markup.value is False
            assert closed, f"{file.name}:{call.lineno} {name}(...) needs markup=False"
