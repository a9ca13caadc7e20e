"""A source keeps the crop it was measured with."""

from pathlib import Path

import pytest

from astrolens.config.settings import Settings
from astrolens.domain.errors import ConfigError
from astrolens.models.preprocessing import Crop
from astrolens.models.vit import VitEncoder
from astrolens.pipeline.crops import source_crops
from astrolens.store.store import Store
from tests.pipeline.pictures import paint
from tests.pipeline.test_measuring import fetched
from tests.store.samples import an_analysis, some_facts


def wanting(crop: str | None) -> Settings:
    return Settings.model_validate({"sources": {"sky": {} if crop is None else {"crop": crop}}})


def test_a_crop_may_change_until_pictures_were_measured(
    store: Store, tmp_path: Path, tiny_model: Path
) -> None:
    encoder = VitEncoder.load(tiny_model, "cpu")
    assert source_crops(wanting(None), store, encoder) == {}
    assert source_crops(wanting("object"), store, encoder) == {"sky": Crop.OBJECT}
    image_id = fetched(store, paint(tmp_path, 1)[0], "a")
    store.analyses.put(image_id, an_analysis(1, encoder.model_id), some_facts(1))
    assert source_crops(wanting("object"), store, encoder) == {"sky": Crop.OBJECT}
    with pytest.raises(ConfigError, match=r"sources\.sky\.crop: 1 pictures were measured with crop 'object'"):
        source_crops(wanting("fraction"), store, encoder)
    with pytest.raises(ConfigError, match="set it back"):
        source_crops(wanting(None), store, encoder)


def test_pictures_from_before_there_was_a_choice_count_as_the_encoders_own(
    store: Store, tmp_path: Path, tiny_model: Path
) -> None:
    encoder = VitEncoder.load(tiny_model, "cpu")
    image_id = fetched(store, paint(tmp_path, 1)[0], "a")
    store.analyses.put(image_id, an_analysis(1, encoder.model_id), some_facts(1))
    assert source_crops(wanting(None), store, encoder) == {}
    with pytest.raises(ConfigError, match="fraction"):
        source_crops(wanting("object"), store, encoder)
