"""The downhill simplex against scipy's, step by step."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize

from astrolens.analyse.simplex import Point, minimise

START = ((0.0, 0.0), (0.5, 0.0), (0.0, 0.5))


def bowl(at: Point) -> float:
    return (at[0] - 1.3) ** 2 + 3.0 * (at[1] + 0.7) ** 2 + 0.5 * at[0] * at[1]


def valley(at: Point) -> float:
    return 100.0 * (at[1] - at[0] ** 2) ** 2 + (1.0 - at[0]) ** 2


def edge(at: Point) -> float:
    return abs(at[0] - 0.31) + abs(at[1] + 0.2 * at[0])


@pytest.mark.parametrize("function", [bowl, valley, edge])
def test_takes_the_steps_of_scipy(function: Callable[[Point], float]) -> None:
    seen: list[Point] = []

    def watched(at: Point) -> float:
        seen.append(at)
        return function(at)

    value, place = minimise(watched, START, step=1e-3, change=1e-6, most=400)
    want = optimize.minimize(
        lambda at: function((float(at[0]), float(at[1]))),
        START[0],
        method="Nelder-Mead",
        options={"initial_simplex": np.array(START), "xatol": 1e-3, "fatol": 1e-6, "maxfev": 400},
    )
    assert len(seen) == want.nfev
    assert place == pytest.approx(tuple(want.x), abs=1e-9)
    assert value == pytest.approx(want.fun)


def test_ends_when_the_effort_is_spent() -> None:
    seen: list[Point] = []

    def endless(at: Point) -> float:
        seen.append(at)
        return -at[0] - at[1]

    minimise(endless, START, step=1e-9, change=1e-9, most=40)
    assert len(seen) <= 42


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_finds_the_bottom_of_any_bowl(row: float, column: float) -> None:
    _, place = minimise(
        lambda at: (at[0] - row) ** 2 + (at[1] - column) ** 2, START, step=1e-4, change=1e-8, most=400
    )
    assert place == pytest.approx((row, column), abs=1e-3)
