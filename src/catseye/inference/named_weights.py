"""The weights in a classifier's file, by name, for what builds its graph without PyTorch; every part is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from openvino import opset15 as ops

from catseye.errors import CatseyeError
from catseye.inference.openvino_nodes import EXPLICIT, a_channel, batch_norm, convolution, dense

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from catseye.inference.openvino_nodes import Node
    from catseye.networks.windows import Pair

    Array = npt.NDArray[Any]

_COUNT = "num_batches_tracked"  # how often statistics were updated, which no answer depends on


class NamedWeights:
    """Hands out each array once its shape, its type and its values are known to be right.

    Parameters
    ----------
    arrays
        By name; anything may be in them.
    prefix
        Begins the names of all that are asked for.
    """

    def __init__(self, arrays: Mapping[str, Array], prefix: str = "") -> None:
        self._arrays, self._prefix = arrays, prefix
        self._used: set[str] = set()

    def below(self, prefix: str) -> NamedWeights:
        """Return the weights whose names begin so; what is taken from them counts as taken from these."""
        part = NamedWeights(self._arrays, self._prefix + prefix)
        part._used = self._used
        return part

    def take(self, name: str, *shape: int) -> Array:
        """Return the array of that name, float32 and finite.

        Raises
        ------
        CatseyeError
            There is none, or it is another one.
        """
        full = self._prefix + name
        found = self._arrays.get(full)
        if found is None:
            raise CatseyeError(f"there is no {full}")
        if found.shape != shape or found.dtype != np.float32:
            raise CatseyeError(f"{full} is {found.dtype} {list(found.shape)}, not float32 {list(shape)}")
        if not np.isfinite(found).all():
            raise CatseyeError(f"{full} contains weights that are not finite")
        self._used.add(full)
        return found

    def require_all_taken(self) -> None:
        """Raise `CatseyeError` for an array that nothing asked for."""
        left = [name for name in self._arrays if name not in self._used and not self._is_count(name)]
        if left:
            raise CatseyeError(f"{sorted(left)[0]} belongs to no layer")

    def convolve(
        self,
        name: str,
        maps: Node,
        shape: tuple[int, int, int, int],
        *,
        stride: Pair = (1, 1),
        margin: Pair = (0, 0),
        dilation: Pair = (1, 1),
        groups: int = 1,
        pad: str = EXPLICIT,
        bias: bool = False,
    ) -> Node:
        """Return a convolution with weights of ``shape`` (outputs, inputs / groups, H, W)."""
        found = convolution(maps, self.take(f"{name}.weight", *shape), groups, stride, margin, dilation, pad)
        return ops.add(found, a_channel(self.take(f"{name}.bias", shape[0]), 4)) if bias else found

    def normalise(self, name: str, values: Node, channels: int, eps: float = 1e-5, axes: int = 4) -> Node:
        """Return batch normalisation of values with so many axes."""
        parts = ("weight", "bias", "running_mean", "running_var")
        numbers = [self.take(f"{name}.{part}", channels) for part in parts]
        if numbers[3].min(initial=0) < 0:
            raise CatseyeError(f"{self._prefix}{name} has a variance below zero")
        return batch_norm(values, numbers, eps, axes)

    def join(self, name: str, values: Node, inputs: int, outputs: int, *, bias: bool = True) -> Node:
        """Return a dense layer."""
        weight = self.take(f"{name}.weight", outputs, inputs)
        return dense(values, weight, self.take(f"{name}.bias", outputs) if bias else None)

    def _is_count(self, name: str) -> bool:
        owner, _, part = name.rpartition(".")
        found = self._arrays[name]
        return part == _COUNT and f"{owner}.running_mean" in self._used and found.dtype == np.int64 and not found.ndim
