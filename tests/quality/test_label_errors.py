"""Confident learning, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from catseye.errors import UsageError
from catseye.quality.label_errors import Suspect, find_suspects


def of_two(ones: list[float], labels: list[int]) -> list[Suspect]:
    """The suspects of two classes, by the probability of class 1."""
    given = np.array(ones)
    return find_suspects(np.stack([1 - given, given], axis=1), np.array(labels))


def test_thresholds_are_each_class_s_own() -> None:
    """Thresholds: (0.9 + 0.7 + 0.1) / 3 − 0.34 = 0.23 and (0.5 + 0.2) / 2 − 0.15 = 0.2.

    Picture 2 (0.9 ≥ 0.2) and picture 4 (0.8 ≥ 0.23) are of the other class; margins −0.8 and −0.6. Picture 3 reaches
    both, but neither class is more probable.
    """
    found = of_two([0.1, 0.3, 0.9, 0.5, 0.2], [0, 0, 0, 1, 1])
    assert [(s.index, s.given, s.likely) for s in found] == [(2, 0, 1), (4, 1, 0)]
    assert found[0].given_probability == pytest.approx(0.1)
    assert found[0].likely_probability == pytest.approx(0.9)


def test_an_ordinary_picture_of_another_class_is_suspect_though_below_that_class_s_mean() -> None:
    """Class 1 has 0.7, 0.9 and 0.9: mean 0.83, less a standard deviation of 0.094, 0.74. Picture 3 has 0.8."""
    assert [s.index for s in of_two([0.1, 0.1, 0.2, 0.8, 0.7, 0.9, 0.9], [0, 0, 0, 0, 1, 1, 1])] == [3]


def test_who_is_not_like_the_pictures_of_another_class_is_not_suspect() -> None:
    """Class 1 has 0.9 and 0.94: mean 0.92, less 0.02. Picture 1 has 0.8, four times its own, but less than 0.9."""
    assert of_two([0.1, 0.8, 0.9, 0.94], [0, 0, 1, 1]) == []


@pytest.mark.parametrize(("other", "suspect"), [(0.74, []), (0.76, [1])])
def test_another_class_is_three_times_as_probable_or_the_label_stays(other: float, suspect: list[int]) -> None:
    """Class 1 has 0.5 and 0.9: mean 0.7, less 0.2, which both probabilities reach."""
    assert [s.index for s in of_two([0.1, other, 0.5, 0.9], [0, 0, 1, 1])] == suspect


def test_a_class_that_no_picture_is_labelled_as_is_never_likely() -> None:
    assert find_suspects(np.array([[0.1, 0.0, 0.9], [0.0, 0.4, 0.6]]), np.array([0, 1])) == []


def test_exchanged_labels_are_found_and_no_others() -> None:
    """Of 300 pictures whose true class has 0.9, 15 labels were exchanged: thresholds are below 0.9."""
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
