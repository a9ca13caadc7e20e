"""Where the network runs."""

import torch

from astrolens.domain.errors import ConfigError


def choose_device(wanted: str) -> torch.device:
    """Device for a setting.

    Parameters
    ----------
    wanted : str
        ``auto`` (CUDA, then MPS, then CPU), ``cpu``, ``cuda`` or ``mps``.

    Returns
    -------
    torch.device
        A device that this machine has.

    Raises
    ------
    ConfigError
        If the machine lacks the device that was asked for, or there is no such device.
    """
    present = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if wanted == "auto":
        return torch.device(next(name for name, there in present.items() if there))
    if wanted not in present:
        raise ConfigError(f"analyse.device = {wanted!r}: want auto, cpu, cuda or mps")
    if not present[wanted]:
        raise ConfigError(f"analyse.device = {wanted!r}: torch finds none here; use auto or cpu")
    return torch.device(wanted)
