"""Drawing: the toolkit of every figure and page; it knows no topic."""

import os
import re
import sys

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
