"""torchvision and timm as independent judges.

torchvision's compiled part is not built for every torch; its Python networks need only the names of its operators,
which are declared here, before it is imported.
"""

from __future__ import annotations

import warnings
from typing import Any

import torch

__all__ = ["bare_judge", "judge", "timm"]

_LIBRARY = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]
for _operator in ("nms", "qnms"):
    _LIBRARY.define(f"{_operator}(Tensor boxes, Tensor scores, float threshold) -> Tensor")  # type: ignore[no-untyped-call]

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import timm
    import torchvision.models as torchvision_models


def bare_judge(name: str) -> Any:
    """Return torchvision's network of this name, or timm's for an EfficientNet-Lite."""
    return timm.create_model(f"tf_{name}") if "lite" in name else getattr(torchvision_models, name)()


def judge(name: str) -> Any:
    """Return the same in evaluation mode, with random statistics that keep values in a moderate range."""
    generator = torch.Generator().manual_seed(0)
    made = bare_judge(name)
    for module in made.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            assert module.running_mean is not None
            assert module.running_var is not None
            module.running_mean.normal_(0, 0.1, generator=generator)
            module.running_var.uniform_(0.5, 1.5, generator=generator)
            torch.nn.init.uniform_(module.weight, 0.6, 1.0, generator=generator)
    return made.eval()
