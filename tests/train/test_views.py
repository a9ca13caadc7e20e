import numpy as np
import torch

from astrolens.config.recipe import ViewsRecipe
from astrolens.train.pool import Pool
from astrolens.train.views import change_light, make_views, plain_views, sample, smooth

STILL = ViewsRecipe(zoom=(1, 1), shift=0, gain=0, colour=0, gamma=0, blur=0, noise=0, grey=0)


def test_plain_view_is_what_inference_sees(pool: Pool) -> None:
    numbers = np.arange(10)
    plain = plain_views(*pool.wide(numbers), 16)
    assert (plain - pool.inputs(numbers)).abs().mean() < 0.01


def test_quarter_turn_and_mirror() -> None:
    pictures = torch.rand(1, 3, 12, 12)
    one, none = torch.ones(1), torch.zeros(1)
    turned = sample(pictures, one, one * torch.pi / 2, one, torch.zeros(1, 2), 12)
    assert torch.allclose(turned, torch.rot90(pictures, -1, (2, 3)), atol=1e-4) or torch.allclose(
        turned, torch.rot90(pictures, 1, (2, 3)), atol=1e-4
    )
    assert torch.allclose(
        sample(pictures, one, none, -one, torch.zeros(1, 2), 12), pictures.flip(3), atol=1e-4
    )


def test_coarser_views_are_averaged() -> None:
    checks = (torch.arange(32) % 2).float().expand(1, 3, 32, 32)
    view = sample(checks, torch.ones(1), torch.zeros(1), torch.ones(1), torch.zeros(1, 2), 8)
    assert torch.allclose(view, torch.full_like(view, 0.5), atol=1e-5)


def test_views_follow_the_seed_and_stay_in_range() -> None:
    pictures, base = torch.rand(6, 3, 24, 24), torch.full((6,), 0.7)
    first, again, other = (
        make_views(pictures, base, 16, ViewsRecipe(noise=0.3), torch.Generator().manual_seed(seed))
        for seed in (1, 1, 2)
    )
    assert torch.equal(first, again)
    assert not torch.allclose(first, other)
    assert float(first.min()) >= 0
    assert float(first.max()) <= 1
    assert first.shape == (6, 3, 16, 16)


def test_no_change_of_light_when_none_is_asked_for() -> None:
    views = 0.1 + 0.8 * torch.rand(3, 3, 8, 8)
    assert torch.allclose(change_light(views, STILL, torch.Generator()), views, atol=1e-6)


def test_grey_views_have_equal_planes() -> None:
    views = change_light(torch.rand(3, 3, 8, 8), STILL.model_copy(update={"grey": 1.0}), torch.Generator())
    assert torch.allclose(views[:, 0], views[:, 2], atol=1e-6)


def test_smoothing_keeps_the_sum_of_a_point() -> None:
    point = torch.zeros(1, 1, 9, 9)
    point[0, 0, 4, 4] = 1.0
    assert torch.isclose(smooth(point).sum(), torch.tensor(1.0))
    assert torch.isclose(smooth(point)[0, 0, 4, 4], torch.tensor((6 / 16) ** 2))
