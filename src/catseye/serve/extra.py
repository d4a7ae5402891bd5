"""The packages of the extra ``serve``."""

from __future__ import annotations

from importlib.util import find_spec

from catseye.errors import MissingPackageError, install_line

_PACKAGES = {
    "starlette": "starlette",
    "uvicorn": "uvicorn",
    "prometheus_client": "prometheus-client",
    "python_multipart": "python-multipart",
}


def require_extra() -> None:
    """Raise `MissingPackageError` if a package that a server needs is not installed."""
    missing = [package for module, package in _PACKAGES.items() if find_spec(module) is None]
    if missing:
        raise MissingPackageError(f"a server needs {', '.join(missing)}: {install_line('serve')}")
