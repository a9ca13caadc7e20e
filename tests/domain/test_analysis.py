"""What a picture measures."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.domain.analysis import Analysis, Morphology, MorphologyFlag


def _morphology() -> Morphology:
    names = Morphology.number_names()
    return Morphology(**{name: float(i) for i, name in enumerate(names)}, flags=MorphologyFlag.NONE)


def _analysis(logits: list[float]) -> Analysis:
    return Analysis(
        model_id="m",
        embedding=np.ones(4, np.float32),
        logits=np.array(logits, np.float32),
        class_names=tuple(f"c{i}" for i in range(len(logits))),
        heads={},
        morphology=_morphology(),
    )


def test_numbers_come_in_the_order_of_their_names() -> None:
    morphology = _morphology()
    assert morphology.numbers() == tuple(float(i) for i in range(15))
    assert {*Morphology.number_names(), "flags"} == {field.name for field in fields(Morphology)}


def test_flags_are_single_bits() -> None:
    assert all(flag.value & (flag.value - 1) == 0 for flag in MorphologyFlag)
    assert len({flag.value for flag in MorphologyFlag}) == len(MorphologyFlag)


def test_arrays_are_locked() -> None:
    analysis = _analysis([0.0, 1.0])
    for array in (analysis.embedding, analysis.logits):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=8))
def test_probabilities_sum_to_one_and_keep_the_order(logits: list[float]) -> None:
    shares = _analysis(logits).class_probabilities()
    assert sum(shares.values()) == pytest.approx(1.0)
    assert min(shares.values()) >= 0
    assert shares[f"c{int(np.argmax(logits))}"] == max(shares.values())
