"""What people said."""

from dataclasses import FrozenInstanceError, replace

import pytest

from astrolens.domain.review import Label, LabelValue


def test_a_label_is_frozen_and_an_undo_is_another_record() -> None:
    label = Label(image_id=1, value=LabelValue.ANOMALY, reviewer="me", made_at="2026-01-01T00:00:00.000Z")
    with pytest.raises(FrozenInstanceError):
        label.withdrawn = True  # type: ignore[misc]
    undone = replace(label, withdrawn=True)
    assert (label.withdrawn, undone.withdrawn, label.label_id, label.interest) == (False, True, 0, None)


def test_values_are_words() -> None:
    assert [value.value for value in LabelValue] == ["anomaly", "normal", "artefact", "unsure"]
    with pytest.raises(ValueError, match="maybe"):
        LabelValue("maybe")
