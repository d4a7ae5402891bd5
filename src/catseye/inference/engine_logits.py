"""The logits of a backbone with its head for many pictures, by the fastest engine of the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from catseye.inference.choose import choose_engine
from catseye.inference.engine import FP32
from catseye.inference.outputs import Outputs
from catseye.networks.pretrained import Pretrained
from catseye.system.threads import map_ahead

if TYPE_CHECKING:
    from catseye.arrays import Floats
    from catseye.datasets import Pictures
    from catseye.images.preprocess import Preprocess
    from catseye.networks.backbones.backbone import Backbone

ENOUGH = 32  # pictures from which on an engine's start is won back


def compute_engine_outputs(network: Backbone, preprocess: Preprocess, pictures: Pictures) -> Outputs:
    """Return logits and features of all pictures, in single precision.

    Raises
    ------
    PictureError
        A picture vanished since it was listed.
    """
    head = network.head
    features = np.empty((len(pictures), head.in_features), np.float32)

    def receive(index: int, vector: Floats) -> None:
        features[index] = vector

    decoded = map_ahead(lambda index: pictures.pixels(index, preprocess), range(len(pictures)))
    choose_engine(Pretrained.of_network("", network, preprocess, ""), FP32).run(decoded, receive)
    weight, bias = head.weight.detach().numpy(), head.bias.detach().numpy()
    return Outputs(features @ weight.T + bias, features)
