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
# Rooms whose parts are seen through another test: pictures through their screen, verbs through their process.
COVERED_ELSEWHERE = frozenset({"astrolens/__main__.py"})


def modules() -> list[Path]:
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return sorted(path for path in found if path.name != "__init__.py")


def tests_of(module: Path) -> list[Path]:
    """Where the test of a module may lie: its mirror; for a part of a plugin or of a screen also the whole's test."""
    package = module.relative_to(ROOT).parts[0]
    inside = module.relative_to(ROOT / package)
    mirror = PACKAGES[package] / inside.parent / f"test_{inside.name}"
    if package == "plugins":
        whole = inside.parts[0].removesuffix(".py").split("_")[0]
        names = (f"test_{whole}_{inside.name}", f"test_{whole}.py", f"test_{inside.name}")
        return [PACKAGES[package] / name for name in names]
    if inside.parts[0] == "tui":
        seen_through = sorted((PACKAGES[package] / "tui").glob("test_*.py"))
        named = [test for test in seen_through if inside.stem in test.read_text(encoding="utf-8")]
        return [mirror, *named, PACKAGES[package] / "tui" / f"test_{inside.name}"]
    return [mirror]


@pytest.mark.parametrize("module", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_module_has_its_test(module: Path) -> None:
    if str(module.relative_to(ROOT)) not in COVERED_ELSEWHERE:
        places = tests_of(module)
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
