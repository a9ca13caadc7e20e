"""What the terminal knows, and for how long it is true."""

from astrolens.api.wire import EventRow
from astrolens.domain.clock import iso, utc_now
from astrolens.tui.live import Connection
from astrolens.tui.widgets.banner import gone_words
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


def news(sequence: int, what: str, at: str, **payload: object) -> EventRow:
    return EventRow(sequence=sequence, at=at, kind=what, image_id=None, payload=payload)


def test_a_promotion_makes_the_daemon_open_anew() -> None:
    live = still_live()
    live.happened((news(7, "model_promoted", "2020-01-01T00:00:00Z"),), 1, 0, ())
    assert not live.reopening(), "that was long ago"
    now = iso(utc_now())
    live.happened(
        (news(8, "model_compared", now), news(9, "model_rolled_back", now, by="astrolens")), 2, 0, ()
    )
    assert not live.reopening(), "it did that by itself, and runs"
    assert live.model_news == 9
    live.happened((news(10, "model_rolled_back", now, by="ana"),), 1, 0, ())
    assert live.reopening()
    live.lose("no daemon answers")
    assert "another model" in live.refusal()
    assert "the daemon takes up another model" in gone_words(live)
    live.attach(busy_stats(), 3)
    assert live.returns == 1
    assert not live.reopening()
    live.happened((news(10, "model_rolled_back", now, by="ana"),), 1, 0, ())
    assert not live.reopening(), "what is read after it came back is over"
    live.lose("no daemon answers")
    assert "daemon gone" in gone_words(live)


def test_a_notice_is_clean_and_fresh() -> None:
    live = still_live()
    live.say("a\x1b]0;b\x07", urgent=True)
    assert live.notice is not None
    assert live.notice.fresh()
    assert "\x1b" not in live.notice.words
