"""The packages of the extra ``serve``; if one is missing, one line says how to install it."""

from __future__ import annotations

from importlib.util import find_spec

from catseye.errors import CatseyeError

_PACKAGES = {
    "starlette": "starlette",
    "uvicorn": "uvicorn",
    "prometheus_client": "prometheus-client",
    "python_multipart": "python-multipart",
}


def require_extra() -> None:
    """Raise `CatseyeError` if a package is missing that a server needs."""
    missing = [package for module, package in _PACKAGES.items() if find_spec(module) is None]
    if missing:
        raise CatseyeError(f"a server needs {', '.join(missing)}: pip install 'catseye[serve]'")
