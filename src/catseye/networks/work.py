"""How much a backbone has to compute for a picture, known without building it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.networks.names import parts_of
from catseye.networks.pretrained_weights import preprocess_of

if TYPE_CHECKING:
    from catseye.networks.pretrained import Pretrained

# Multiply-adds for a picture of the size that its official weights were trained with, the head for 1,000 classes
# included.
MULTIPLY_ADDS = {
    "efficientnet_lite0": 385_187_552,
    "efficientnet_lite1": 600_185_232,
    "efficientnet_lite2": 859_736_272,
    "efficientnet_lite3": 1_607_554_544,
    "efficientnet_lite4": 3_943_564_112,
    "mobilenet_v2": 300_774_272,
    "resnet18": 1_814_073_344,
    "resnet34": 3_663_761_408,
    "resnet50": 4_089_184_256,
    "resnet101": 7_801_405_440,
    "resnet152": 11_513_626_624,
    **dict.fromkeys(("vgg11", "vgg11_bn"), 7_609_090_048),
    **dict.fromkeys(("vgg13", "vgg13_bn"), 11_308_466_176),
    **dict.fromkeys(("vgg16", "vgg16_bn"), 15_470_264_320),
    **dict.fromkeys(("vgg19", "vgg19_bn"), 19_632_062_464),
}


def estimate_multiply_adds(name: str) -> int:
    """Return the multiply-adds of a backbone by name; of a pair within a few per cent.

    Raises
    ------
    KeyError
        It is one of timm's.
    """
    parts, side = parts_of(name) or (name,), preprocess_of(name).height
    return sum(round(MULTIPLY_ADDS[part] * (side / preprocess_of(part).height) ** 2) for part in parts)


def count_multiply_adds(backbone: Pretrained, classes: int) -> int:
    """Return the multiply-adds of a backbone, or of both of a pair, with a head for so many classes, for a picture."""
    parts = backbone.parts or (backbone,)
    return sum(_count_without_head(part, backbone.preprocess.height) for part in parts) + backbone.features * classes


def _count_without_head(part: Pretrained, side: int) -> int:
    """Return the work of all layers but the last for pictures of ``side``, if those of the summary are of another.

    Maps halve rounding up, so that their size alone tells how often they were halved.
    """
    summary = part.summarise()
    own, total = summary.input[0], 0
    for layer in summary.layers[:-1]:
        work, rows = layer.multiply_adds or 0, layer.output[0]
        if len(layer.output) == 3 and rows > 1 and side != own:
            halvings = next(number for number in range(own) if -(-own // 2**number) <= rows)
            work = work // rows**2 * (-(-side // 2**halvings)) ** 2
        total += work
    return total
