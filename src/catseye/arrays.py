"""The arrays that pass between rooms, each alias defined once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

Pixels: TypeAlias = np.ndarray[Any, np.dtype[np.uint8]]  # 0 to 255
Integers: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]
Floats: TypeAlias = np.ndarray[Any, np.dtype[Any]]  # float32 or float64; each docstring says which
Booleans: TypeAlias = np.ndarray[Any, np.dtype[np.bool_]]
Indices: TypeAlias = Integers | Sequence[int] | range
