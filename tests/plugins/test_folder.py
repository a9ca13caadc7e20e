"""The folder source on real folders: new, changed, unfinished, linked and many files."""

import asyncio
import os
import threading
import time
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import pytest

from astrolens.config.settings import Settings
from astrolens.domain.errors import ConfigError, Unavailable
from astrolens.domain.image import Offer
from astrolens.sources.context import make_context
from astrolens.sources.loader import LoadedSource, load_sources
from astrolens.sources.poll import poll

_SETTLE_S = 10.0


class Watch:
    """A folder source with what the host remembers between polls.

    Its clock runs ahead by the time to settle, so that files of this moment have just settled.
    """

    def __init__(self, path: Path, **options: Any) -> None:
        self.options = {"enabled": True, "path": str(path), "settle_s": _SETTLE_S, **options}
        self.cursor: dict[str, Any] = {}
        self.taken: set[str] = set()
        self.loaded: LoadedSource | None = None
        self.ahead = timedelta(seconds=_SETTLE_S)
        self.settled_ns = 0

    def restart(self) -> None:
        """A new process: only the cursor and the store live on."""
        self.loaded = None

    def _now(self) -> datetime:
        self.settled_ns = time.time_ns()
        return datetime.fromtimestamp(self.settled_ns / 1e9, UTC) + self.ahead

    async def ask(self, limit: int = 1000, *, store: bool = True) -> list[Offer]:
        """One poll; the host stores what it gets."""
        if self.loaded is None:
            self.loaded = await asyncio.to_thread(_load, self.options)
        context = make_context(
            self.loaded, cursor=self.cursor, is_known=self.taken.__contains__, limit=limit, now=self._now
        )
        offers = await poll(self.loaded, context, 15.0)
        if store:
            self.taken |= {offer.key for offer in offers}
        return offers

    async def keys(self, limit: int = 1000, *, store: bool = True) -> list[str]:
        return [offer.key for offer in await self.ask(limit, store=store)]

    def change(self, file: Path) -> None:
        """Write to a file until the coarse clock of the file system is past the last poll."""
        while True:
            file.write_bytes(b"another content")
            if file.stat().st_ctime_ns > self.settled_ns:
                return


def _load(options: dict[str, Any]) -> LoadedSource:
    (loaded,) = load_sources(Settings.model_validate({"sources": {"folder": options}}))
    assert loaded.error == ""
    return loaded


def _write(folder: Path, *names: str, content: bytes = b"x") -> None:
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    return folder


@pytest.fixture
def watch(pictures: Path) -> Watch:
    return Watch(pictures)


async def test_pictures_are_offered_once_in_the_order_of_names(pictures: Path, watch: Watch) -> None:
    _write(pictures, "b.JPG", "a.fits", "c.fits.gz", "d.txt", "deep/er/e.png", "f.fz", "notes.jpg.txt")
    offers = await watch.ask()
    assert [offer.key for offer in offers] == ["a.fits", "b.JPG", "c.fits.gz", "f.fz", "deep/er/e.png"]
    assert offers[-1].url == (pictures / "deep/er/e.png").as_uri()
    assert all(offer.position is None and offer.truth is None for offer in offers)
    assert await watch.keys() == []
    watch.restart()
    assert await watch.keys() == []
    _write(pictures, "deep/g.jpg")
    assert await watch.keys() == ["deep/g.jpg"]


async def test_a_cut_poll_goes_on_where_it_was(pictures: Path, watch: Watch) -> None:
    _write(pictures, *(f"{number:03}.jpg" for number in range(25)))
    seen = [await watch.keys(10) for _ in range(4)]
    assert [len(keys) for keys in seen] == [10, 10, 5, 0]
    assert sorted(chain.from_iterable(seen)) == [f"{number:03}.jpg" for number in range(25)]


async def test_offers_that_were_lost_come_again(pictures: Path, watch: Watch) -> None:
    _write(pictures, *(f"{number}.jpg" for number in range(6)))
    lost = await watch.keys(2, store=False)
    rest = await watch.keys()
    assert await watch.keys() == lost == ["0.jpg", "1.jpg"]
    assert rest == ["2.jpg", "3.jpg", "4.jpg", "5.jpg"]


async def test_a_changed_file_is_offered_again_with_another_key(pictures: Path, watch: Watch) -> None:
    _write(pictures, "a.jpg", "b.jpg")
    assert await watch.keys() == ["a.jpg", "b.jpg"]
    assert await watch.keys() == []
    watch.change(pictures / "a.jpg")
    (key,) = await watch.keys()
    assert key.startswith("a.jpg@")
    assert len(key) == len("a.jpg@") + 40
    for _ in range(3):
        assert await watch.keys() == []
    watch.restart()
    assert await watch.keys() == []


async def test_a_change_while_nobody_watched_is_seen(pictures: Path, watch: Watch) -> None:
    _write(pictures, "a.jpg", "b.jpg")
    for _ in range(3):
        await watch.keys()
    watch.restart()
    watch.change(pictures / "b.jpg")
    (key,) = await watch.keys()
    assert key.startswith("b.jpg@")


async def test_a_lost_change_comes_again(pictures: Path, watch: Watch) -> None:
    _write(pictures, "a.jpg")
    await watch.keys()
    await watch.keys()
    watch.change(pictures / "a.jpg")
    lost = await watch.keys(store=False)
    assert await watch.keys() == lost != []
    assert await watch.keys() == []


async def test_a_file_that_is_still_written_to_waits(pictures: Path) -> None:
    watch = Watch(pictures, settle_s=3600)
    _write(pictures, "a.jpg")
    assert await watch.keys() == []
    watch.ahead = timedelta(hours=2)
    assert await watch.keys() == ["a.jpg"]


async def test_hidden_and_unfinished_files_are_left_out(pictures: Path) -> None:
    watch = Watch(pictures, pattern=["", ".jpg"])
    _write(pictures, ".a.jpg", ".git/b.jpg", "c.jpg.part", "d.tmp", "e.jpg~", "f.jpg.crdownload", "g.jpg")
    assert await watch.keys() == ["g.jpg"]


async def test_only_the_top_when_not_recursive(pictures: Path) -> None:
    _write(pictures, "a.jpg", "deep/b.jpg", "odd.jpg/c.jpg")
    assert await Watch(pictures, recursive=False).keys() == ["a.jpg"]
    assert await Watch(pictures, pattern=[".JPG"]).keys() == ["a.jpg", "deep/b.jpg", "odd.jpg/c.jpg"]


async def test_links_are_followed_once_and_loops_end(pictures: Path, watch: Watch, tmp_path: Path) -> None:
    _write(tmp_path / "elsewhere", "a.jpg", "b.jpg")
    _write(pictures, "z.jpg")
    (pictures / "one").symlink_to(tmp_path / "elsewhere")
    (pictures / "two").symlink_to(tmp_path / "elsewhere")
    (pictures / "single.jpg").symlink_to(tmp_path / "elsewhere" / "a.jpg")
    (pictures / "loop").symlink_to(pictures)
    (pictures / "gone.jpg").symlink_to(tmp_path / "absent.jpg")
    (tmp_path / "elsewhere" / "up").symlink_to(tmp_path / "elsewhere")
    offers = await watch.ask()
    assert [offer.key for offer in offers] == ["single.jpg", "z.jpg", "one/b.jpg"]
    assert offers[0].url == (tmp_path / "elsewhere" / "a.jpg").as_uri()


async def test_what_is_no_regular_picture_is_harmless(pictures: Path, watch: Watch) -> None:
    os.mkfifo(pictures / "pipe.jpg")
    _write(pictures, "locked/a.jpg", "b.jpg")
    (pictures / "empty.jpg").touch()
    assert "b.jpg" in await watch.keys()


async def test_names_that_no_terminal_can_show(pictures: Path, watch: Watch) -> None:
    odd = [b"caf\xe9.jpg", b"line\nend.jpg", b"esc\x1b[31m.jpg", b"per%cent #?.jpg", "ü".encode() + b".jpg"]
    for name in odd:
        _write(pictures, os.fsdecode(name))
    offers = await watch.ask()
    assert all(offer.key.isprintable() for offer in offers)
    names = {unquote_to_bytes(urlsplit(offer.url).path).rsplit(b"/", 1)[1] for offer in offers}
    assert names == set(odd)
    assert await watch.keys() == []


async def test_very_long_paths_have_keys(pictures: Path, watch: Watch) -> None:
    deep = "/".join("d" * 200 for _ in range(6))
    _write(pictures, f"{deep}/a.jpg", f"{deep}/b.jpg")
    keys = await watch.keys()
    assert len(set(keys)) == 2
    assert max(map(len, keys)) < 200
    assert await watch.keys() == []


async def test_a_folder_that_is_away_is_tried_again(pictures: Path) -> None:
    watch = Watch(pictures / "disk")
    with pytest.raises(Unavailable, match=r"sources\.folder\.path"):
        await watch.keys()
    _write(pictures, "disk/a.jpg")
    assert await watch.keys() == ["a.jpg"]


async def test_another_folder_begins_anew(pictures: Path, tmp_path: Path, watch: Watch) -> None:
    _write(pictures, "a.jpg")
    await watch.keys()
    await watch.keys()
    assert "settled_ns" in watch.cursor
    _write(tmp_path / "other", "c.jpg")
    watch.options["path"] = str(tmp_path / "other")
    watch.restart()
    assert await watch.keys() == [str(tmp_path / "other/c.jpg")]
    assert watch.cursor == {"root": str(tmp_path / "other"), "home": str(pictures)}


async def test_a_name_that_two_folders_share_names_two_pictures(
    pictures: Path, tmp_path: Path, watch: Watch
) -> None:
    _write(pictures, "a.jpg")
    _write(tmp_path / "other", "a.jpg", content=b"y")
    _write(tmp_path / "third", "a.jpg", content=b"z")
    seen = []
    for folder in (pictures, tmp_path / "other", tmp_path / "third", pictures, tmp_path / "other"):
        watch.options["path"] = str(folder)
        watch.restart()
        seen.append(await watch.keys())
    assert seen == [["a.jpg"], [str(tmp_path / "other/a.jpg")], [str(tmp_path / "third/a.jpg")], [], []]


async def test_labels_give_the_truth(pictures: Path, tmp_path: Path) -> None:
    _write(pictures, "a.jpg", "deep/b.jpg", "c.jpg")
    labels = tmp_path / "labels.csv"
    labels.write_text(
        "\ufeffFile,Label,anomaly\na.jpg,merger,1\nb.jpg,spiral,0\nc.jpg,,0\n", encoding="utf-8"
    )
    offers = await Watch(pictures, labels=str(labels)).ask()
    assert {offer.key: offer.truth for offer in offers} == {
        "a.jpg": "merger", "c.jpg": None, "deep/b.jpg": "spiral",
    }  # fmt: skip


@pytest.mark.parametrize("content", [None, b"x,y\n1,2\n", b"", b"\xff\xfe\x00"])
async def test_labels_that_cannot_be_used_are_a_mistake_of_the_configuration(
    pictures: Path, tmp_path: Path, content: bytes | None
) -> None:
    labels = tmp_path / "labels.csv"
    if content is not None:
        labels.write_bytes(content)
    with pytest.raises(ConfigError, match=r"sources\.folder\.labels"):
        await Watch(pictures, labels=str(labels)).keys()


async def test_many_files_are_walked_in_bounded_steps_and_remembered(pictures: Path, watch: Watch) -> None:
    names = [f"{number:05}.jpg" for number in range(9_000)]
    for name in names:
        os.close(os.open(pictures / name, os.O_CREAT | os.O_WRONLY))
    watch.taken = asked = _Counting(names[:-1])
    assert await watch.keys(limit=32) == ["08999.jpg"]
    assert asked.count == 9_000
    assert asked.threads == {False}
    assert await watch.keys(limit=32) == []
    asked.count = 0
    assert await watch.keys(limit=32) == []
    assert asked.count == 0


class _Counting(set[str]):
    """A store that notices how often, and from where, it is asked."""

    count = 0

    def __init__(self, keys: list[str]) -> None:
        super().__init__(keys)
        self.threads: set[bool] = set()

    def __contains__(self, key: object) -> bool:
        self.count += 1
        self.threads.add(threading.current_thread() is threading.main_thread())
        return super().__contains__(key)


def test_wrong_options_are_reported() -> None:
    for options, key in (({}, "path"), ({"path": "x", "pattern": []}, "pattern"), ({"path": 1}, "path")):
        (loaded,) = load_sources(
            Settings.model_validate({"sources": {"folder": {"enabled": True, **options}}})
        )
        assert loaded.error.startswith(f"sources.folder.{key}: ")
