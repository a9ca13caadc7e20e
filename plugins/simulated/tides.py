"""Galaxies that pull at each other: mergers, bridges, streams."""

from dataclasses import replace
from math import atan2, cos, degrees, hypot, radians, sin

import numpy as np

from astrolens_plugins.simulated.canvas import Canvas, Colour
from astrolens_plugins.simulated.galaxies import Galaxy, GalaxyType, draw
from astrolens_plugins.simulated.light import Shape
from astrolens_plugins.simulated.population import draw_galaxy
from astrolens_plugins.simulated.surveys import Survey

_STEPS = 240


def add_stream(
    canvas: Canvas,
    origin: tuple[float, float],
    *,
    start_deg: float,
    bend_deg: float,
    length_px: float,
    width_px: float,
    brightness: float,
    colour: Colour,
) -> tuple[float, float]:
    """Bent stream of stars that starts in a galaxy and fades outwards.

    Parameters
    ----------
    canvas : Canvas
        Where to draw, before `Canvas.blur`.
    origin : tuple of float
        x and y of its root in pixels.
    start_deg : float
        Direction at the root.
    bend_deg : float
        By how much the direction turns up to the tip.
    length_px : float
        Length along the curve.
    width_px : float
        Gaussian half-width at the root; the tip is twice as wide.
    brightness : float
        Light per pixel on the ridge at the root.
    colour : Colour
        Of its stars.

    Returns
    -------
    tuple of float
        x and y of the tip in pixels.
    """
    t = np.linspace(0.0, 1.0, _STEPS)
    direction = np.radians(start_deg + bend_deg * t)
    step = length_px / _STEPS
    x, y = origin[0] + np.cumsum(np.cos(direction)) * step, origin[1] + np.cumsum(np.sin(direction)) * step
    width = width_px * (1.0 + t)
    spread = np.array([-1.6, -1.1, -0.7, -0.35, 0.0, 0.35, 0.7, 1.1, 1.6])
    weight = np.exp(-0.5 * spread**2)
    weight /= weight.sum()
    side_x, side_y = -np.sin(direction) * width, np.cos(direction) * width
    per_step = brightness * (1.0 - 0.75 * t) * width * 2.5 * step
    canvas.add_points(
        (x[:, None] + spread * side_x[:, None]).ravel().astype(np.float32),
        (y[:, None] + spread * side_y[:, None]).ravel().astype(np.float32),
        (per_step[:, None] * weight).ravel().astype(np.float32),
        colour,
    )
    return float(x[-1]), float(y[-1])


def draw_merger(random: np.random.Generator, survey: Survey, canvas: Canvas) -> None:
    """Two galaxies of like mass within one envelope, with a bridge and tails.

    Parameters
    ----------
    random : Generator
        Where the dice come from.
    survey : Survey
        Decides sizes and depth.
    canvas : Canvas
        Where to draw, before `Canvas.blur`.
    """
    side = survey.side_px
    kinds = (GalaxyType.SPIRAL, GalaxyType.LENTICULAR, GalaxyType.ELLIPTICAL)
    apart, turn = side * float(random.uniform(0.09, 0.16)), float(random.uniform(0.0, 360.0))
    first = draw_galaxy(random, survey, kinds=kinds, petrosian_px=side * float(random.uniform(0.12, 0.15)))
    second = draw_galaxy(random, survey, kinds=kinds, petrosian_px=side * float(random.uniform(0.09, 0.13)))
    dx, dy = apart * cos(radians(turn)) / 2.0, apart * sin(radians(turn)) / 2.0
    first, second = _moved(first, -dx, -dy), _moved(second, dx, dy)
    floor = 0.35 * first.flux
    second = replace(second, flux=max(second.flux, floor))
    draw(canvas, first)
    draw(canvas, second)
    _draw_envelope(random, survey, canvas, first, second)
    bright = survey.depth * float(random.uniform(0.5, 1.0))
    bend = float(random.choice([-1.0, 1.0])) * float(random.uniform(50.0, 120.0))
    for galaxy, heading in ((first, turn + 180.0 - 40.0), (second, turn - 40.0)):
        add_stream(
            canvas, (galaxy.shape.x, galaxy.shape.y), start_deg=heading, bend_deg=bend,
            length_px=side * float(random.uniform(0.14, 0.26)), width_px=0.018 * side, brightness=bright,
            colour=galaxy.body,
        )  # fmt: skip


def _moved(galaxy: Galaxy, dx: float, dy: float) -> Galaxy:
    shape = galaxy.shape
    return replace(galaxy, shape=replace(shape, x=shape.x + dx, y=shape.y + dy))


def _draw_envelope(
    random: np.random.Generator, survey: Survey, canvas: Canvas, first: Galaxy, second: Galaxy
) -> None:
    """Bridge between the two, and common light that is not centred on either."""
    dx, dy = second.shape.x - first.shape.x, second.shape.y - first.shape.y
    apart, heading = hypot(dx, dy), degrees(atan2(dy, dx))
    middle = Shape(
        x=first.shape.x + 0.5 * dx + float(random.normal(0.0, 0.1)) * apart,
        y=first.shape.y + 0.5 * dy + float(random.normal(0.0, 0.1)) * apart,
        angle_deg=heading,
    )
    along, across = middle.axes(canvas.grid)
    bend = np.float32(float(random.uniform(-0.5, 0.5)) / apart)
    across = across - bend * along * along
    bridge = np.exp(-0.5 * (along / (0.45 * apart)) ** 2 - 0.5 * (across / (0.16 * apart)) ** 2)
    halo = np.exp(-0.5 * (along / (1.1 * apart)) ** 2 - 0.5 * (across / (0.6 * apart)) ** 2)
    bright = survey.depth * float(random.uniform(0.5, 0.9))
    light = (bright * (bridge + np.float32(0.28) * halo)).astype(np.float32)
    canvas.add(light, Colour(g_r=first.body.g_r - 0.1, r_i=first.body.r_i - 0.05))
