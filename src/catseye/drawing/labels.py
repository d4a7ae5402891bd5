"""Names that fit into a figure."""

from __future__ import annotations


def shortened(text: str, length: int, *, tail: bool = False) -> str:
    """Return a text of at most ``length`` letters, its end or, with ``tail``, its beginning left out."""
    if len(text) <= length:
        return text
    return "…" + text[1 - length :] if tail else text[: length - 1] + "…"
