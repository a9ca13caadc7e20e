"""Shapes about a verdict have a JSON form, and only the heat map may be missing."""

import pytest

from astrolens.api.shapes import schema_of
from astrolens.api.wire_verdict import TrialReply, WhyReply


@pytest.mark.parametrize("shape", [WhyReply, TrialReply])
def test_shapes_have_a_schema(shape: type) -> None:
    assert schema_of(shape)["type"] == "object"


def test_only_the_heat_map_may_be_missing() -> None:
    assert WhyReply.__optional_keys__ == {"heat"}
