"""Whether PyTorch is installed: it trains and looks inside, but a prediction can do without."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from catseye.errors import MissingPackageError, install_line

if TYPE_CHECKING:
    from pathlib import Path


def has_torch() -> bool:
    """Say whether PyTorch is installed, without loading it."""
    return find_spec("torch") is not None


def require_torch(path: Path) -> None:
    """Raise `MissingPackageError` where PyTorch is missing, which is to build the network in a file."""
    if not has_torch():
        raise MissingPackageError(
            f"the network of {path} can only be looked into or changed with PyTorch, which is not installed: "
            f"{install_line('train')}"
        )
