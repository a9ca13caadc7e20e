from astrolens.config.recipe import Recipe
from astrolens.train.card import Story, write_card
from astrolens.train.measure import Measurement
from astrolens.train.pool import Pool

STORY = Story(device="CPU", steps=6, parameters=5_400_000, start="")


def test_card_names_data_split_recipe_metrics_and_limits(recipe: Recipe, pool: Pool) -> None:
    one = Measurement(name="shape: head, accuracy", value=0.9, low=0.8, high=0.95, pictures=17)
    card = write_card(recipe, pool, STORY, [one])
    assert "| galaxies | 56 | 0.6 | none | 8 marked test |" in card
    assert f"{len(pool.training)} pictures were trained on, {len(pool.held_out)} held out" in card
    assert "| shape: head, accuracy | 0.900 | 0.800 to 0.950 | 17 |" in card
    assert "5.40 M parameters" in card
    assert "random weights" in card
    assert '"temperature": 0.2' in card
    assert "## Limits" in card


def test_card_without_measurements_says_so(recipe: Recipe, pool: Pool) -> None:
    assert "too few pictures were held out" in write_card(recipe, pool, STORY, [])
