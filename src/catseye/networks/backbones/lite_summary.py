"""The summary of EfficientNet-Lite, from its plan alone."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from catseye.networks.backbones.lite_plan import HEAD, TOP, Convolution, convolutions, plan_blocks
from catseye.networks.summary import Layer, Summary

if TYPE_CHECKING:
    from catseye.networks.windows import Pair


def summarise_lite(name: str, shape: tuple[int, int, int], classes: int) -> Summary:
    """Return the rows that :func:`catseye.networks.summarising.summarise` finds for pictures of ``shape`` (H, W, C)."""
    blocks = plan_blocks(name)
    runs = Counter(convolution.relu6 for convolution in convolutions(blocks))
    rows, size, field, step = [Layer("input", "picture", shape, 0, 0, (1, 1))], shape[:2], 1, 1
    ran: Counter[str] = Counter()
    for block in blocks:
        for convolution in block.convolutions:
            size = -(-size[0] // convolution.stride), -(-size[1] // convolution.stride)
            field += (convolution.kernel - 1) * step
            step *= convolution.stride
            seen = min(field, shape[0]), min(field, shape[1])
            ran[convolution.relu6] += 1
            last = block.adds and convolution is block.convolutions[-1]
            again = f"@{ran[convolution.relu6]}" if runs[convolution.relu6] > 1 else ""
            rows += _rows(convolution, (*size, convolution.outputs), seen, again, block.name if last else "")
    whole = rows[-1].receptive_field
    rows.append(Layer("avgpool", "mean pool to 1×1", (1, 1, TOP), 0, 0, whole))
    rows.append(Layer("flatten", "flatten + dropout", (TOP,), 0, 0, whole, ("dropout",)))
    rows.append(Layer(HEAD, "dense", (classes,), classes * (TOP + 1), classes * TOP, whole))
    return Summary(name, shape, tuple(rows))


def _rows(convolution: Convolution, output: tuple[int, int, int], field: Pair, again: str, added: str) -> list[Layer]:
    """Return the rows of a convolution and of its normalisation, in which its relu6 or sum is named."""
    side, (height, width, channels) = convolution.kernel, output
    weights = channels * convolution.inputs // convolution.groups * side**2
    kind = f"{'depthwise ' * (convolution.groups > 1)}conv {side}×{side}"
    kind += f", stride {convolution.stride}" * (convolution.stride > 1) + ", same" * (side > 1)
    follows = (convolution.relu6 + again,) if convolution.relu6 else (added,) if added else ()
    norm = "batch norm" + (" + relu6" if convolution.relu6 else " + sum" * bool(added))
    return [
        Layer(convolution.name, kind, output, weights, height * width * weights, field),
        Layer(convolution.norm, norm, output, 2 * channels, 0, field, follows),
    ]
