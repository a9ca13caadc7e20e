"""What the terminal knows, and for how long it is true."""

from astrolens.tui.live import Connection
from tests.tui.fake_daemon import busy_stats
from tests.tui.still import still_live


def test_lost_and_found() -> None:
    live = still_live()
    assert live.attached
    assert not live.just_back()
    assert live.refusal() == ""
    live.lose("no daemon answers")
    assert live.connection is Connection.GONE
    assert live.refusal() == "the daemon is away"
    since = live.gone_since_s
    live.lose("still none")
    assert live.gone_since_s == since, "the first loss counts"
    live.attach(busy_stats(), 214)
    assert live.just_back()
    assert live.caught_up == 214


def test_events_add_up() -> None:
    live = still_live()
    live.happened((), 500, 3, (7, 8))
    live.happened((), 20, 0, (8, 9))
    assert (live.event_count, live.missed, live.newer) == (520, 3, {7, 8, 9})


def test_a_notice_is_clean_and_fresh() -> None:
    live = still_live()
    live.say("a\x1b]0;b\x07", urgent=True)
    assert live.notice is not None
    assert live.notice.fresh()
    assert "\x1b" not in live.notice.words
