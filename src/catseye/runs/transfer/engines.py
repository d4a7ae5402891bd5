"""The engines of a transfer: a quick one for most features, and an exact one for those of the test pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from catseye.inference.choose import choose_engine
from catseye.inference.engine import FP32
from catseye.inference.openvino_engine import OpenVinoEngine

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.inference.engine import Engine
    from catseye.networks.pretrained import Pretrained


@dataclass(frozen=True, eq=False)
class Engines:
    """Two engines of one backbone.

    Attributes
    ----------
    quick : Engine
        The quickest of this machine.
    exact : Engine
        In single precision; it is the same one where that is the quickest.
    """

    quick: Engine
    exact: Engine

    @classmethod
    def choose(cls, backbone: Pretrained, device: str, home: Path) -> Self:
        """Return the engines for a backbone on ``"cpu"`` or ``"cuda"``; what they compile is kept under ``home``."""
        quick = choose_engine(backbone, device=device, home=home)
        exact = choose_engine(backbone, FP32, device, home)
        # The same one, so that the network is compiled once.
        return cls(quick, quick if exact.name == quick.name else exact)

    def load(self) -> None:
        """Compile the networks, or read those that are kept; without a call this happens when they first run."""
        for engine in (self.quick, self.exact):
            if isinstance(engine, OpenVinoEngine):
                engine.load()
