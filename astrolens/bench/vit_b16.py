"""The yardstick of cost: one ViT-B/16 pass at 224 px in float32 by eager torch, weights at random."""

from typing import Any

import numpy as np

SIDE = 224


class VitB16:
    """A ViT-B/16 on one CPU thread; what it says is noise, what it costs is not.

    Parameters
    ----------
    seed : int
        Of weights and pixels.
    """

    def __init__(self, seed: int) -> None:
        import torch
        from transformers import ViTConfig, ViTModel

        torch.manual_seed(seed)
        torch.set_num_threads(1)
        self._network: Any = ViTModel(
            ViTConfig(image_size=SIDE, attn_implementation="eager"), add_pooling_layer=False
        ).eval()
        self._random = np.random.default_rng(seed)

    def run(self, batch: int) -> float:
        """One pass.

        Parameters
        ----------
        batch : int
            Pictures.

        Returns
        -------
        float
            CPU seconds of this process.
        """
        import time

        import torch

        pixels = torch.as_tensor(self._random.standard_normal((batch, 3, SIDE, SIDE), np.float32))
        with torch.inference_mode():
            before = time.process_time()
            self._network(pixel_values=pixels)
            return time.process_time() - before
