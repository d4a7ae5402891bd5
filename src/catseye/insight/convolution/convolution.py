"""Convolution by hand: every window, its products, their sum, and the place that this goes to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.arrays import Floats
from catseye.errors import UsageError
from catseye.insight.convolution.kernels import kernel
from catseye.insight.convolution.matrices import to_floats, validate_values
from catseye.networks.windows import Padding, Pair, Window, output_size, pair, places
from catseye.short_repr import ShortRepr

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Convolution", "Step", "as_input", "output_size"]


@dataclass(frozen=True, eq=False, repr=False)
class Step(ShortRepr):
    """One place of the window.

    Attributes
    ----------
    place : (int, int)
        Row and column of the output, from 0.
    window : float64 (kh, kw) or (C, kh, kw)
        Values that the window covers, padding included.
    products : float64, of the same shape
        The window's values times the kernel's.
    sum : float
        Sum of the products: the output's value at this place.
    """

    place: Pair
    window: Floats
    products: Floats
    sum: float

    def to_json(self) -> dict[str, Any]:
        """Return the step as JSON values."""
        return {
            "window": self.window.tolist(),
            "products": (self.products + 0.0).tolist(),  # no -0.0
            "sum": self.sum,
            "place": list(self.place),
        }


@dataclass(frozen=True, eq=False, repr=False)
class Convolution(ShortRepr):
    """A kernel and how it slides. What layers call convolution, cross-correlation, unless ``true``.

    Attributes
    ----------
    kernel : str or array (kh, kw)
        A name from `catseye.insight.convolution.kernels.KERNELS`, numbers as text (``"1 0 -1; 2 0 -2"``), lists, an
        array or a tensor, or the path of a .csv, .txt or .npy file.
    stride, dilation : int or (int, int)
        One value for both axes, or two: down and across.
    padding : int, "valid", "same", or two of these
        Zeros on either side; see :func:`output_size`.
    true : bool
        Turn the kernel by 180° first, as the definition of convolution, (f∗g)(x) = ∫ f(z) g(x−z) dz, has it.

    Raises
    ------
    UsageError
        The kernel or a number makes no sense.

    Examples
    --------
    >>> Convolution("1 0; 0 -1").output([[1, 2], [3, 5]])
    array([[-4.]])
    >>> [step.sum for step in Convolution("1 1").steps([[1, 2, 3]])]
    [3.0, 5.0]
    """

    kernel: Any
    stride: int | Pair = 1
    padding: Padding | tuple[Padding, Padding] = "valid"
    dilation: int | Pair = 1
    true: bool = False

    def __post_init__(self) -> None:
        # The size of any input tells whether stride, padding and dilation can be.
        self.sliding.padding_for((1, 1))

    @cached_property
    def weights(self) -> Floats:
        """The kernel float64 (kh, kw) as it slides: turned, for a true convolution."""
        weights = kernel(self.kernel)
        return weights[::-1, ::-1] if self.true else weights

    @cached_property
    def sliding(self) -> Window:
        """The window, without its numbers."""
        rows, columns = self.weights.shape
        stride, dilation = pair(self.stride, "stride"), pair(self.dilation, "dilation")
        return Window((rows, columns), stride, pair(self.padding, "padding"), dilation)

    @property
    def other(self) -> Convolution:
        """The same with the kernel turned, or not: convolution for cross-correlation, and the reverse."""
        return Convolution(self.kernel, self.stride, self.padding, self.dilation, not self.true)

    @property
    def symmetric(self) -> bool:
        """Whether turning the kernel by 180° changes nothing, so that both operations are the same."""
        return np.array_equal(self.weights, self.weights[::-1, ::-1])

    def output_size(self, shape: Pair) -> Pair:
        """Return rows and columns of the output for an input of ``shape`` (H, W); raise `UsageError` if none."""
        return self.sliding.output_size(shape)

    def responses(self, values: Any) -> Floats:
        """Return each channel's sums float64 (C, rows, columns) for values (H, W) or (C, H, W)."""
        values = as_input(values)
        rows, columns = self.output_size((values.shape[-2], values.shape[-1]))
        padded = self.sliding.padded(values if values.ndim == 3 else values[None])
        found = np.zeros((len(padded), rows, columns))
        (down, across), (apart, beside) = self.sliding.stride, self.sliding.dilation
        # One product of the window after the other, for all places at once: quick, and little memory.
        for (row, column), weight in np.ndenumerate(self.weights):
            top, left = row * apart, column * beside
            found += weight * padded[:, top : top + (rows - 1) * down + 1 : down, left::across][:, :, :columns]
        return found

    def output(self, values: Any) -> Floats:
        """Return the sums float64 (rows, columns) for values (H, W), or (C, H, W), whose channels are added."""
        output: Floats = _added(self.responses(values), axis=0)
        return output

    def steps(self, values: Any, most: int | None = None) -> Iterator[Step]:
        """Yield what happens at each place, row by row; at most ``most`` places, evenly spread.

        Raises
        ------
        UsageError
            The values are not a matrix, or the window does not fit.
        """
        values = as_input(values)
        size = self.output_size((values.shape[-2], values.shape[-1]))
        windows = self.sliding.windows(self.sliding.padded(values))
        for row, column in places(size, most):
            window = windows[..., row, column, :, :].copy()
            products = window * self.weights
            by_channel = _added(products.reshape(-1, self.weights.size), axis=1)
            yield Step((row, column), window, products, float(_added(by_channel, axis=0)))


def as_input(values: Any) -> Floats:
    """Return what is convolved as float64 (H, W) or (C, H, W).

    Raises
    ------
    UsageError
        It has another shape, no values, or values that are not finite or beyond ±1e9.
    """
    array = to_floats(values)
    while array.ndim > 3 and array.shape[0] == 1:  # a batch of one
        array = array[0]
    if array.ndim not in (2, 3) or not array.size:
        raise UsageError(f"expected values (H, W) or (C, H, W); got shape {array.shape}.")
    return validate_values(array)


def _added(values: Floats, axis: int) -> Any:
    """Return the sum in the order of the values, so that steps and output agree to the last bit."""
    return np.add.accumulate(values, axis=axis).take(-1, axis=axis)
