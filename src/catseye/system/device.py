"""Which processor computes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

from catseye.errors import UsageError

Precision = Literal["fp32", "bf16"]

AUTO, CPU, CUDA = "auto", "cpu", "cuda"
DEVICES = (AUTO, CPU, CUDA)
_GPU_FILES = ("/dev/nvidiactl", "/dev/dxg", "/dev/kfd")  # NVIDIA's driver, in Windows' Linux too, and AMD's


def choose_device(name: str) -> str:
    """Return ``"cpu"`` or ``"cuda"``; ``"auto"`` is the GPU where there is one.

    Raises
    ------
    UsageError
        There is no such device here.
    """
    if name not in DEVICES:
        raise UsageError(f"device is one of {', '.join(DEVICES)}; got {name!r}.")
    if name == CPU or (name == AUTO and not may_have_gpu()):
        return CPU
    import torch

    if torch.cuda._is_in_bad_fork():
        if name == CUDA:
            raise UsageError(
                "device cuda cannot be used in a process that was forked from one that used it; start processes with "
                "multiprocessing's method spawn, or use device cpu."
            )
        return CPU
    if name == CUDA and not torch.cuda.is_available():
        raise UsageError("device cuda needs a GPU and a build of PyTorch for it; there is none here. Try device cpu.")
    return CUDA if torch.cuda.is_available() else CPU


def may_have_gpu() -> bool:
    """Say, without loading PyTorch, whether this machine may have a GPU that it can use."""
    return sys.platform == "win32" or any(Path(file).exists() for file in _GPU_FILES)


def quick_precision(device: str) -> Precision:
    """Return ``"bf16"`` where ``"cpu"`` or ``"cuda"`` multiplies it in hardware, else ``"fp32"``."""
    import torch

    if device == CUDA:
        return "bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "fp32"
    able = torch.cpu.get_capabilities()
    # The processor can do it, and ONEDNN_MAX_CPU_ISA has not taken it from oneDNN, which would then emulate it slowly.
    permitted = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return "bf16" if permitted and (able.get("avx512_bf16") or able.get("amx_bf16")) else "fp32"
