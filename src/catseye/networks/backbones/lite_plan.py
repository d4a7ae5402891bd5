"""EfficientNet-Lite as a list of convolutions, known without loading PyTorch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Of each stage: expansion, channels, blocks, stride of the first block, kernel.
_STAGES = (
    *((1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 40, 2, 2, 5), (6, 80, 3, 2, 3)),
    *((6, 112, 3, 1, 5), (6, 192, 4, 2, 5), (6, 320, 1, 1, 3)),
)
STEM, TOP = 32, 1280  # channels
HEAD = "classifier"
NORM_EPS = 1e-3  # TensorFlow's, of batch normalisation
_SCALES = ((1.0, 1.0), (1.0, 1.1), (1.1, 1.2), (1.2, 1.4), (1.4, 1.8))  # of width and depth
LITES = {f"efficientnet_lite{number}": scale for number, scale in enumerate(_SCALES)}


@dataclass(frozen=True)
class Stage:
    """Blocks of one width.

    Attributes
    ----------
    expansion : int
        How many times wider a block is inside; with 1 there is no widening convolution.
    channels : int
    blocks : int
    stride : int
        Of the first block.
    kernel : int
        Side of the filters of single channels.
    """

    expansion: int
    channels: int
    blocks: int
    stride: int
    kernel: int


@dataclass(frozen=True)
class Convolution:
    """A convolution with "same" padding, batch normalisation behind it, and perhaps relu6.

    Attributes
    ----------
    name, norm : str
        Of the convolution and of the normalisation, as in the network's weights.
    relu6 : str
        Name of the activation; ``""`` if there is none.
    inputs, outputs, kernel, stride, groups : int
    """

    name: str
    norm: str
    relu6: str
    inputs: int
    outputs: int
    kernel: int = 1
    stride: int = 1
    groups: int = 1

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Shape of the weights."""
        return self.outputs, self.inputs // self.groups, self.kernel, self.kernel


@dataclass(frozen=True)
class Block:
    """Convolutions in a row.

    Attributes
    ----------
    name : str
    convolutions : tuple of Convolution
    adds : bool
        Whether what went in is added to what comes out.
    """

    name: str
    convolutions: tuple[Convolution, ...]
    adds: bool = False


def plan_stages(name: str) -> list[Stage]:
    """Return the stages of the network called ``name``."""
    width, depth = LITES[name]
    return [
        # The first and the last stage do not get deeper.
        Stage(
            expansion,
            _rounded_channels(channels * width),
            blocks if number in (0, len(_STAGES) - 1) else math.ceil(blocks * depth),
            stride,
            kernel,
        )
        for number, (expansion, channels, blocks, stride, kernel) in enumerate(_STAGES)
    ]


def plan_blocks(name: str) -> list[Block]:
    """Return the blocks of the network called ``name`` in the order in which a picture passes them."""
    blocks, channels = [Block("", (Convolution("conv_stem", "bn1", "act", 3, STEM, 3, 2),))], STEM
    for number, stage in enumerate(plan_stages(name)):
        for place in range(stage.blocks):
            stride = 1 if place else stage.stride
            blocks.append(_block(f"blocks.{number}.{place}", channels, stage, stride))
            channels = stage.channels
    return [*blocks, Block("", (Convolution("conv_head", "bn2", "act", channels, TOP),))]


def plan_shapes(name: str, classes: int) -> dict[str, tuple[int, ...]]:
    """Return the shapes of all weights and statistics by name, in the order in which a picture passes them."""
    shapes: dict[str, tuple[int, ...]] = {}
    for convolution in convolutions(plan_blocks(name)):
        shapes[f"{convolution.name}.weight"] = convolution.shape
        parts = ("weight", "bias", "running_mean", "running_var")
        shapes |= {f"{convolution.norm}.{part}": (convolution.outputs,) for part in parts}
        shapes[f"{convolution.norm}.num_batches_tracked"] = ()
    return shapes | {f"{HEAD}.weight": (classes, TOP), f"{HEAD}.bias": (classes,)}


def convolutions(blocks: list[Block]) -> Iterator[Convolution]:
    """Yield all convolutions of some blocks."""
    for block in blocks:
        yield from block.convolutions


def _block(name: str, inputs: int, stage: Stage, stride: int) -> Block:
    width, kernel, outputs = inputs * stage.expansion, stage.kernel, stage.channels

    def named(convolution: str, norm: str, relu6: str) -> tuple[str, str, str]:
        return f"{name}.{convolution}", f"{name}.{norm}", f"{name}.{relu6}" if relu6 else ""

    if stage.expansion == 1:
        depthwise = Convolution(*named("conv_dw", "bn1", "act"), inputs, inputs, kernel, stride, inputs)
        return Block(name, (depthwise, Convolution(*named("conv_pw", "bn2", ""), inputs, outputs)))
    widening = Convolution(*named("conv_pw", "bn1", "act1"), inputs, width)
    depthwise = Convolution(*named("conv_dw", "bn2", "act2"), width, width, kernel, stride, width)
    narrowing = Convolution(*named("conv_pwl", "bn3", ""), width, outputs)
    return Block(name, (widening, depthwise, narrowing), adds=stride == 1 and inputs == outputs)


def _rounded_channels(channels: float, multiple: int = 8) -> int:
    """Return the nearest multiple of 8 that is at least 90 % of ``channels`` (Howard et al. 2017's code)."""
    nearest = max(multiple, int(channels + multiple / 2) // multiple * multiple)
    return nearest + multiple if nearest < 0.9 * channels else nearest
