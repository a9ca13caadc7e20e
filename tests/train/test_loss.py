import math

import torch

from astrolens.train.loss import class_loss, nt_xent, number_loss, yes_no_loss


def test_nt_xent_by_hand() -> None:
    first, second = torch.eye(2), torch.eye(2)
    # Each view has one equal view (cosine 1) and two orthogonal ones: -log(e^2 / (e^2 + 2)).
    wanted = -math.log(math.exp(2) / (math.exp(2) + 2))
    assert math.isclose(float(nt_xent(first, second, 0.5)), wanted, rel_tol=1e-5)


def test_nt_xent_is_about_chance_without_training_and_blind_to_length() -> None:
    torch.manual_seed(0)
    first, second = torch.randn(64, 128), torch.randn(64, 128)
    assert abs(float(nt_xent(first, second, 1.0)) - math.log(127)) < 0.1
    assert torch.isclose(nt_xent(first, second, 0.2), nt_xent(7 * first, second, 0.2))


def test_unknown_labels_count_nothing() -> None:
    outputs = torch.tensor([[2.0, 0.0], [9.0, -9.0]])
    assert torch.isclose(
        class_loss(outputs, torch.tensor([0, -1])), class_loss(outputs[:1], torch.tensor([0]))
    )
    assert float(class_loss(outputs, torch.tensor([-1, -1]))) == 0
    estimates = torch.tensor([[1.0], [5.0]], requires_grad=True)
    loss = number_loss(estimates, torch.tensor([3.0, float("nan")]))
    loss.backward()
    assert math.isclose(loss.item(), 1.5)
    assert estimates.grad is not None
    assert estimates.grad[:, 0].tolist() == [-1.0, 0.0]


def test_yes_and_no_weigh_the_same() -> None:
    outputs = torch.tensor([[0.0], [0.0], [0.0], [50.0]])
    yes, no = torch.tensor([True, False, False, False]), torch.tensor([False, True, True, False])
    assert math.isclose(float(yes_no_loss(outputs, yes, no)), math.log(2), rel_tol=1e-6)
