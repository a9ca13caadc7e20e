"""Each POST route has one order, and each order a route and a body that fits."""

from pathlib import Path
from typing import Any

from astrolens.api import orders, review_calls, view_calls
from astrolens.api.call import Call
from astrolens.api.shapes import mistake_in, schema_of
from astrolens.domain.review import LabelValue, RemarkKind
from tests.api.test_openapi import served_routes

EVERY: list[Call[Any]] = [
    orders.label(5, LabelValue.UNSURE, reviewer="r", interest=3, note="n"),
    orders.label(5, LabelValue.UNSURE),
    orders.withdraw_label(5),
    orders.submit(Path("x")),
    orders.analyze(5),
    orders.annotate(5),
    orders.crossref(5),
    orders.crossref_at(1.0, 2.0, radius_arcsec=3.0),
    orders.crossref_at(1.0, 2.0),
    orders.crossref_batch((1, 2)),
    orders.pause(),
    orders.resume(),
    orders.reload(),
    orders.stop(),
    orders.poll("sdss"),
    orders.recalibrate("sdss"),
    orders.recalibrate(),
    orders.try_calibration(),
    orders.save_filter("odd", "sigma>4"),
    orders.remove_filter("odd"),
    orders.compare_model("bundled-fast"),
    orders.promote_model("bundled-fast", reviewer="r", reason="n", without_proof=True),
    orders.promote_model("bundled-fast"),
    orders.roll_back_model(reviewer="r", reason="n"),
    orders.roll_back_model(),
    review_calls.label_many((5, 6), LabelValue.UNSURE, reviewer="r"),
    review_calls.undo("r"),
    review_calls.redo("r"),
    review_calls.remark(5, RemarkKind.TAG, "ring", reviewer="r"),
    view_calls.hold("sdss", held=True),
]


async def test_orders_and_routes_are_the_same() -> None:
    routes = {
        route.path.replace("{id}", "5").replace("{label_id}", "5"): route
        for route in await served_routes()
        if route.method == "POST"
    }
    assert {order.path for order in EVERY} == set(routes)
    for order in EVERY:
        route = routes[order.path]
        assert (order.body is not None) == (route.body is not None)
        assert (order.upload is not None) == route.takes_form
        if route.body is not None:
            assert mistake_in(order.body, schema_of(route.body)) is None
