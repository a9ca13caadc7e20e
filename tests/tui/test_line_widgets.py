"""Everything that draws lines of state: right words, never wider than the window."""

from collections.abc import Callable

import pytest

from astrolens.tui.live import Live
from astrolens.tui.widgets.banner import Banner
from astrolens.tui.widgets.bar_chart import BarChart
from astrolens.tui.widgets.disk_line import DiskLine, disk_lasts_s
from astrolens.tui.widgets.flow import Flow
from astrolens.tui.widgets.list_status import ListStatus
from astrolens.tui.widgets.live_text import LiveText, fitted
from astrolens.tui.widgets.source_list import SourceList
from astrolens.tui.widgets.status_line import StatusLine, realised_per_1000
from astrolens.tui.widgets.tabs import Tabs
from astrolens.tui.widgets.tiny_line import TinyLine
from tests.tui.fake_daemon import busy_stats, source
from tests.tui.still import still_live, words_of


def chart(live: Live) -> BarChart:
    return BarChart(
        live, "images", lambda stats: stats["images_per_hour"], lambda p: (p.normal, p.normal_dim), now="now"
    )


MAKERS: dict[str, Callable[[Live], LiveText]] = {
    "status": StatusLine,
    "flow": Flow,
    "sources": SourceList,
    "disk": DiskLine,
    "tabs": lambda live: Tabs(live, "overview"),
    "tiny": TinyLine,
    "chart": chart,
    "banner": Banner,
    "list": ListStatus,
}


@pytest.mark.parametrize("name", MAKERS)
def test_without_a_daemon_nothing_breaks(name: str) -> None:
    live = still_live()
    live.stats = None
    for width in (1, 20, 80):
        words_of(MAKERS[name](live), width)


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200, 300])
@pytest.mark.parametrize("name", ["status", "flow", "disk", "tabs", "tiny", "chart"])
def test_lines_fit(name: str, width: int) -> None:
    assert max(line.cell_len for line in MAKERS[name](still_live()).lines(width)) <= width


def test_fitted_drops_the_least_important() -> None:
    live = still_live()
    wide, narrow = words_of(StatusLine(live), 120), words_of(StatusLine(live), 60)
    assert "model vit-tiny" in wide
    assert "model" not in narrow
    assert "3 want your eyes" in narrow
    assert fitted([], 5).plain == ""


def test_one_picture_wants_and_many_want() -> None:
    stats = busy_stats()
    stats["unlabelled_anomalies"] = 1
    assert "1 wants your eyes" in words_of(StatusLine(still_live(stats)))


def test_the_realised_share_is_weighted_by_pictures() -> None:
    stats = busy_stats()
    stats["sources"] = [
        source("a", images=300, realised_per_1000=2.0),
        source("b", images=100, realised_per_1000=4.0),
    ]
    assert realised_per_1000(stats) == pytest.approx(2.5)
    stats["sources"] = [source("a", realised_per_1000=None)]
    assert realised_per_1000(stats) is None


def test_the_disk_lasts_as_long_as_busy_hours_say() -> None:
    stats = busy_stats()
    stats.update(
        {
            "images_per_hour": [0] * 23 + [3600],
            "images": 1000,
            "data_bytes": 1_000_000,
            "disk_free_bytes": 60_000,
        }
    )
    assert disk_lasts_s(stats) == pytest.approx(60.0)
    assert "1 min at this rate" in words_of(DiskLine(still_live(stats)))
    stats["images_per_hour"] = [0] * 24
    assert disk_lasts_s(stats) is None


def test_sources_drop_columns_before_names() -> None:
    wide, narrow = words_of(SourceList(still_live()), 120), words_of(SourceList(still_live()), 50)
    assert "per 1,000" in wide
    assert "per 1,000" not in narrow
    assert "calibrating 214 of 500" in narrow


def test_banner_words() -> None:
    live = still_live()
    live.lose("no daemon answers")
    assert "daemon gone 0 s ago, trying again every 1 s; what you see is from" in words_of(Banner(live))
    live.attach(busy_stats(), 1)
    assert words_of(Banner(live)) == "back, 1 event was caught up"
    live.missed = 40
    assert "40 are no longer kept" in words_of(Banner(live))
    live.caught_up = 0
    assert words_of(Banner(live)) == "back, nothing happened meanwhile"


def test_a_chart_shows_small_counts_and_says_nothing_of_nothing() -> None:
    stats = busy_stats()
    stats["images_per_hour"] = [0] * 22 + [1, 100_000]
    assert "▁" in words_of(chart(still_live(stats)), 60)
    stats["images_per_hour"] = [0] * 24
    assert "nothing yet" in words_of(chart(still_live(stats)), 60)


def test_a_wide_window_has_the_whole_name_of_the_model() -> None:
    stats = busy_stats()
    stats["model_id"] = "vit-tiny-p8-galaxy-short-c0798e5f9448-int8"
    live = still_live(stats)
    assert stats["model_id"] in words_of(StatusLine(live), 200)
    assert "vit-tiny-p8-galaxy-short" in words_of(StatusLine(live), 120)
