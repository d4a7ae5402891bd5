"""What is said of pooling by hand, in the terminal, in figures and on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.drawing.numbers import exact
from catseye.insight.convolution.size_formula import size_described
from catseye.insight.convolution.words import each, size

if TYPE_CHECKING:
    from catseye.insight.convolution.pooled_example import PooledExample
    from catseye.insight.convolution.pooling import Pooling

KEPT = {"max": "largest", "average": "mean", "stride": "kept"}  # what pooling keeps of a window


def pooling_described(pooled: PooledExample) -> list[str]:
    """Return what is done with what, and the output's size worked out along both axes."""
    top = f"{pooling_name(pooled.pooling.kind).capitalize()} of {pooled.name} ({size(pooled.shape)})"
    return [f"{top}, {settings(pooled.pooling, pooled.shape)}.", *size_described(pooled.pooling.sliding, pooled.shape)]


def pooling_name(kind: str) -> str:
    """Return what a kind of pooling is called."""
    return "sampling by stride" if kind == "stride" else f"{kind} pooling"


def pooling_line(pooling: Pooling, shape: tuple[int, ...]) -> str:
    """Return the kind of pooling of a map (H, W), with window, stride and padding."""
    return f"{pooling_name(pooling.kind)}, {settings(pooling, shape)}"


def settings(pooling: Pooling, shape: tuple[int, ...]) -> str:
    """Return window, stride and padding of the pooling of a map (H, W)."""
    sliding = pooling.sliding
    (top, bottom), (left, right) = sliding.padding_for((shape[0], shape[1]))
    same = top == bottom == left == right
    padding = str(top) if same else f"{top} above, {bottom} below, {left} left, {right} right"
    counted = ", which is not counted" if any((top, bottom, left, right)) else ""
    whole = " (the whole input)" if sliding.window == shape else ""
    return f"window {size(sliding.window)}{whole}, stride {each(sliding.stride)}, padding {padding}{counted}"


def compared_rows(pooled: PooledExample) -> list[tuple[str, ...]]:
    """Return a row for the input and for each kind: its size, and the smallest, mean and largest value."""
    named = {"input": pooled.channels} | {pooling_name(kind): found for kind, found in pooled.outputs.items()}
    return [
        (name, size(found.shape[-2:]), *(exact(float(value)) for value in (found.min(), found.mean(), found.max())))
        for name, found in named.items()
    ]


def difference_described(pooled: PooledExample) -> str:
    """Return what becomes of the largest value, and why networks mostly take max pooling."""
    left = {kind: exact(float(found.max())) for kind, found in pooled.outputs.items()}
    return (
        f"The largest value of the input is {exact(float(pooled.values.max()))}; the largest that is left is "
        f"{left['max']} with max pooling, {left['average']} with average pooling and {left['stride']} with sampling by "
        "stride. Networks usually do better with max pooling: that a feature is present somewhere in a window tells "
        "more than how much of it there is on average, and sampling by stride steps over what lies between."
    )


def kept(pooling: Pooling) -> str:
    """Return what pooling keeps of a window."""
    return KEPT[pooling.kind]
