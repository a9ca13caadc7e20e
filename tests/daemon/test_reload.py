"""Which changed settings hold at once, and which wait."""

from astrolens.config.settings import Settings
from astrolens.daemon.reload import changed_keys, needs_restart


def settings(**tables: object) -> Settings:
    return Settings.model_validate(tables)


def test_nothing_changed() -> None:
    assert changed_keys(settings(), settings()) == []


def test_what_holds_at_once_is_not_named() -> None:
    after = settings(
        detect={"budget_per_1000": 9.0}, daemon={"log_level": "debug"}, ui={"reviewer": "ada"},
        store={"keep_events": 2000, "keep_normal_days": 3.0},
    )  # fmt: skip
    assert len(changed_keys(settings(), after)) == 5
    assert needs_restart(settings(), after) == []


def test_everything_else_waits_for_the_next_start() -> None:
    before = settings(sources={"folder": {"path": "/a", "batch": 3}, "sdss": {"enabled": True}})
    after = settings(
        sources={"folder": {"path": "/b", "batch": 3}}, analyse={"batch": 2},
        daemon={"log_level": "debug", "tcp_port": 8000}, store={"quota_gb": 1.0},
    )  # fmt: skip
    waiting = needs_restart(before, after)
    assert set(waiting) >= {
        "analyse.batch", "daemon.tcp_port", "sources.folder.path", "sources.sdss.enabled", "store.quota_gb",
    }  # fmt: skip
    assert "daemon.log_level" not in waiting
    assert "sources.folder.batch" not in waiting
    assert waiting == sorted(waiting)
