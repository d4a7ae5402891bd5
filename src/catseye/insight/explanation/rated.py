"""An attribution with what was found out about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catseye.short_repr import ShortRepr

if TYPE_CHECKING:
    from catseye.insight.explanation.attribution import Attribution
    from catseye.insight.explanation.faithfulness import Faithfulness
    from catseye.insight.explanation.sanity import Sanity

_NOT_RATED = dict.fromkeys(("deletion", "insertion", "random", "verdict"))


@dataclass(frozen=True, eq=False, repr=False)
class RatedAttribution(ShortRepr):
    """An attribution and, if requested, how faithful it is, and whether it depends on the weights."""

    attribution: Attribution
    faithfulness: Faithfulness | None = None
    sanity: Sanity | None = None

    def to_json(self) -> dict[str, Any]:
        """Return all but the map itself as JSON values."""
        completeness = self.attribution.completeness
        return {
            "method": self.attribution.method,
            "layer": self.attribution.layer,
            **(self.faithfulness.to_json() if self.faithfulness else _NOT_RATED),
            "completeness": completeness.to_json() if completeness else None,
            "sanity": self.sanity.to_json() if self.sanity else None,
        }
