"""Network rows and shapes meet in the right order."""

from pathlib import Path

import numpy as np
import pytest

from astrolens.analyse.morphology import measure
from astrolens.analyse.preprocess import to_network_input
from astrolens.analyse.stage import analyses_from, to_analysis
from astrolens.models.vit import VitEncoder
from tests.analyse.galaxies import noise, picture, sersic
from tests.models.tiny import write_tiny_model


def test_rows_and_shapes_belong_together(tmp_path: Path) -> None:
    encoder = VitEncoder.load(write_tiny_model(tmp_path / "tiny"), "cpu", 1)
    images = [picture(sersic(radius=radius) + noise(1.0)) for radius in (4.0, 8.0, 12.0)]
    encoded = encoder.encode(np.stack([to_network_input(image, encoder.preprocessing) for image in images]))
    shapes = [measure(image) for image in images]
    made = analyses_from(encoded, shapes, model_id=encoder.model_id, class_names=encoder.class_names)
    assert [analysis.morphology for analysis in made] == shapes
    for row, analysis in enumerate(made):
        np.testing.assert_array_equal(analysis.embedding, encoded.embeddings[row])
        assert analysis.heads == {"pair": float(encoded.heads["pair"][row])}
        assert sum(analysis.class_probabilities().values()) == pytest.approx(1.0)
        assert analysis.model_id == encoder.model_id
    alone = to_analysis(encoded, 1, shapes[1], model_id=encoder.model_id, class_names=encoder.class_names)
    np.testing.assert_array_equal(alone.logits, made[1].logits)
    assert encoded.embeddings.flags.writeable


def test_lengths_must_agree(tmp_path: Path) -> None:
    encoder = VitEncoder.load(write_tiny_model(tmp_path / "tiny"), "cpu", 1)
    encoded = encoder.encode(np.zeros((2, 3, 16, 16), np.float32))
    with pytest.raises(ValueError, match="2 encoded pictures, 0 shapes"):
        analyses_from(encoded, [], model_id="m", class_names=encoder.class_names)
