"""The planted kinds: what is rare on the simulated sky, and how each is drawn."""

from enum import StrEnum
from math import cos, pi, radians, sin

import numpy as np

from astrolens_plugins.simulated.canvas import Canvas, Colour
from astrolens_plugins.simulated.galaxies import GalaxyType, draw
from astrolens_plugins.simulated.light import Shape, sersic
from astrolens_plugins.simulated.population import draw_galaxy
from astrolens_plugins.simulated.surveys import Survey
from astrolens_plugins.simulated.tides import add_stream, draw_merger

_DISKS = (GalaxyType.SPIRAL, GalaxyType.LENTICULAR)
_YOUNG = Colour(g_r=0.22, r_i=0.04)


class Kind(StrEnum):
    """What a picture holds: the truth of an offer."""

    NORMAL = "normal"
    MERGER = "merger"
    RING = "ring"
    LENS = "lens"
    TIDAL_TAIL = "tidal_tail"
    TRAIL = "trail"
    SATURATED = "saturated"


PLANTED = tuple(kind for kind in Kind if kind is not Kind.NORMAL)


def draw_sky(random: np.random.Generator, survey: Survey, canvas: Canvas, kind: Kind) -> None:
    """What the middle of the picture holds outside the atmosphere.

    Parameters
    ----------
    random : Generator
        Where the dice come from.
    survey : Survey
        Decides sizes and depth.
    canvas : Canvas
        Where to draw, before `Canvas.blur`.
    kind : Kind
        What to plant.
    """
    match kind:
        case Kind.MERGER:
            draw_merger(random, survey, canvas)
        case Kind.RING:
            _draw_ring(random, survey, canvas)
        case Kind.LENS:
            _draw_lens(random, survey, canvas)
        case Kind.TIDAL_TAIL:
            _draw_tail(random, survey, canvas)
        case _:
            draw(canvas, draw_galaxy(random, survey))


def _draw_ring(random: np.random.Generator, survey: Survey, canvas: Canvas) -> None:
    """Nucleus and detached ring, as in Hoag's object or after a head-on collision."""
    host = draw_galaxy(random, survey, kinds=(GalaxyType.ELLIPTICAL,), petrosian_px=0.11 * survey.side_px)
    draw(canvas, host)
    radius = survey.side_px * float(random.uniform(0.11, 0.16))
    shift = random.normal(0.0, 0.07 * radius, 2)
    shape = Shape(
        x=host.shape.x + float(shift[0]),
        y=host.shape.y + float(shift[1]),
        axis_ratio=float(random.uniform(0.6, 1.0)),
        angle_deg=float(random.uniform(0.0, 180.0)),
    )
    width = radius * float(random.uniform(0.09, 0.15))
    along, across = shape.axes(canvas.grid)
    turn, phase = np.arctan2(across, along), random.uniform(0.0, 2.0 * pi, 2)
    uneven = 1.0 + 0.3 * np.cos(turn - phase[0]) + 0.2 * np.cos(3.0 * turn - phase[1])
    ring = np.exp(-0.5 * ((np.sqrt(along * along + across * across) - radius) / width) ** 2)
    bright = survey.depth * float(random.uniform(0.9, 1.8))
    canvas.add((bright * uneven * ring).astype(np.float32), _YOUNG)


def _draw_lens(random: np.random.Generator, survey: Survey, canvas: Canvas) -> None:
    """Red elliptical that bends a blue galaxy behind it.

    References
    ----------
    Kormann, Schneider & Bartelmann (1994), A&A 284, 285, eqs. 27a and 27b.
    """
    host = draw_galaxy(random, survey, kinds=(GalaxyType.ELLIPTICAL,), petrosian_px=0.13 * survey.side_px)
    draw(canvas, host)
    einstein = survey.side_px * float(random.uniform(0.095, 0.135))
    q = min(0.97, max(0.65, host.shape.axis_ratio))
    lens = Shape(x=host.shape.x, y=host.shape.y, angle_deg=host.shape.angle_deg)
    along, across = lens.axes(canvas.grid)
    minor = np.sqrt(1.0 - q * q)
    distance = np.sqrt(q * q * along * along + across * across) + 1e-3
    source_x = along - einstein * np.sqrt(q) / minor * np.arctan(minor * along / distance)
    source_y = across - einstein * np.sqrt(q) / minor * np.arctanh(minor * across / distance)
    away, turn = einstein * float(random.uniform(0.2, 0.55)), float(random.uniform(0.0, 2.0 * pi))
    size = einstein * float(random.uniform(0.10, 0.18))
    offset = np.hypot(source_x - away * cos(turn), source_y - away * sin(turn)) / size
    bright = survey.depth * float(random.uniform(3.0, 6.0))
    canvas.add((bright * np.exp(-1.68 * offset)).astype(np.float32), Colour(g_r=0.08, r_i=-0.02))


def _draw_tail(random: np.random.Generator, survey: Survey, canvas: Canvas) -> None:
    """Disk that lost a long curved stream, with a dwarf at its tip."""
    host = draw_galaxy(random, survey, kinds=_DISKS, petrosian_px=survey.side_px * 0.15)
    draw(canvas, host)
    start = float(random.uniform(0.0, 360.0))
    sense = host.arms.sense if host.arms else 1
    length = survey.side_px * float(random.uniform(0.26, 0.36))
    bright = survey.depth * float(random.uniform(0.6, 1.1))
    tip = add_stream(
        canvas, (host.shape.x, host.shape.y), start_deg=start, bend_deg=sense * float(random.uniform(60.0, 130.0)),
        length_px=length, width_px=0.018 * survey.side_px, brightness=bright, colour=host.body,
    )  # fmt: skip
    add_stream(
        canvas, (host.shape.x, host.shape.y), start_deg=start + 180.0, bend_deg=sense * 80.0,
        length_px=0.55 * length, width_px=0.02 * survey.side_px, brightness=0.6 * bright, colour=host.body,
    )  # fmt: skip
    dwarf = Shape(x=tip[0], y=tip[1], axis_ratio=0.7, angle_deg=start)
    radius = 0.02 * survey.side_px
    flux = bright * 6.0 * pi * radius * radius
    canvas.add(sersic(canvas.grid, dwarf, radius_px=radius, n=1.0, flux=flux), _YOUNG)


def add_artefact(random: np.random.Generator, survey: Survey, canvas: Canvas, kind: Kind) -> None:
    """What comes about between the sky and the file: a satellite's trail.

    Parameters
    ----------
    random : Generator
        Where the dice come from.
    survey : Survey
        Decides the depth.
    canvas : Canvas
        Where to draw, after `Canvas.blur`.
    kind : Kind
        Nothing happens for kinds that lie on the sky.
    """
    if kind is Kind.TRAIL:
        _draw_trail(random, survey, canvas)


def _draw_trail(random: np.random.Generator, survey: Survey, canvas: Canvas) -> None:
    """Straight line of light that crosses near the galaxy, mostly in one band's exposure."""
    angle = radians(float(random.uniform(0.0, 180.0)))
    middle, miss = (canvas.side_px - 1) / 2.0, float(random.normal(0.0, 0.07)) * canvas.side_px
    x, y = canvas.grid.x - np.float32(middle), canvas.grid.y - np.float32(middle)
    along = x * np.float32(cos(angle)) + y * np.float32(sin(angle))
    across = y * np.float32(cos(angle)) - x * np.float32(sin(angle)) - np.float32(miss)
    width = 0.55 * canvas.seeing_px
    line = np.exp(-0.5 * (across / np.float32(width)) ** 2)
    if random.random() < 0.3:
        line = line * (1.0 + 0.7 * np.sin(along * float(random.uniform(0.08, 0.2))))
    bright = survey.depth * float(random.uniform(1.0, 2.5))
    shares = np.full(3, 0.7 if random.random() < 0.3 else 0.12)
    shares[1 if survey.fits else int(random.integers(3))] = 1.0
    canvas.light += (bright * shares[:, None, None] * line).astype(np.float32)
