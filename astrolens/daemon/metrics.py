"""Counters and gauges of one daemon, as OpenMetrics text."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info
from prometheus_client.openmetrics.exposition import generate_latest

from astrolens.api.wire_status import StatusReply

_LAG_BUCKETS_S = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)
_TIME_BUCKETS_S = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_STATES = ("starting", "running", "paused", "degraded", "stopping")
_BREAKERS = ("closed", "half_open", "open")


class Metrics:
    """Everything that is counted; each object has a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._make_process()
        self._make_flow()
        self._make_sources()
        self._make_work()

    def text(self, status: StatusReply) -> str:
        """All metrics now.

        Parameters
        ----------
        status : StatusReply
            Sets the gauges.

        Returns
        -------
        str
            OpenMetrics 1.0, ends with ``# EOF``.
        """
        self._set_process(status)
        for stage in status["stages"]:
            for what in ("waiting", "in_flight"):
                self._stage_now.labels(stage=stage["name"], what=what).set(stage[what])
            self._stage_done.labels(stage=stage["name"]).set(stage["done"])
            self._stage_refused.labels(stage=stage["name"]).set(stage["refused"])
            self._stage_oldest.labels(stage=stage["name"]).set(stage["oldest_waiting_s"] or 0.0)
        for source in status["sources"]:
            name = source["name"]
            self._source_images.labels(source=name).set(source["images"])
            self._source_up.labels(source=name).set(source["state"] in ("ok", "calibrating", "slow"))
            self._source_calibrated.labels(source=name).set(source["calibrated"])
            self._source_budget.labels(source=name).set(source["budget_per_1000"])
            if source["realised_per_1000"] is not None:
                self._source_realised.labels(source=name).set(source["realised_per_1000"])
        text: bytes = generate_latest(self._registry)  # type: ignore[no-untyped-call]
        return text.decode()

    def saw_lag(self, lag_s: float) -> None:
        """Observe how late the loop turned.

        Parameters
        ----------
        lag_s : float
            Seconds.
        """
        self._lag.observe(lag_s)

    def saw_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Observe one answered request.

        Parameters
        ----------
        route : str
            Path with its placeholder, never the path of the request.
        method : str
            HTTP method.
        status : int
            HTTP status.
        seconds : float
            Time until the answer.
        """
        self._requests.labels(route=route, method=method, status=str(status)).observe(seconds)

    def saw_stage(self, stage: str, seconds: float) -> None:
        """Observe the time of one picture in one stage.

        Parameters
        ----------
        stage : str
            As in `StatusReply`.
        seconds : float
            Working time, without waiting.
        """
        self._stage_seconds.labels(stage=stage).observe(seconds)

    def saw_poll(self, source: str, outcome: str, offers: int) -> None:
        """Count one poll of a source.

        Parameters
        ----------
        source : str
            Its name.
        outcome : str
            ok, unavailable, bad_data or plugin_error.
        offers : int
            New pictures that it brought.
        """
        self._polls.labels(source=source, outcome=outcome).inc()
        self._offers.labels(source=source).inc(offers)

    def saw_fetch(self, source: str, outcome: str, size_bytes: int) -> None:
        """Count one download.

        Parameters
        ----------
        source : str
            Its name.
        outcome : str
            ok, unavailable or bad_data.
        size_bytes : int
            What came.
        """
        self._fetches.labels(source=source, outcome=outcome).inc()
        self._fetched_bytes.labels(source=source).inc(size_bytes)

    def saw_catalogue(self, catalogue: str, outcome: str) -> None:
        """Count one answer of a catalogue.

        Parameters
        ----------
        catalogue : str
            Its name.
        outcome : str
            A `CatalogOutcome`.
        """
        self._answers.labels(catalogue=catalogue, outcome=outcome).inc()

    def saw_notification(self, outcome: str) -> None:
        """Count one message to a person.

        Parameters
        ----------
        outcome : str
            sent, digested, quiet or failed.
        """
        self._notifications.labels(outcome=outcome).inc()

    def saw_label(self, value: str) -> None:
        """Count one label.

        Parameters
        ----------
        value : str
            A `LabelValue`, or withdrawn.
        """
        self._labels.labels(value=value).inc()

    def saw_job(self, job: str, outcome: str) -> None:
        """Count one run of a scheduled job.

        Parameters
        ----------
        job : str
            Its name.
        outcome : str
            A `JobOutcome`.
        """
        self._jobs.labels(job=job, outcome=outcome).inc()

    def set_breakers(self, breakers: Mapping[str, str]) -> None:
        """Set the state of every circuit breaker.

        Parameters
        ----------
        breakers : Mapping of str to str
            Host to closed, half_open or open.
        """
        for host, state in breakers.items():
            for name in _BREAKERS:
                self._breakers.labels(host=host, state=name).set(name == state)

    def set_readers(self, readers: int) -> None:
        """Set the number of attached event readers.

        Parameters
        ----------
        readers : int
            Open WebSockets.
        """
        self._readers.set(readers)

    def _set_process(self, status: StatusReply) -> None:
        self._build.info({"version": status["version"], "model_id": status["model_id"]})
        for name in _STATES:
            self._state.labels(state=name).set(name == status["state"])
        self._uptime.set(status["uptime_s"])
        for what in ("images", "anomalies", "near_misses", "parked", "duplicates", "labels"):
            self._stored.labels(what=what).set(status[what])
        self._unlabelled.set(status["unlabelled_anomalies"])
        self._disk_free.set(status["disk_free_bytes"])
        self._data_bytes.set(status["data_bytes"])
        self._last_event.set(status["last_event"])
        self._budget.set(status["budget_per_1000"])

    def _gauge(self, name: str, words: str, labels: tuple[str, ...] = ()) -> Gauge:
        return Gauge(name, words, labels, namespace="astrolens", registry=self._registry)

    def _counter(self, name: str, words: str, labels: tuple[str, ...] = ()) -> Counter:
        return Counter(name, words, labels, namespace="astrolens", registry=self._registry)

    def _make_process(self) -> None:
        self._build = Info("build", "What runs.", namespace="astrolens", registry=self._registry)
        self._state = self._gauge("state", "1 for the state the daemon is in.", ("state",))
        self._uptime = self._gauge("uptime_seconds", "Since the start.")
        self._disk_free = self._gauge("disk_free_bytes", "On the file system of the data.")
        self._data_bytes = self._gauge("data_bytes", "Used by database, blobs and index.")
        self._last_event = self._gauge("last_event", "Sequence number of the newest event.")
        self._readers = self._gauge("event_readers", "Attached event readers.")
        self._lag = Histogram(
            "loop_lag_seconds",
            "How late the event loop turned.",
            namespace="astrolens",
            registry=self._registry,
            buckets=_LAG_BUCKETS_S,
        )
        self._requests = Histogram(
            "request_seconds",
            "Time until a request was answered.",
            ("route", "method", "status"),
            namespace="astrolens",
            registry=self._registry,
            buckets=_TIME_BUCKETS_S,
        )

    def _make_flow(self) -> None:
        self._stage_now = self._gauge("stage_pictures", "Pictures in a stage now.", ("stage", "what"))
        self._stage_done = self._gauge("stage_done", "Done by a stage since the start.", ("stage",))
        self._stage_refused = self._gauge("stage_refused", "Parked by a stage since the start.", ("stage",))
        self._stage_oldest = self._gauge(
            "stage_oldest_waiting_seconds", "Age of the oldest waiting.", ("stage",)
        )
        self._stage_seconds = Histogram(
            "stage_seconds",
            "Working time of one picture.",
            ("stage",),
            namespace="astrolens",
            registry=self._registry,
            buckets=_TIME_BUCKETS_S,
        )
        self._stored = self._gauge("stored", "Rows in the store.", ("what",))
        self._unlabelled = self._gauge("unlabelled_anomalies", "Anomalies that nobody has judged.")
        self._budget = self._gauge("budget_per_1000", "False alarms allowed per 1,000 normals.")

    def _make_sources(self) -> None:
        self._source_images = self._gauge("source_images", "Pictures of a source.", ("source",))
        self._source_up = self._gauge("source_up", "1 when a source is asked and answers.", ("source",))
        self._source_calibrated = self._gauge("source_calibrated", "1 when it is judged.", ("source",))
        self._source_budget = self._gauge("source_budget_per_1000", "Its budget.", ("source",))
        self._source_realised = self._gauge(
            "source_realised_per_1000", "Share called anomaly so far.", ("source",)
        )
        self._polls = self._counter("polls", "Polls of a source.", ("source", "outcome"))
        self._offers = self._counter("offers", "New pictures that a source brought.", ("source",))
        self._fetches = self._counter("fetches", "Downloads.", ("source", "outcome"))
        self._fetched_bytes = self._counter("fetched_bytes", "Downloaded.", ("source",))
        self._breakers = self._gauge("breaker", "1 for the state of a host's breaker.", ("host", "state"))

    def _make_work(self) -> None:
        self._answers = self._counter("catalogue_answers", "Answers.", ("catalogue", "outcome"))
        self._notifications = self._counter("notifications", "Messages to a person.", ("outcome",))
        self._labels = self._counter("labels", "Labels given and withdrawn.", ("value",))
        self._jobs = self._counter("job_runs", "Runs of scheduled jobs.", ("job", "outcome"))
