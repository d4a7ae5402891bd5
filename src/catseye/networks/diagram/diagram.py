"""A network as a drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catseye.drawing.answer import Answer
from catseye.short_repr import counted

if TYPE_CHECKING:
    from catseye.networks.summary import Summary


@dataclass(frozen=True, repr=False)
class Diagram(Answer):
    """A network's layers as blocks to scale; ``save`` writes .svg, .png, .pdf or .html."""

    summary: Summary

    def __repr__(self) -> str:
        return f"Diagram({self.summary.network}, {counted(len(self.summary.layers) - 1, 'layer')})"

    def to_json(self) -> dict[str, Any]:
        """Return the summary that is drawn as JSON values."""
        return self.summary.to_json()
