"""Drawing: the toolkit of every figure and page; it knows no topic."""

from __future__ import annotations

import os
import re
import sys
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

_BACKENDS = (
    r"module://.+|inline|notebook|macosx|wx|pdf|pgf|ps|svg|template"
    r"|(gtk[34]|nb|qt5?|tk|web|wx)?agg|(gtk[34]|qt5?|tk|wx)?cairo"
)


def _import_matplotlib() -> None:
    """Import matplotlib at once if ``MPLBACKEND`` names no backend, which it would refuse; our figures need none.

    The name is hidden from it for that moment. Otherwise it is imported when something is drawn.
    """
    backend = os.environ.get("MPLBACKEND", "")
    if not backend or "matplotlib" in sys.modules or re.fullmatch(_BACKENDS, backend.lower()):
        return
    from importlib.metadata import entry_points

    if backend in entry_points(group="matplotlib.backend").names:
        return
    del os.environ["MPLBACKEND"]
    try:
        import matplotlib  # noqa: F401
    finally:
        os.environ["MPLBACKEND"] = backend


_import_matplotlib()
