"""Drawing: the toolkit of every figure and page; it knows no topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye._lazy import lazily

if TYPE_CHECKING:
    from catseye.drawing.answer import Answer
    from catseye.drawing.parts import Matrices, Table
    from catseye.drawing.view import View

__all__ = ["Answer", "Matrices", "Table", "View"]

__getattr__, __dir__ = lazily(
    __name__,
    {
        "Answer": "catseye.drawing.answer",
        "Matrices": "catseye.drawing.parts",
        "Table": "catseye.drawing.parts",
        "View": "catseye.drawing.view",
    },
)
