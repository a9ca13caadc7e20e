"""The device is chosen by name, and a missing one is said."""

import pytest
import torch

from astrolens.domain.errors import ConfigError
from astrolens.models.device import choose_device


def test_cpu_is_always_there() -> None:
    assert choose_device("cpu").type == "cpu"


def test_auto_finds_something() -> None:
    assert choose_device("auto").type in ("cpu", "cuda", "mps")


def test_unknown_device() -> None:
    with pytest.raises(ConfigError, match="tpu"):
        choose_device("tpu")


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has CUDA")
def test_absent_device_is_said() -> None:
    with pytest.raises(ConfigError, match="finds none here"):
        choose_device("cuda")
