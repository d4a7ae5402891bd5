"""The weights in a classifier's file as arrays, for what computes without PyTorch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import safetensors
import safetensors.numpy

from catseye.errors import CatseyeError, MissingPackageError, install_line
from catseye.networks.names import NOT_WEIGHTS, TIMM

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from catseye.classifier.description import Description


def require_known(path: Path, description: Description) -> None:
    """Raise `MissingPackageError` for a network of timm's, which only timm can build."""
    if description.network_name.startswith(TIMM):
        raise MissingPackageError(
            f"the network of {path} is timm's, which needs timm and PyTorch: {install_line('timm')}"
        )


def read_arrays(content: bytes, path: Path) -> dict[str, npt.NDArray[Any]]:
    """Return a network's weights and statistics by name, none of them checked; `path` is its name in errors.

    Raises
    ------
    CatseyeError
        The file is truncated.
    """
    try:
        every = safetensors.numpy.load(content)
    except (safetensors.SafetensorError, KeyError, ValueError, TypeError) as error:
        raise CatseyeError(f"{path} is truncated or damaged ({error}).") from error
    return {name: values for name, values in every.items() if not name.startswith(NOT_WEIGHTS)}
