"""A network as a stack of named layers, written down in the order in which a picture passes them."""

from __future__ import annotations

from collections import Counter, OrderedDict
from typing import Literal, Self

from torch import nn

from catseye.errors import UsageError
from catseye.networks.windows import output_size

POOL = 2


class TooSmallError(UsageError):
    """A layer's window is larger than what reaches it."""

    def __init__(self, layer: str, window: int, height: int, width: int) -> None:
        super().__init__(f"layer {layer} needs {window}×{window} values, but {height}×{width} reach it")


class Stack:
    """Collects layers and follows the size of the picture through them.

    Parameters
    ----------
    shape
        Height, width and channels of the pictures.
    batch_norm
        Normalise after every convolution and hidden dense layer (Ioffe & Szegedy 2015, arXiv:1502.03167).
    dropout
        Share of values that is set to zero in training before every dense layer but one that sees the pixels
        themselves (Srivastava et al. 2014, JMLR 15).
    """

    def __init__(self, shape: tuple[int, int, int], *, batch_norm: bool = False, dropout: float = 0.0) -> None:
        self.height, self.width, self.channels = shape
        self.batch_norm = batch_norm
        self.dropout = dropout
        self.layers: OrderedDict[str, nn.Module] = OrderedDict()
        self._counts: Counter[str] = Counter()

    def conv(
        self,
        filters: int,
        kernel: int = 3,
        padding: Literal["valid", "same"] = "valid",
        *,
        pool: bool = False,
    ) -> Self:
        """Add a convolution with relu, followed on request by 2×2 max pooling with stride 2.

        With pooling, relu runs after it. Both only let the larger value through, so their order makes no
        difference to the result, but relu then touches a quarter of the values.
        """
        name = self._name("conv")
        margin = kernel // 2 if padding == "same" else 0
        self._shrink(name, kernel, 1, margin)
        # What batch normalisation subtracts makes a bias useless.
        self.layers[name] = nn.Conv2d(self.channels, filters, kernel, padding=margin, bias=not self.batch_norm)
        self.channels = filters
        if self.batch_norm:
            self.layers[self._name("norm")] = nn.BatchNorm2d(filters)
        if pool:
            name = self._name("pool")
            self._shrink(name, POOL, POOL, 0)
            self.layers[name] = nn.MaxPool2d(POOL)
        self.layers[self._name("relu")] = nn.ReLU()
        return self

    def flatten(self) -> Self:
        """Lay all values of a picture in one row."""
        self.layers["flatten"] = nn.Flatten()
        self.channels *= self.height * self.width
        self.height = self.width = 1
        return self

    def dense(self, units: int, *, relu: bool = True) -> Self:
        """Add a dense layer; without relu it is the last one, whose values are the logits."""
        if self.dropout and (self._counts["conv"] or self._counts["dense"]):
            self.layers[self._name("dropout")] = nn.Dropout(self.dropout)
        normalised = self.batch_norm and relu
        self.layers[self._name("dense")] = nn.Linear(self.channels, units, bias=not normalised)
        self.channels = units
        if normalised:
            self.layers[self._name("norm")] = nn.BatchNorm1d(units)
        if relu:
            self.layers[self._name("relu")] = nn.ReLU()
        return self

    def network(self) -> nn.Sequential:
        """Return the layers as a network from (B, C, H, W) to logits (B, classes)."""
        return nn.Sequential(self.layers)

    def _name(self, kind: str) -> str:
        self._counts[kind] += 1
        return f"{kind}{self._counts[kind]}"

    def _shrink(self, layer: str, window: int, stride: int, padding: int) -> None:
        if min(self.height, self.width) + 2 * padding < window:
            raise TooSmallError(layer, window, self.height, self.width)
        self.height = output_size(self.height, window, stride, padding)
        self.width = output_size(self.width, window, stride, padding)
