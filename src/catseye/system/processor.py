"""What the processor is called and which fast instructions it has, as far as the system tells."""

from __future__ import annotations

import platform
from pathlib import Path

UNKNOWN = "unknown"
_LISTED = Path("/proc/cpuinfo")
_NAMES = ("model name", "Hardware", "Processor")
# Instructions that networks run faster with, and the words of Linux that stand for them, on x86 and on ARM.
_INSTRUCTIONS = {
    "AVX2": ("avx2",),
    "AVX-512": ("avx512f",),
    "VNNI": ("avx512_vnni", "avx_vnni", "asimddp"),
    "bf16": ("avx512_bf16", "amx_bf16", "bf16"),
    "AMX": ("amx_tile",),
}


def read_processor(file: Path = _LISTED) -> tuple[str, dict[str, bool] | None]:
    """Return the processor's name, and by instruction whether it has it; `None` where the system does not say."""
    lines = _lines(file)
    name = next((lines[key] for key in _NAMES if lines.get(key)), platform.processor() or platform.machine() or UNKNOWN)
    words = lines.get("flags", lines.get("Features"))
    if words is None:
        return name, None
    known = set(words.split())
    return name, {kind: not known.isdisjoint(flags) for kind, flags in _INSTRUCTIONS.items()}


def _lines(file: Path) -> dict[str, str]:
    """Return what is said of the first core."""
    try:
        first = file.read_text(errors="replace").split("\n\n")[0]
    except OSError:  # not Linux
        return {}
    pairs = (line.partition(":") for line in first.splitlines())
    return {key.strip(): value.strip() for key, _, value in pairs}
