"""How often which galaxy occurs, and the foreground and background around it."""

from math import pi

import numpy as np

from astrolens_plugins.simulated.canvas import Canvas, Colour
from astrolens_plugins.simulated.galaxies import Arms, Galaxy, GalaxyType
from astrolens_plugins.simulated.light import Shape, sersic
from astrolens_plugins.simulated.surveys import Survey

_TYPES = (GalaxyType.ELLIPTICAL, GalaxyType.LENTICULAR, GalaxyType.SPIRAL, GalaxyType.EDGE_ON)
_SHARES = (0.30, 0.17, 0.36, 0.17)
_CLEAR_OF_CENTRE = 0.13


def draw_galaxy(
    random: np.random.Generator,
    survey: Survey,
    *,
    kinds: tuple[GalaxyType, ...] = _TYPES,
    petrosian_px: float | None = None,
) -> Galaxy:
    """One galaxy of the nearby Universe in the middle of a picture.

    Parameters
    ----------
    random : Generator
        Where its dice come from.
    survey : Survey
        Decides size and depth.
    kinds : tuple of GalaxyType
        What it may be.
    petrosian_px : float, optional
        Its Petrosian radius; else 16 to 22 % of the side.

    Returns
    -------
    Galaxy
        Ready to draw.
    """
    shares = np.array([_SHARES[_TYPES.index(kind)] for kind in kinds])
    kind = kinds[int(random.choice(len(kinds), p=shares / shares.sum()))]
    reach = petrosian_px or survey.side_px * random.uniform(0.16, 0.22)
    middle = (survey.side_px - 1) / 2.0 + random.normal(0.0, 0.6, 2)
    x, y, angle = float(middle[0]), float(middle[1]), float(random.uniform(0.0, 180.0))
    depth = survey.depth * 10 ** float(random.normal(0.0, 0.22))
    match kind:
        case GalaxyType.ELLIPTICAL:
            return _elliptical(
                random, Shape(x=x, y=y, axis_ratio=_between(random, 0.55, 1.0), angle_deg=angle), reach, depth
            )
        case GalaxyType.LENTICULAR:
            shape = Shape(x=x, y=y, axis_ratio=_between(random, 0.3, 0.95), angle_deg=angle)
            return _disk(
                random, kind, shape, reach, depth, bulge=(0.25, 0.6), redness=_between(random, 0.62, 0.78)
            )
        case GalaxyType.SPIRAL:
            shape = Shape(x=x, y=y, axis_ratio=_between(random, 0.4, 1.0), angle_deg=angle)
            return _spiral(random, shape, reach, depth)
        case _:
            shape = Shape(x=x, y=y, axis_ratio=_between(random, 0.10, 0.20), angle_deg=angle)
            return _disk(
                random,
                kind,
                shape,
                reach,
                depth * 1.6,
                bulge=(0.02, 0.3),
                redness=_between(random, 0.45, 0.75),
            )


def _between(random: np.random.Generator, low: float, high: float) -> float:
    return float(random.uniform(low, high))


def _flux(depth: float, radius_px: float, axis_ratio: float) -> float:
    return depth * 2.0 * pi * radius_px * radius_px * axis_ratio


def _elliptical(random: np.random.Generator, shape: Shape, reach: float, depth: float) -> Galaxy:
    n = _between(random, 2.8, 5.2)
    radius = reach / 1.85 * 0.8
    red = Colour(g_r=float(random.normal(0.80, 0.04)), r_i=float(random.normal(0.39, 0.02)))
    return Galaxy(
        kind=GalaxyType.ELLIPTICAL, shape=shape, radius_px=radius, flux=_flux(depth, radius, shape.axis_ratio),
        bulge_share=1.0, bulge_radius=1.0, n=n, body=red, bulge=red,
    )  # fmt: skip


def _disk(
    random: np.random.Generator,
    kind: GalaxyType,
    shape: Shape,
    reach: float,
    depth: float,
    *,
    bulge: tuple[float, float],
    redness: float,
) -> Galaxy:
    radius = reach / 2.16
    return Galaxy(
        kind=kind, shape=shape, radius_px=radius, flux=_flux(depth, radius, shape.axis_ratio),
        bulge_share=_between(random, *bulge), bulge_radius=_between(random, 0.18, 0.35), n=_between(random, 1.2, 3.2),
        body=Colour(g_r=redness, r_i=0.5 * redness), bulge=Colour(g_r=float(random.normal(0.78, 0.04)), r_i=0.38),
        lane=_between(random, 0.2, 0.7) if random.random() < 0.35 else 0.0,
        lopsided=abs(float(random.normal(0.0, 0.06))),
    )  # fmt: skip


def _spiral(random: np.random.Generator, shape: Shape, reach: float, depth: float) -> Galaxy:
    lateness = float(random.random())
    arms = Arms(
        count=int(random.choice([2, 2, 2, 3, 4])),
        pitch_deg=10.0 + 16.0 * lateness + float(random.normal(0.0, 2.0)),
        sense=1 if random.random() < 0.5 else -1,
        phase=_between(random, 0.0, 2.0 * pi),
        contrast=_between(random, 0.35, 0.85),
        clumps=int(random.integers(6, 14 + int(30 * lateness))),
    )
    radius = reach / 2.05
    redness = 0.62 - 0.24 * lateness + float(random.normal(0.0, 0.03))
    return Galaxy(
        kind=GalaxyType.SPIRAL, shape=shape, radius_px=radius, flux=_flux(depth, radius, shape.axis_ratio),
        bulge_share=0.36 * (1.0 - lateness) + 0.04, bulge_radius=_between(random, 0.15, 0.28),
        n=_between(random, 1.0, 2.6), body=Colour(g_r=redness, r_i=0.5 * redness - 0.02),
        bulge=Colour(g_r=0.76 - 0.1 * lateness, r_i=0.37 - 0.04 * lateness), arms=arms,
        bar_share=_between(random, 0.05, 0.14) if random.random() < 0.35 else 0.0,
        lopsided=abs(float(random.normal(0.0, 0.08))), knots=int(random.integers(2**31)),
    )  # fmt: skip


def add_field(random: np.random.Generator, survey: Survey, canvas: Canvas) -> None:
    """Foreground stars and background galaxies; nothing bright close to the middle.

    Parameters
    ----------
    random : Generator
        Where the dice come from.
    survey : Survey
        How crowded its sky is.
    canvas : Canvas
        Where to draw, before `Canvas.blur`.
    """
    middle, clear = (canvas.side_px - 1) / 2.0, _CLEAR_OF_CENTRE * canvas.side_px
    for _ in range(int(random.poisson(survey.stars))):
        x, y = (float(place) for place in random.uniform(0.0, canvas.side_px, 2))
        flux = min(60.0 * float(random.random()) ** -1.1, 12_000.0) * canvas.seeing_px
        colour = Colour(g_r=_between(random, 0.25, 1.4), r_i=_between(random, 0.08, 0.6))
        if max(abs(x - middle), abs(y - middle)) > clear or flux < 400.0:
            _add_star(canvas, x, y, flux, colour)
    for _ in range(int(random.poisson(survey.neighbours))):
        x, y = (float(place) for place in random.uniform(0.0, canvas.side_px, 2))
        flux = min(45.0 * float(random.random()) ** -0.67, 900.0) * canvas.seeing_px
        redness = float(np.clip(random.normal(0.75, 0.25), 0.1, 1.5))
        shape = Shape(x=x, y=y, axis_ratio=_between(random, 0.3, 1.0), angle_deg=_between(random, 0.0, 180.0))
        radius = _between(random, 0.4, 1.0) * canvas.seeing_px
        grid = canvas.window(x, y, int(7 * radius) + 4)
        if grid is not None and (max(abs(x - middle), abs(y - middle)) > clear or flux < 250.0):
            light = sersic(grid, shape, radius_px=radius, n=_between(random, 0.8, 2.2), flux=flux)
            canvas.add_window(grid, light, Colour(g_r=redness, r_i=0.5 * redness))


def _add_star(canvas: Canvas, x: float, y: float, flux: float, colour: Colour) -> None:
    place = (np.array([value], dtype=np.float32) for value in (x, y, flux))
    canvas.add_points(*place, colour)
