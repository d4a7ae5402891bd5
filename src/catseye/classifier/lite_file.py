"""A classifier's file with an EfficientNet-Lite in it, checked without loading PyTorch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import safetensors
import safetensors.numpy

from catseye.networks.backbones.lite_plan import LITES, plan_shapes
from catseye.networks.names import NOT_WEIGHTS

if TYPE_CHECKING:
    import numpy.typing as npt

    from catseye.classifier.description import Description

# Within these no sum leaves the range of single precision (the largest is below 1e26), so that PyTorch and OpenVINO
# answer alike: a NaN stays one in PyTorch's relu6, but not in OpenVINO's.
_LARGEST, _LARGEST_VARIANCE = 1e4, 1e12


def read_lite(content: bytes, description: Description) -> dict[str, npt.NDArray[Any]] | None:
    """Return the weights in a file's content by name, or ``None`` if that has to be judged with PyTorch.

    It has to be if the network is another one, or if anything about the weights is not as it should be.
    """
    if description.network_name not in LITES or description.network_options:
        return None
    wanted = plan_shapes(description.network_name, len(description.classes))
    try:
        every = safetensors.numpy.load(content)
    except (safetensors.SafetensorError, KeyError, ValueError, TypeError):
        return None
    found = {name: values for name, values in every.items() if not name.startswith(NOT_WEIGHTS)}
    shapes = {name: value.shape for name, value in found.items()}
    return found if shapes == wanted and all(map(_is_sound, found, found.values())) else None


def _is_sound(name: str, values: npt.NDArray[Any]) -> bool:
    if not values.ndim:
        return values.dtype == np.int64  # how often statistics were updated, which no answer depends on
    least, most = (0.0, _LARGEST_VARIANCE) if name.endswith("running_var") else (-_LARGEST, _LARGEST)
    return bool(values.dtype == np.float32 and values.min() >= least and values.max() <= most)  # False with a NaN
