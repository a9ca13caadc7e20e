import pytest
import torch

from astrolens.config.recipe import CompositesRecipe
from astrolens.train.composites import Kind, draw_kinds, make_composites

NO_STARS = CompositesRecipe(stars=0)
BASE = torch.full((8,), 0.7)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def blobs(many: int = 8, side: int = 48) -> torch.Tensor:
    line = torch.linspace(-1, 1, side)
    light = torch.exp(-((line[None] ** 2 + line[:, None] ** 2) / 0.03))
    return (0.1 + 0.6 * light).expand(many, 3, side, side).contiguous()


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_changes_the_picture_except_clean(kind: Kind) -> None:
    pictures, kinds = blobs(), torch.full((8,), int(kind))
    made = make_composites(pictures, pictures, BASE, kinds, NO_STARS, generator())
    change = (made - pictures).abs().flatten(1).max(dim=1).values
    assert made.shape == pictures.shape
    assert float(made.min()) >= 0
    assert float(made.max()) <= 1
    if kind is Kind.CLEAN:
        assert float(change.max()) == 0
    else:
        assert float(change.max()) > 0.02
        assert int((change > 0.01).sum()) >= 6


def test_second_galaxy_adds_light_and_leaves_no_square() -> None:
    pictures = blobs()
    partners = blobs() + 0.2  # a brighter sky must not come along
    kinds = torch.full((8,), int(Kind.SECOND_GALAXY))
    made = make_composites(pictures, partners, BASE, kinds, NO_STARS, generator(3))
    added = (made - pictures).mean(dim=1)
    assert (added.flatten(1).max(dim=1).values > 0.1).sum() >= 6
    assert float(added[:, :2].abs().mean()) < 0.03


def test_stars_fall_on_clean_pictures_too() -> None:
    pictures, kinds = blobs(), torch.zeros(8, dtype=torch.int64)
    made = make_composites(pictures, pictures, BASE, kinds, CompositesRecipe(stars=3), generator())
    assert int(((made - pictures).flatten(1).max(dim=1).values > 0.02).sum()) >= 3


def test_kinds_are_half_clean_and_every_kind_occurs() -> None:
    kinds = draw_kinds(4000, CompositesRecipe(pair_share=0.4), torch.device("cpu"), generator())
    counts = torch.bincount(kinds, minlength=len(Kind)) / 4000
    assert abs(float(counts[Kind.CLEAN]) - 0.5) < 0.03
    assert abs(float(counts[Kind.SECOND_GALAXY]) - 0.2) < 0.03
    assert float(counts.min()) > 0.03
