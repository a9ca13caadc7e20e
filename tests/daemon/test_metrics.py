"""The text that a monitoring server reads, read by its own parser."""

from prometheus_client.openmetrics.parser import text_string_to_metric_families

from astrolens.daemon.metrics import Metrics
from tests.api.conftest import status_reply


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)  # type: ignore[no-untyped-call]
        for sample in family.samples
    }


def test_gauges_follow_the_status() -> None:
    seen = samples(Metrics().text(status_reply("degraded", 9)))
    assert seen["astrolens_state", (("state", "degraded"),)] == 1
    assert seen["astrolens_state", (("state", "running"),)] == 0
    assert seen["astrolens_stage_pictures", (("stage", "offered"), ("what", "waiting"))] == 1
    assert seen["astrolens_stage_oldest_waiting_seconds", (("stage", "offered"),)] == 3.5
    assert seen["astrolens_source_up", (("source", "sdss"),)] == 1
    assert seen["astrolens_last_event", ()] == 9
    assert ("astrolens_source_realised_per_1000", (("source", "sdss"),)) not in seen


def test_what_was_seen_is_counted() -> None:
    metrics = Metrics()
    metrics.saw_lag(0.3)
    metrics.saw_request("/images/{id}", "GET", 200, 0.01)
    metrics.saw_stage("measured", 0.2)
    metrics.saw_poll("sdss", "ok", 12)
    metrics.saw_fetch("sdss", "bad_data", 0)
    metrics.saw_catalogue("simbad", "not_answered")
    metrics.saw_notification("digested")
    metrics.saw_label("anomaly")
    metrics.saw_job("retention", "done")
    metrics.set_breakers({"example.org": "open"})
    metrics.set_readers(3)
    text = metrics.text(status_reply())
    seen = samples(text)
    assert text.endswith("# EOF\n")
    assert seen["astrolens_loop_lag_seconds_bucket", (("le", "0.5"),)] == 1
    assert seen["astrolens_loop_lag_seconds_bucket", (("le", "0.25"),)] == 0
    assert seen["astrolens_offers_total", (("source", "sdss"),)] == 12
    assert seen["astrolens_fetches_total", (("outcome", "bad_data"), ("source", "sdss"))] == 1
    assert (
        seen["astrolens_catalogue_answers_total", (("catalogue", "simbad"), ("outcome", "not_answered"))] == 1
    )
    assert seen["astrolens_breaker", (("host", "example.org"), ("state", "open"))] == 1
    assert seen["astrolens_breaker", (("host", "example.org"), ("state", "closed"))] == 0
    assert seen["astrolens_event_readers", ()] == 3
    assert len(seen) >= 40


def test_two_daemons_in_one_process_do_not_share_counts() -> None:
    first, second = Metrics(), Metrics()
    first.saw_label("normal")
    assert ("astrolens_labels_total", (("value", "normal"),)) not in samples(second.text(status_reply()))
