"""What a transfer can try: backbones that are installed, pairs of them, mirrored pictures, fine-tuning."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from catseye.networks.names import BACKBONES, PAIR, is_joinable, parts_of
from catseye.networks.pretrained_weights import is_installed
from catseye.networks.work import estimate_multiply_adds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_MOST_JOINED = 3  # the best backbones, of which any two are tried side by side


@dataclass(frozen=True)
class Candidate:
    """A classifier that may be tried.

    Attributes
    ----------
    backbone : str
        Its name, or that of a pair.
    mirrored, fine_tuned : bool
    """

    backbone: str
    mirrored: bool = False
    fine_tuned: bool = False

    @property
    def name(self) -> str:
        """What it is called in tables."""
        words = [" + ".join(parts_of(self.backbone) or (self.backbone,))]
        words += ["mirrored"] if self.mirrored else []
        words += ["fine-tuned"] if self.fine_tuned else []
        return ", ".join(words)


def list_backbones(default: str, home: Path, most: float) -> list[str]:
    """Return the other backbones that are installed and need at most so many multiply-adds, the cheapest first."""
    names = [name for name in BACKBONES if name != default and is_installed(name, home)]
    return _affordable(names, most)


def list_pairs(best: Sequence[str], most: float) -> list[str]:
    """Return pairs of the best backbones that need at most so many multiply-adds, the cheapest first.

    ``best`` are names, the best first; those that can only stand alone are passed over.
    """
    joinable = [name for name in best if any(is_joinable(name, other) for other in best)][:_MOST_JOINED]
    # The cheaper one first, so that a pair has one name.
    ordered = sorted(joinable, key=estimate_multiply_adds)
    return _affordable([PAIR.join(pair) for pair in combinations(ordered, 2) if is_joinable(*pair)], most)


def _affordable(names: list[str], most: float) -> list[str]:
    return sorted((name for name in names if estimate_multiply_adds(name) <= most), key=estimate_multiply_adds)
