"""A sketch of many pictures: a few of their hashes, by which the same pictures are recognised later.

The smallest hashes are a fair sample (Broder 1997, On the resemblance and containment of documents): the share of
them among other pictures estimates the share of all that are there.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_HASHES = 64
_DIGITS = 16


def make_sketch(contents: Iterable[str]) -> list[str]:
    """Return the sketch of pictures with these hashes, SHA-256 in hexadecimal."""
    return [content[:_DIGITS] for content in heapq.nsmallest(_HASHES, set(contents))]


def is_sketched(sketch: Iterable[str], content: str) -> bool:
    """Say whether the picture with this hash is one of the few that a sketch names."""
    return content[:_DIGITS] in sketch


def share_known(sketch: Any, contents: Iterable[str]) -> float | None:
    """Return the estimated share of the sketched pictures that are among others, 0 to 1.

    Parameters
    ----------
    sketch
        As stored in a file; ``None`` is returned if it is not a sketch.
    contents
        Hashes of the other pictures, as for :func:`make_sketch`.
    """
    if not isinstance(sketch, list) or not sketch:
        return None
    known = {content[:_DIGITS] for content in contents}
    return sum(one in known for one in sketch if isinstance(one, str)) / len(sketch)
