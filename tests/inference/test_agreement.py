"""Two programs' logits, compared by hand."""

import numpy as np

from catseye.inference.agreement import Agreement


def test_two_of_three_pictures_agree() -> None:
    ours = np.array([[1.0, 2.0], [3.0, 0.0], [0.0, 1.0]])
    theirs = np.array([[1.0, 2.5], [3.0, 0.0], [0.25, 0.125]])
    assert Agreement.of(ours, theirs) == Agreement(3, 2 / 3, 0.875)


def test_without_pictures_there_is_nothing_to_compare() -> None:
    assert Agreement.of(np.zeros((0, 2)), np.zeros((0, 2))) == Agreement(0, 0.0, 0.0)
