"""No picture for the documents shows a view that failed, or a place of the machine that drew it."""

import tempfile
from pathlib import Path

import pytest

from tests.tui.fake_daemon import FakeDaemon
from tests.tui.snapshots.demo import STEPS, Step, session
from tests.tui.snapshots.guard import Spoiled, spoiled

_FOUR = "The models could not be read: /models: no answer from /tmp/al-demo-x/r/s within 10 s"


@pytest.mark.parametrize(
    "line",
    [
        _FOUR, "/models: no answer from somewhere", "no daemon answers at socket", "daemon gone 4 s ago",
        "written: /tmp/x", f"file {tempfile.gettempdir()}/x", "al-demo-12",
    ],
)  # fmt: skip
def test_a_spoiled_screen_is_named_by_its_line(line: str) -> None:
    assert spoiled(f"AstroLens\n  {line}  \nkeys") == line


def test_a_good_screen_passes() -> None:
    assert spoiled("AstroLens  running\nno answer is known\n".replace("no answer", "nothing")) == ""
    assert spoiled("/home/ana/.local/share/astrolens/models\ncatalogues did not answer") == ""


async def test_a_run_with_a_failed_view_ends_and_writes_no_picture_of_it(
    socket: Path, tmp_path: Path
) -> None:
    steps = tuple(step for step in STEPS if step.name in ("overview", "models"))
    async with FakeDaemon(socket) as daemon:
        daemon.views.error = "/models: no answer from a reader"
        with pytest.raises(Spoiled, match="models is not written, it shows: The models could not be read"):
            await session(socket, tmp_path, pictures=False, steps=steps)
    assert (tmp_path / "overview.svg").exists()
    assert not (tmp_path / "models.svg").exists()


async def test_a_run_without_one_writes_all(socket: Path, tmp_path: Path) -> None:
    async with FakeDaemon(socket):
        await session(socket, tmp_path, pictures=False, steps=(Step("models", "Models", ("@models",)),))
    assert "night-school" in (tmp_path / "models.svg").read_text().replace("&#160;", " ")
