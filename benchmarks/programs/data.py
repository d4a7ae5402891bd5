"""The lessons' pictures as arrays, from one file that every program reads."""

from __future__ import annotations

import numpy as np

Arrays = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def arrays(path: str) -> Arrays:
    """Return training pictures uint8 (N, 28, 28) and labels, test pictures and labels."""
    with np.load(path) as file:
        return file["train"], file["train_labels"], file["test"], file["test_labels"]
