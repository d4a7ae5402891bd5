"""Pooling worked through on one input, and what other ways to make it smaller would leave."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.insight.convolution.example import CHANNELS, JSON_STEPS, Example, check_most
from catseye.insight.convolution.pooling import KINDS, Pooling
from catseye.insight.convolution.size_formula import size_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.arrays import Floats
    from catseye.insight.convolution.pooling import PoolingStep


@dataclass(frozen=True, eq=False, repr=False)
class PooledExample(Example):
    """An input with the pooling that it goes through, beside the other kinds of pooling.

    Attributes
    ----------
    name : str
        Name of the input.
    values : float64 (H, W) or (3, H, W)
        Numbers, or a picture's values from 0 to 255: grey, or red, green and blue, which are pooled one by one.
    pooling : Pooling
    most : int, optional
        How many steps are shown, at most, evenly spread; by default as many as suit the form.

    Raises
    ------
    UsageError
        The window does not fit into the input.
    """

    pooling: Pooling
    most: int | None = None

    def __post_init__(self) -> None:
        check_most(self.most)
        super().__post_init__()
        self.pooling.sliding.output_size(self.shape)

    def __repr__(self) -> str:
        path = " to ".join("×".join(map(str, size)) for size in (self.shape, self.output.shape[-2:]))
        return f"PooledExample({self.pooling.kind} pooling of {self.name}, {path})"

    @property
    def output(self) -> Floats:
        """What pooling leaves: (rows, columns), or (3, rows, columns) of three planes."""
        found = self.outputs[self.pooling.kind]
        return found if self.values.ndim == 3 else found[0]

    @property
    def poolings(self) -> dict[str, Pooling]:
        """The pooling, then those that it is compared with: the same window, or every so many values."""
        others = {kind: self.pooling if kind == self.pooling.kind else self._like(kind) for kind in KINDS}
        return {self.pooling.kind: self.pooling} | others

    def _like(self, kind: str) -> Pooling:
        # A single value needs no padding; where the window does not either, or by "same", the sizes stay comparable.
        padded = self.pooling.padding not in ("valid", 0)
        return replace(self.pooling, kind=kind, padding="same" if kind == "stride" and padded else self.pooling.padding)

    @cached_property
    def outputs(self) -> dict[str, Floats]:
        """What each kind of pooling leaves (C, rows, columns).

        Beside windows, sampling by stride keeps as many values as there are windows, though one more may follow.
        """
        found = {
            kind: np.stack([pooling.output(channel) for channel in self.channels])
            for kind, pooling in self.poolings.items()
        }
        rows, columns = found[self.pooling.kind].shape[-2:]
        return found | {"stride": found["stride"][:, :rows, :columns]}

    def steps(self, most: int | None = None, channel: int = 0) -> Iterator[PoolingStep]:
        """Yield what happens at each place of a channel, at most ``most`` places, evenly spread."""
        return self.pooling.steps(self.channels[channel], most)

    def to_json(self) -> dict[str, Any]:
        """Return input, outputs and steps, at most 1,000 for each channel unless told, as JSON values."""
        sliding = self.pooling.sliding
        rows, columns = self.output.shape[-2:]
        return {
            "input": self.name,
            "input_size": list(self.shape),
            "channels": len(self.channels),
            "kind": self.pooling.kind,
            "window": list(sliding.window),
            "stride": list(sliding.stride),
            "padding": [list(side) for side in sliding.padding_for(self.shape)],
            "output": self.output.tolist(),
            "output_size": [rows, columns],
            "formula": size_json(sliding, self.shape),
            "compared": {kind: self._compared(kind) for kind in self.poolings},
            "steps_in_all": rows * columns,
            "steps": list(self._json_steps()),
        }

    def _compared(self, kind: str) -> dict[str, Any]:
        found = self.outputs[kind]
        return {
            "output": (found if self.values.ndim == 3 else found[0]).tolist(),
            "output_size": list(found.shape[1:]),
            "smallest": float(found.min()),
            "mean": float(found.mean()),
            "largest": float(found.max()),
        }

    def _json_steps(self) -> Iterator[dict[str, Any]]:
        for channel in range(len(self.channels)):
            named = {"channel": CHANNELS[channel]} if len(self.channels) > 1 else {}
            for step in self.steps(self.most or JSON_STEPS, channel):
                yield named | step.to_json()
