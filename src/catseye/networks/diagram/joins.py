"""Where paths join: the sign in the circle, and what is said beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from catseye.networks.diagram.block_box import unbroken
from catseye.short_repr import counted

if TYPE_CHECKING:
    from catseye.networks.diagram.outline import Branches

RADIUS: Final = 0.12  # inches of the circle
SIGNS: Final = {"sum": "+", "product": "×", "concatenation": "‖"}
_WORDS = {"": "", "sum": "sum", "product": "product", "concatenation": "concat"}


def join_words(branches: Branches) -> str:
    """Return how paths join, what follows value by value, and its parameters."""
    join = _WORDS.get(branches.join, "joined")
    own = (f"{counted(branches.parameters, 'parameter')}",) if branches.parameters else ()
    return ", ".join((join, *map(unbroken, branches.behind), *own)) if join else ""
