"""The house keeps its shape: module sizes, names, and a test beside every module."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
FORBIDDEN = frozenset({"utils", "helpers", "common", "manager", "base", "misc"})
PACKAGES = {"astrolens": ROOT / "tests", "plugins": ROOT / "tests" / "plugins"}
TOP_LEVEL = frozenset(
    {
        "astrolens", "plugins", "config", "tests", "docs", "pyproject.toml", "astrolens.service", "README.md",
        "LICENSE", "CHANGELOG.md", "Makefile",
    }
)  # fmt: skip
# Parts of a screen that the tests of the whole terminal see, and statements that a migration's test runs.
SEEN_THROUGH = {
    "astrolens/__main__.py": "tests/test_imports.py",
    "astrolens/store/schema_1.py": "tests/store/test_migrations.py",
    "astrolens/store/schema_2.py": "tests/store/test_migrations.py",
    "astrolens/store/schema_4.py": "tests/store/test_migrations.py",
    **{f"astrolens/tui/{part}.py": "tests/tui/test_app.py" for part in ("card_text", "commands", "desk", "emptiness", "eventwords", "facts", "log_file", "work", "screens/help", "screens/interest_asker", "screens/keeps_keys", "screens/view")},
    **{f"astrolens/tui/widgets/{part}.py": "tests/tui/test_app.py" for part in ("banner", "bar_chart", "candidate_columns", "disk_line", "filmstrip", "filter_line", "flow", "key_line", "latest", "list_status", "live_text", "picture_pane", "picture_view", "side_card", "source_list", "status_line", "tabs", "tiny_line")},
    **{f"astrolens/store/schema_{step}.py": "tests/store/test_migrations.py" for step in (5, 6, 7, 8, 9)},
    "astrolens/api/wire_filters.py": "tests/api/test_filters.py",
    "astrolens/domain/filter_values.py": "tests/domain/test_filter_text.py",
    "astrolens/store/measured_facts.py": "tests/store/test_analyses.py",
    "astrolens/store/filter_sql.py": "tests/store/test_candidate_query.py",
    "astrolens/store/saved_filters.py": "tests/api/test_filters.py",
    "astrolens/tui/screens/saved_filters.py": "tests/tui/test_candidates.py",
    **{f"astrolens/tui/{part}.py": "tests/tui/test_errands.py" for part in ("reach", "session", "screens/site_asker")},
    **{f"astrolens/tui/{part}.py": "tests/tui/test_review.py" for part in ("review_lore", "review_reader", "screens/line_asker", "widgets/review_head")},
}  # fmt: skip


def modules() -> list[Path]:
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return sorted(path for path in found if path.name != "__init__.py")


def places_of_test(module: Path) -> list[Path]:
    """Where the test of a module may lie: its mirror, a test of its room that imports it, the test of its plugin."""
    package = module.relative_to(ROOT).parts[0]
    inside = module.relative_to(ROOT / package)
    mirror = PACKAGES[package] / inside.parent / f"test_{inside.name}"
    if package == "plugins":
        whole = inside.parts[0].removesuffix(".py").split("_")[0]
        names = (f"test_{whole}_{inside.name}", f"test_{whole}.py", f"test_{inside.name}")
        return [PACKAGES[package] / name for name in names]
    dotted = ".".join(module.relative_to(ROOT).with_suffix("").parts)
    room = PACKAGES[package] / inside.parts[0]
    importing = [
        test for test in sorted(room.rglob("test_*.py")) if f"{dotted} " in test.read_text(encoding="utf-8")
    ]
    return [mirror, *importing]


@pytest.mark.parametrize("module", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_module_has_its_test(module: Path) -> None:
    whole = SEEN_THROUGH.get(str(module.relative_to(ROOT)))
    if whole is not None:
        assert (ROOT / whole).exists()
    else:
        places = places_of_test(module)
        assert any(place.exists() for place in places), f"{places[0].relative_to(ROOT)} is missing"


def test_modules_and_functions_are_short() -> None:
    long = []
    for module in modules():
        text = module.read_text(encoding="utf-8")
        name = str(module.relative_to(ROOT))
        if (lines := text.count("\n")) > LONGEST_MODULE:
            long.append(f"{name}: {lines} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                length = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
                if length > LONGEST_FUNCTION:
                    long.append(f"{name}:{node.lineno} {node.name}: {length} lines")
    assert not long, "\n".join(long)


def test_names_say_what_a_thing_is() -> None:
    assert not [path for path in modules() if path.stem in FORBIDDEN or path.parent.name in FORBIDDEN]


def test_packages_hold_a_docstring_only() -> None:
    for package in PACKAGES:
        for file in (ROOT / package).rglob("__init__.py"):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            allowed = (ast.Expr, ast.ImportFrom) if package == "plugins" else (ast.Expr,)
            assert all(isinstance(node, allowed) for node in tree.body), file


def test_top_level_is_as_drawn() -> None:
    ignored = {"build", "discovery_results.json"}
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    found = {name for name in found if name not in ignored and not name.endswith(".egg-info")}
    assert found == TOP_LEVEL


def test_every_package_is_installed() -> None:
    import tomllib

    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"])
    found = {
        ".".join(file.parent.relative_to(ROOT).parts).replace("plugins", "astrolens_plugins", 1)
        for package in PACKAGES
        for file in (ROOT / package).rglob("__init__.py")
    }
    assert listed == found
