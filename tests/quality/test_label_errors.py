"""Confident learning, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from catseye.errors import UsageError
from catseye.quality.label_errors import find_suspects


def test_thresholds_are_each_class_s_own() -> None:
    """Thresholds are (0.9 + 0.7 + 0.2) / 3 = 0.6 and (0.5 + 0.3) / 2 = 0.4.

    Picture 2 (0.8 ≥ 0.4) and picture 4 (0.7 ≥ 0.6) are of the other class; margins −0.6 and −0.4. Picture 3 reaches
    0.4 for its own class alone, although neither class is more probable.
    """
    ones = np.array([0.1, 0.3, 0.8, 0.5, 0.3])
    labels = np.array([0, 0, 0, 1, 1])
    found = find_suspects(np.stack([1 - ones, ones], axis=1), labels)
    assert [(s.index, s.given, s.likely) for s in found] == [(2, 0, 1), (4, 1, 0)]
    assert found[0].given_probability == pytest.approx(0.2)
    assert found[0].likely_probability == pytest.approx(0.8)


def test_who_is_confidently_of_no_class_is_not_suspect() -> None:
    """Thresholds are 0.75 and 0.9; picture 1 has 0.6 and 0.4."""
    assert find_suspects(np.array([[0.9, 0.1], [0.6, 0.4], [0.1, 0.9]]), np.array([0, 0, 1])) == []


def test_a_class_that_no_picture_is_labelled_as_is_never_likely() -> None:
    assert find_suspects(np.array([[0.1, 0.0, 0.9], [0.0, 0.4, 0.6]]), np.array([0, 1])) == []


def test_exchanged_labels_are_found_and_no_others() -> None:
    """Of 300 pictures whose true class has 0.9, 15 labels were exchanged: thresholds are at most 0.9."""
    truth = np.random.default_rng(0).integers(0, 3, 300)
    probabilities = np.full((300, 3), 0.05)
    probabilities[np.arange(300), truth] = 0.9
    labels = truth.copy()
    labels[:15] = (labels[:15] + 1) % 3
    found = find_suspects(probabilities, labels)
    assert [suspect.index for suspect in found] == list(range(15))
    assert all(suspect.likely == truth[suspect.index] for suspect in found)


def test_a_class_of_equal_probabilities_reaches_its_own_mean() -> None:
    """The mean of three times 0.1 is more than 0.1 in floating point; picture 3 is of class 0 nevertheless."""
    probabilities = np.array([[0.1, 0.05, 0.85]] * 3 + [[0.1, 0.0, 0.9], [0.0, 0.05, 0.95]])
    found = find_suspects(probabilities, np.array([0, 0, 0, 1, 1]))
    assert [(s.index, s.likely) for s in found] == [(3, 0)]


def test_no_pictures_no_suspects() -> None:
    assert find_suspects(np.empty((0, 2)), np.empty(0, np.int64)) == []


@pytest.mark.parametrize(
    ("probabilities", "labels", "says"),
    [
        ([[0.5, 0.5]], [0, 1], r"got \(1, 2\) and \(2,\)"),
        ([0.5, 0.5], [0, 1], r"got \(2,\) and \(2,\)"),
        ([[0.5, 0.6]], [0], "row 0 sums to 1.1"),
        ([[0.5, 0.5], [float("nan"), 0.5]], [0, 1], "row 1 sums to nan"),
        ([[1.5, -0.5]], [0], "row 0"),
        ([[0.5, 0.5]], [2], "labels are 0 to 1; got 2 to 2"),
    ],
)
def test_what_are_no_probabilities_is_refused(probabilities: list[float], labels: list[int], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        find_suspects(np.array(probabilities), np.array(labels))
