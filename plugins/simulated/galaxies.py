"""Ordinary galaxies: what a drawn galaxy is, and how it puts its light on a canvas."""

from dataclasses import dataclass
from enum import StrEnum
from math import cos, pi, radians, sin, sqrt, tan

import numpy as np

from astrolens_plugins.simulated.canvas import Canvas, Colour
from astrolens_plugins.simulated.light import Plane, Shape, edge_on_disk, sersic


class GalaxyType(StrEnum):
    """Coarse Hubble types."""

    ELLIPTICAL = "elliptical"
    LENTICULAR = "lenticular"
    SPIRAL = "spiral"
    EDGE_ON = "edge_on"


PETROSIAN_OVER_HALF_LIGHT = {1.0: 2.16, 2.0: 2.17, 4.0: 1.82}
"""Petrosian over effective radius by Sérsic index: Graham et al. (2005), AJ 130, 1535, table 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arms:
    """Logarithmic spiral arms.

    Attributes
    ----------
    count : int
        How many.
    pitch_deg : float
        Angle between arm and circle.
    sense : int
        +1 or -1: which way they wind.
    phase : float
        Turn of the pattern in radians.
    contrast : float
        Light of the arms over that of the disk below, in [0, 1].
    clumps : int
        Star-forming knots along them.
    """

    count: int
    pitch_deg: float
    sense: int
    phase: float
    contrast: float
    clumps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Galaxy:
    """Everything that decides how a galaxy looks.

    Attributes
    ----------
    kind : GalaxyType
        Coarse type.
    shape : Shape
        Centre, axis ratio and angle of its disk or body.
    radius_px : float
        Half-light radius of disk or body.
    flux : float
        Light of the whole galaxy in r, in sky sigmas times pixels.
    bulge_share : float
        Light of the bulge over all light; 1 for an elliptical.
    bulge_radius : float
        Half-light radius of the bulge over that of the disk.
    n : float
        Sérsic index of the bulge or body.
    body, bulge : Colour
        Colours of disk and bulge.
    arms : Arms or None
        Only for spirals.
    bar_share : float
        Light of a bar over that of the disk.
    lane : float
        Depth of the dust lane of an edge-on disk, in [0, 1].
    lopsided : float
        How much brighter one side of the disk is, in [0, 0.5].
    knots : int
        Seed of the places of its star-forming knots.
    """

    kind: GalaxyType
    shape: Shape
    radius_px: float
    flux: float
    bulge_share: float
    bulge_radius: float
    n: float
    body: Colour
    bulge: Colour
    arms: Arms | None = None
    bar_share: float = 0.0
    lane: float = 0.0
    lopsided: float = 0.0
    knots: int = 0


def draw(canvas: Canvas, galaxy: Galaxy) -> None:
    """Add a galaxy to a canvas that is not blurred yet.

    Parameters
    ----------
    canvas : Canvas
        Where to draw.
    galaxy : Galaxy
        What to draw.
    """
    if galaxy.kind is GalaxyType.ELLIPTICAL:
        light = sersic(canvas.grid, galaxy.shape, radius_px=galaxy.radius_px, n=galaxy.n, flux=galaxy.flux)
        canvas.add(light, galaxy.body)
        return
    if galaxy.kind is GalaxyType.EDGE_ON:
        _draw_edge_on(canvas, galaxy)
    else:
        _draw_disk(canvas, galaxy)
    roundness = max(0.6, galaxy.shape.axis_ratio)
    bulge = Shape(x=galaxy.shape.x, y=galaxy.shape.y, axis_ratio=roundness, angle_deg=galaxy.shape.angle_deg)
    radius, flux = galaxy.radius_px * galaxy.bulge_radius, galaxy.flux * galaxy.bulge_share
    canvas.add(sersic(canvas.grid, bulge, radius_px=radius, n=galaxy.n, flux=flux), galaxy.bulge)


def _draw_edge_on(canvas: Canvas, galaxy: Galaxy) -> None:
    length = galaxy.radius_px / 1.68
    height = length * galaxy.shape.axis_ratio
    flux = galaxy.flux * (1.0 - galaxy.bulge_share)
    disk = edge_on_disk(canvas.grid, galaxy.shape, length_px=length, height_px=height, flux=flux)
    if galaxy.lane:
        flat = Shape(x=galaxy.shape.x, y=galaxy.shape.y, angle_deg=galaxy.shape.angle_deg)
        along, across = flat.axes(canvas.grid)
        thin = np.float32(0.35 * height)
        lane = np.exp(-0.5 * (across / thin) ** 2 - np.abs(along) / np.float32(1.6 * length))
        disk = disk * (1.0 - np.float32(galaxy.lane) * lane)
    canvas.add(disk, galaxy.body)


def _draw_disk(canvas: Canvas, galaxy: Galaxy) -> None:
    flux = galaxy.flux * (1.0 - galaxy.bulge_share)
    disk = sersic(canvas.grid, galaxy.shape, radius_px=galaxy.radius_px, n=1.0, flux=flux)
    along, across = galaxy.shape.axes(canvas.grid)
    radius = np.sqrt(along * along + across * across) / np.float32(galaxy.radius_px)
    if galaxy.lopsided:
        side = along / np.maximum(radius * np.float32(galaxy.radius_px), np.float32(1.0))
        disk *= 1.0 + np.float32(galaxy.lopsided) * side * np.minimum(radius, np.float32(1.0))
    if galaxy.bar_share:
        _draw_bar(canvas, galaxy, flux)
    arms = galaxy.arms
    if arms is None:
        canvas.add(disk, galaxy.body)
        return
    wave = _arm_wave(arms, np.arctan2(across, along), radius)
    grown = np.clip((radius - 0.2) / np.float32(0.45), 0.0, 1.0)
    strength = np.float32(arms.contrast) * grown
    canvas.add(disk * (1.0 - np.float32(0.75) * strength), galaxy.body)
    young = Colour(g_r=galaxy.body.g_r - 0.22, r_i=galaxy.body.r_i - 0.10)
    canvas.add(disk * (np.float32(2.1) * strength * wave), young)
    if arms.clumps:
        _draw_knots(canvas, galaxy, arms, flux)


def _arm_wave(arms: Arms, azimuth: Plane, radius: Plane) -> Plane:
    winding = np.log(np.maximum(radius, np.float32(0.05))) / np.float32(tan(radians(arms.pitch_deg)))
    phase = np.float32(arms.count) * (azimuth - np.float32(arms.sense) * winding) - np.float32(arms.phase)
    crest = np.float32(0.5) * (1.0 + np.cos(phase))
    return np.asarray(crest * crest, dtype=np.float32)


def _draw_bar(canvas: Canvas, galaxy: Galaxy, disk_flux: float) -> None:
    turn = galaxy.shape.angle_deg + (25.0 if galaxy.arms is None else 57.3 * galaxy.arms.phase / 2.0)
    bar = Shape(x=galaxy.shape.x, y=galaxy.shape.y, axis_ratio=0.32, angle_deg=turn)
    flux = disk_flux * galaxy.bar_share
    light = sersic(canvas.grid, bar, radius_px=galaxy.radius_px * 0.42, n=0.6, flux=flux)
    canvas.add(light, Colour(g_r=galaxy.bulge.g_r - 0.05, r_i=galaxy.bulge.r_i - 0.02))


def _draw_knots(canvas: Canvas, galaxy: Galaxy, arms: Arms, disk_flux: float) -> None:
    drawn = np.random.default_rng(galaxy.knots)
    radius = drawn.uniform(0.45, 1.7, arms.clumps)
    winding = np.log(radius) / tan(radians(arms.pitch_deg))
    turns = 2.0 * pi * drawn.integers(0, arms.count, arms.clumps) / arms.count
    azimuth = arms.sense * winding + arms.phase / arms.count + turns + drawn.normal(0.0, 0.13, arms.clumps)
    along = radius * np.cos(azimuth) * galaxy.radius_px
    across = radius * np.sin(azimuth) * galaxy.radius_px * galaxy.shape.axis_ratio
    c, s = cos(radians(galaxy.shape.angle_deg)), sin(radians(galaxy.shape.angle_deg))
    share = drawn.pareto(2.5, arms.clumps) + 0.3
    light = disk_flux * 0.06 * share / share.sum() * sqrt(min(1.0, arms.contrast + 0.2))
    x = (galaxy.shape.x + c * along - s * across).astype(np.float32)
    y = (galaxy.shape.y + s * along + c * across).astype(np.float32)
    canvas.add_points(x, y, light.astype(np.float32), Colour(g_r=0.15, r_i=0.0))
