"""A source keeps the crop it was measured with; which one is a person's word, or its framing."""

from dataclasses import replace
from math import isnan, nan
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.config.settings import Settings
from astrolens.domain.errors import ConfigError
from astrolens.models.preprocessing import Crop, Measures, Preprocessing
from astrolens.models.vit import VitEncoder
from astrolens.pipeline.crops import Crops, crop_name, framing_name, source_crops
from astrolens.store.store import Store
from tests.pipeline.pictures import paint
from tests.pipeline.test_measuring import fetched
from tests.store.samples import an_analysis, some_facts

STEPS = Preprocessing(size=32, crop_fraction=0.4, crop_radii=2.0)


def wanting(crop: str | None, everywhere: str = "auto") -> Settings:
    source = {} if crop is None else {"crop": crop}
    return Settings.model_validate({"sources": {"sky": source}, "analyse": {"crop": everywhere}})


def one_measured(store: Store, tmp_path: Path, encoder: VitEncoder) -> None:
    image_id = fetched(store, paint(tmp_path, 1)[0], "a")
    store.analyses.put(image_id, an_analysis(1, encoder.model_id), some_facts(1))


def test_a_crop_may_change_until_pictures_were_measured(
    store: Store, tmp_path: Path, tiny_model: Path
) -> None:
    encoder = VitEncoder.load(tiny_model, "cpu")
    steps = encoder.preprocessing
    assert source_crops(wanting(None), store, encoder).of("sky", steps) is Crop.FRACTION
    assert source_crops(wanting("object"), store, encoder).of("sky", steps) is Crop.OBJECT
    one_measured(store, tmp_path, encoder)
    assert source_crops(wanting("object"), store, encoder).of("sky", steps) is Crop.OBJECT
    with pytest.raises(ConfigError, match=r"sources\.sky\.crop: 1 pictures were measured with crop 'object'"):
        source_crops(wanting("fraction"), store, encoder)
    with pytest.raises(ConfigError, match="now it would be 'fraction'; write 'object' there"):
        source_crops(wanting(None), store, encoder)


def test_pictures_from_before_there_was_a_choice_count_as_the_encoders_own(
    store: Store, tmp_path: Path, tiny_model: Path
) -> None:
    encoder = VitEncoder.load(tiny_model, "cpu")
    one_measured(store, tmp_path, encoder)
    assert source_crops(wanting(None), store, encoder).is_open("sky", encoder.preprocessing)
    with pytest.raises(ConfigError, match="fraction"):
        source_crops(wanting("object"), store, encoder)


def test_a_known_framing_outlives_the_process_and_needs_the_same_setting(
    store: Store, tmp_path: Path, tiny_model: Path
) -> None:
    encoder = VitEncoder.load(tiny_model, "cpu")
    store.state.put_many(
        {framing_name("sky"): 0.12, framing_name("sea"): None, crop_name("sky", encoder.model_id): "object"}
    )
    one_measured(store, tmp_path, encoder)
    crops = source_crops(wanting(None), store, encoder)
    assert crops.of("sky", encoder.preprocessing) is Crop.OBJECT
    assert not crops.is_open("sky", encoder.preprocessing)
    assert not crops.is_open("sea", encoder.preprocessing)
    assert crops.of("sea", encoder.preprocessing) is Crop.FRACTION
    with pytest.raises(ConfigError, match="write 'object' there"):
        source_crops(wanting(None, "fraction"), store, encoder)
    assert source_crops(wanting("object", "fraction"), store, encoder).of("sky", STEPS) is Crop.OBJECT


def test_a_profile_that_leaves_shapes_out_keeps_its_fraction() -> None:
    fast = replace(STEPS, measures=Measures.SKY)
    crops = Crops(automatic=True, middles={"sky": 0.4})
    assert crops.of("sky", STEPS) is Crop.OBJECT
    assert crops.of("sky", fast) is Crop.FRACTION
    assert not crops.is_open("sea", fast)
    assert Crops({"sky": Crop.OBJECT}, automatic=True).of("sky", fast) is Crop.OBJECT


@given(
    middle=st.floats(0.01, 0.6) | st.just(nan), automatic=st.booleans(), wish=st.sampled_from([None, *Crop])
)
def test_a_persons_word_comes_before_the_framing(middle: float, automatic: bool, wish: Crop | None) -> None:
    crops = Crops({} if wish is None else {"sky": wish}, automatic=automatic)
    open_before = crops.is_open("sky", STEPS)
    assert open_before == (automatic and wish is None)
    assert crops.of("sky", STEPS) is (wish or Crop.FRACTION)
    crops.found("sky", middle)
    assert not crops.is_open("sky", STEPS)
    usual = isnan(middle) or abs(middle / 0.2 - 1.0) <= 0.15
    followed = Crop.FRACTION if usual or not automatic else Crop.OBJECT
    assert crops.of("sky", STEPS) is (wish or followed)
