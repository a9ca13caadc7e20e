"""The review routes of the fake daemon: queue, steps, opinions, remarks."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aiohttp import web

from astrolens.api.wire import LabelRow
from astrolens.domain.clock import iso

if TYPE_CHECKING:
    from tests.tui.fake_daemon import FakeDaemon

LOGIN = "login"


class FakeReview:
    """One history for everybody; every third picture of the queue is drawn by chance."""

    def __init__(self, daemon: "FakeDaemon") -> None:
        self._daemon = daemon
        self.steps: list[list[LabelRow]] = []
        self.undone: list[list[LabelRow]] = []
        self.others: dict[int, list[tuple[str, str]]] = {}
        self.remarks: list[dict[str, Any]] = []
        self.queue_error: str | None = None
        self.waiting: Callable[[], int] | None = None
        self.limit = 1000

    def routes(self) -> list[web.RouteDef]:
        """For the server."""
        return [
            web.get("/review/queue", self._queue),
            web.get("/review/opinions/{id}", self._opinions),
            web.post("/review/undo", self._undo),
            web.post("/review/redo", self._redo),
            web.post("/review/remarks", self._remark),
            web.post("/labels/batch", self._batch),
        ]

    def note(self, labels: list[LabelRow]) -> None:
        """A step was made."""
        self.steps.append(labels)
        self.undone.clear()

    def _held(self) -> list[LabelRow]:
        return [label for label in self._daemon.labels if not label["withdrawn"]]

    async def _queue(self, request: web.Request) -> web.Response:
        daemon = self._daemon
        daemon.asked.append(f"review/queue?{request.query_string}")
        if self.queue_error is not None:
            return web.json_response({"error": self.queue_error}, status=503)
        judged = {label["image_id"] for label in self._held()}
        order = request.query.get("order", "mixed")
        numbers = [index for index in range(daemon.total) if index + 1 not in judged]
        if order == "disputed":
            numbers = [number - 1 for number in self.others]
        if order == "audit":
            numbers = numbers[::-1]
        if order == "calibration":
            numbers = numbers[4::5]
        reasons = {"audit": "audit", "disputed": "disputed", "calibration": "calibration"}
        limit = min(int(request.query.get("limit", "40")), self.limit)
        rows = [
            {
                **daemon._row(index, daemon.total),
                "asked_because": reasons.get(order, "audit" if place % 3 == 2 else "interesting"),
            }
            for place, index in enumerate(numbers[:limit])
        ]
        return web.json_response(
            {
                "rows": rows,
                "reviewer": request.query.get("reviewer", LOGIN),
                "audit_every": 3,
                "waiting": len(numbers) if self.waiting is None else self.waiting(),
                "labels": len(judged),
                "today": len(judged),
                "withdrawn": 0,
                "undo": len(self.steps),
                "redo": len(self.undone),
            }
        )

    async def _opinions(self, request: web.Request) -> web.Response:
        image_id = int(request.match_info["id"])
        self._daemon.asked.append(f"opinions {image_id}")
        said = [label for label in self._held() if label["image_id"] == image_id][-1:]
        for who, value in self.others.get(image_id, []):
            said.append(_label(900, image_id, value, who))
        counts: dict[str, int] = {}
        for label in said:
            counts[label["value"]] = counts.get(label["value"], 0) + 1
        return web.json_response(
            {
                "image_id": image_id,
                "opinions": said,
                "counts": counts,
                "disputed": len(set(counts) - {"unsure"}) > 1,
                "remarks": [one for one in self.remarks if one["image_id"] == image_id],
            }
        )

    async def _undo(self, request: web.Request) -> web.Response:
        step = self.steps.pop() if self.steps else None
        if step is not None:
            self.undone.append(step)
        for label in step or ():
            label["withdrawn"] = True
        return self._reply(step)

    async def _redo(self, request: web.Request) -> web.Response:
        step = self.undone.pop() if self.undone else None
        if step is not None:
            again = [_label(len(self._daemon.labels) + 1 + place, one["image_id"], one["value"], one["reviewer"])
                     for place, one in enumerate(step)]  # fmt: skip
            self._daemon.labels.extend(again)
            self.steps.append(again)
            step = again
        return self._reply(step)

    def _reply(self, step: list[LabelRow] | None) -> web.Response:
        shown = []
        for label in step or ():
            row = self._daemon._row(label["image_id"] - 1, self._daemon.total)
            shown.append(
                {
                    "image_id": label["image_id"],
                    "label": row["label"],
                    "reviewer": row["reviewer"],
                    "interest": row["interest"],
                }
            )
        return web.json_response(
            {
                "done": step is not None,
                "reviewer": LOGIN,
                "labels": step or [],
                "remarks": [],
                "shown": shown,
                "undo": len(self.steps),
                "redo": len(self.undone),
            }
        )

    async def _remark(self, request: web.Request) -> web.Response:
        body = await request.json()
        row = {
            "remark_id": len(self.remarks) + 1,
            "reviewer": LOGIN,
            "made_at": iso(datetime.now(UTC)),
            "withdrawn": False,
            **body,
        }
        self.remarks.append(row)
        self.note([])
        return web.json_response(row, status=201)

    async def _batch(self, request: web.Request) -> web.Response:
        body = await request.json()
        labels = [
            _label(len(self._daemon.labels) + 1 + place, image_id, body["value"], body.get("reviewer", LOGIN))
            for place, image_id in enumerate(body["image_ids"])
        ]
        self._daemon.labels.extend(labels)
        self.note(labels)
        return web.json_response(labels, status=201)


def _label(label_id: int, image_id: int, value: str, reviewer: str) -> LabelRow:
    return LabelRow(
        label_id=label_id,
        image_id=image_id,
        value=value,
        reviewer=reviewer,
        made_at=iso(datetime.now(UTC)),
        interest=None,
        note="",
        withdrawn=False,
    )
