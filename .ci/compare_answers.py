"""Compare two JSON documents of the command: the same words, and numbers that differ by at most 1e-4."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 1e-4
TIMES = ("seconds", "pictures_per_second")  # which no two runs share


def values(found: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value of a document with its place."""
    if isinstance(found, dict):
        for key, inside in found.items():
            if key not in TIMES:
                yield from values(inside, f"{place}.{key}")
    elif isinstance(found, list):
        for number, inside in enumerate(found):
            yield from values(inside, f"{place}[{number}]")
    else:
        yield place, found


title, *files = sys.argv[1:]
here, there = (dict(values(json.loads(Path(file).read_text()))) for file in files)
if here.keys() != there.keys() or not any(isinstance(value, float) for value in here.values()):
    sys.exit(f"{title}: other fields: {sorted(here.keys() ^ there.keys())[:5]}")
largest = 0.0
for place, value in here.items():
    other = there[place]
    if isinstance(value, float) and isinstance(other, int | float):
        largest = max(largest, abs(value - other))
    elif value != other:
        sys.exit(f"{title}: {place} is {value!r} with PyTorch installed, {other!r} without")
if not largest <= LARGEST:
    sys.exit(f"{title}: numbers differ by {largest:.2g}")
print(f"{title}: {len(here)} values, largest difference {largest:.1e}")
