"""Print the size of the image of deploy/Dockerfile: the base image, and what pip installed into an environment.

    python deploy/image_size.py ENVIRONMENT

No container engine is needed: the files on disk are added up, without pip, which the base image already has.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

BASE_BYTES = 130_000_000  # python:3.12-slim for amd64, unpacked, rounded up
LARGEST_BYTES = 600_000_000
LISTED = 6


def measure_packages(environment: Path) -> Counter[str]:
    """Return the bytes of each folder of site-packages."""
    found: Counter[str] = Counter()
    (packages,) = environment.glob("lib/python3*/site-packages")
    for file in packages.rglob("*"):
        name = file.relative_to(packages).parts[0]
        if file.is_file() and not name.startswith(("pip", "setuptools")) and "__pycache__" not in file.parts:
            found[name] += file.stat().st_size
    return found


installed = measure_packages(Path(sys.argv[1]))
total = BASE_BYTES + installed.total()
listed = ", ".join(f"{name} {size / 1e6:.0f}" for name, size in installed.most_common(LISTED))
print(f"image: {total / 1e6:.0f} MB = base {BASE_BYTES / 1e6:.0f} + packages {installed.total() / 1e6:.0f} ({listed})")
sys.exit(0 if total < LARGEST_BYTES else "the image is larger than 600 MB.")
