"""Whether a fine-tuned network is kept, on made-up logits."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from catseye.runs.transfer.fine_tuning import _compare

STATE: Any = SimpleNamespace(history=[], best_loss=None)


def signs(labels: np.ndarray) -> np.ndarray:
    """Logits of two classes, 1 for the picture's own and -1 for the other."""
    logits: np.ndarray = np.eye(2)[labels] * 2 - 1
    return logits


def test_more_confidence_on_six_pictures_is_not_enough() -> None:
    """All are right in both; at least 2 ln 2 / 5 = 0.2773 has to be gained."""
    labels = np.arange(6) % 2
    better, why = _compare(0.8 * signs(labels), 1.2 * signs(labels), labels, STATE)
    assert not better
    assert why.startswith("The head on the unchanged backbone is kept: on 6 validation pictures")
    assert "would have to exceed 0.2773 to be distinguished from chance" in why


def test_fewer_mistakes_on_many_pictures_are() -> None:
    """The head is wrong on every fifth of 200, the fine-tuned network on none."""
    labels = np.arange(200) % 2
    without = signs(np.where(np.arange(200) % 5 == 0, 1 - labels, labels))
    better, why = _compare(without, 3.0 * signs(labels), labels, STATE)
    assert better
    assert why.startswith("The fine-tuned network is kept: on 200 validation pictures")
    assert "accuracy 100.00 % after fine-tuning" in why


def test_a_lower_loss_with_more_mistakes_is_not_enough() -> None:
    labels = np.zeros(100, int)
    without, tuned = (np.tile([size, -size], (100, 1)) for size in (0.05, 3.0))
    tuned[0] = [-0.1, 0.1]
    better, why = _compare(without, tuned, labels, STATE)
    assert not better
    assert "accuracy 99.00 % after fine-tuning" in why
