"""The records of a card are plain and cannot be changed."""

import dataclasses

import pytest

from astrolens.domain.why import Neighbour, Outlier


def test_a_neighbour_cannot_be_changed() -> None:
    one = Neighbour(image_id=1, similarity=0.9, source="sdss", key="a", decision="normal", label=None)
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.label = "anomaly"  # type: ignore[misc]


def test_an_outlier_holds_its_range() -> None:
    one = Outlier(name="gini", value=0.9, low=0.4, high=0.6, beyond=1.5, percentile=99.5)
    assert one.low < one.high < one.value
