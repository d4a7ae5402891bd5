"""The quickest engine of this machine."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import TYPE_CHECKING

from catseye.inference.engine import BF16, FP32, Engine
from catseye.inference.features_graph import build_features_graph
from catseye.inference.kept_engines import KeptEngines
from catseye.inference.openvino_engine import OpenVinoEngine
from catseye.inference.openvino_plugin import multiplies_bf16, processor_name
from catseye.inference.torch_engine import TorchEngine
from catseye.system.device import AUTO, CUDA, choose_device, quick_precision

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.networks.pretrained import Pretrained


def choose_engine(
    found: Pretrained, precision: str | None = None, device: str | None = None, home: Path | None = None
) -> Engine:
    """Return the quickest engine of this machine for a backbone.

    Parameters
    ----------
    found
        The backbone with its weights and preprocess.
    precision
        ``"fp32"`` or ``"bf16"``; by default bf16 where the machine multiplies it in hardware.
    device
        By default a GPU where there is one.
    home
        The folder under which the compiled network is kept; ``None``: it is not kept.
    """
    device = device or choose_device(AUTO)
    if device == CUDA:
        return TorchEngine(found.load, found.preprocess, device, precision or quick_precision(CUDA))
    try:
        quick = BF16 if _is_quick_in_bf16(home) else FP32
    except ImportError:
        return TorchEngine(found.load, found.preprocess, device, precision or FP32)
    kept = (home, found.digest) if home else None
    return OpenVinoEngine(lambda: build_features_graph(found), found.preprocess, precision or quick, kept)


def _is_quick_in_bf16(home: Path | None) -> bool:
    """Say whether the machine multiplies bf16 in hardware; the answer, for which OpenVINO is loaded, is kept."""
    key = json.dumps(["bf16", version("openvino"), processor_name()])
    kept = KeptEngines(home).read(key) if home else None
    if kept is not None and len(kept) == 1:
        return bool(kept[0])
    found = multiplies_bf16()
    if home:
        KeptEngines(home).keep(key, bytes([found]))
    return found
