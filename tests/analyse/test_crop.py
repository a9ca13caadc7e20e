"""The crop follows the frame or the object, inside bounds."""

from dataclasses import replace

import numpy as np
import pytest

from astrolens.analyse.crop import crop_box, middle_radius, object_radius, suits, suits_middle, usual_radius
from astrolens.analyse.morphology import measure
from astrolens.analyse.preprocess import to_network_input
from astrolens.models.preprocessing import Crop, Preprocessing
from tests.analyse.galaxies import noise, picture, sersic

FRACTION = Preprocessing(size=96, crop_fraction=0.33)
OBJECT = replace(FRACTION, crop=Crop.OBJECT)


def side(radius: float, steps: Preprocessing = OBJECT) -> float:
    kept = crop_box(424, 424, steps, radius)
    assert kept.right - kept.left == pytest.approx(kept.lower - kept.upper)
    assert kept.left + kept.right == pytest.approx(424)
    return kept.right - kept.left


def test_the_fraction_does_not_ask_for_a_size() -> None:
    assert side(100.0, FRACTION) == pytest.approx(0.33 * 424)
    assert side(np.nan) == pytest.approx(0.33 * 424)


def test_two_radii_inside_bounds() -> None:
    assert side(80.0) == pytest.approx(160.0)
    assert side(300.0) == pytest.approx(0.75 * 424)
    assert side(1.0) == pytest.approx(0.1 * 424)
    tiny = crop_box(30, 30, OBJECT, 2.0)
    assert tiny.right - tiny.left == pytest.approx(22.5)  # nothing is blown up beyond all measure


def test_an_object_twice_as_large_makes_the_same_input() -> None:
    small = picture(sersic(radius=8.0, size=201, light=4000.0) + noise(0.02, size=201))
    large = picture(np.kron(small.pixels[0], np.ones((2, 2), np.float32)))
    made = []
    for image in (small, large):
        height, width = image.mask.shape
        made.append(to_network_input(image, OBJECT, object_radius(measure(image), height, width)))
    assert np.corrcoef(made[0].ravel(), made[1].ravel())[0, 1] > 0.98


def test_a_source_framed_as_the_encoder_knows_keeps_the_fraction() -> None:
    usual = 0.33 / 2.0
    around = np.random.default_rng(1).lognormal(np.log(usual), 0.2, 64).tolist()
    assert suits(FRACTION, around) is Crop.FRACTION
    assert suits(FRACTION, [1.5 * radius for radius in around]) is Crop.OBJECT
    assert suits(FRACTION, [0.5 * radius for radius in around]) is Crop.OBJECT
    assert suits(FRACTION, [3.0 * radius for radius in around[:19]] + [np.nan] * 50) is Crop.FRACTION


def test_the_middle_of_twenty_objects_speaks_for_a_source() -> None:
    assert usual_radius(FRACTION) == pytest.approx(0.165)
    assert middle_radius([0.1] * 12 + [0.2] * 13 + [np.nan] * 9) == pytest.approx(0.2)
    assert np.isnan(middle_radius([0.1] * 19))
    assert [suits_middle(FRACTION, 0.165 * times) for times in (0.84, 0.86, 1.14, 1.16, np.nan)] == [
        Crop.OBJECT, Crop.FRACTION, Crop.FRACTION, Crop.OBJECT, Crop.FRACTION,
    ]  # fmt: skip


def test_no_object_has_no_radius() -> None:
    blank = picture(noise(1.0, size=60))
    assert np.isnan(object_radius(measure(blank), 60, 60))
