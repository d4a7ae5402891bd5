"""Which answers count as the same."""

from __future__ import annotations

import numpy as np
import pytest

from catseye.errors import CatseyeError
from catseye.export.agreement import Agreement, ClassifierAnswers, compare_answers
from catseye.export.odd_pictures import NamedPixels, render_odd_pictures
from catseye.images.preprocess import Preprocess

GREY = np.full((2, 2, 3), 128, np.uint8)
PICTURES = [NamedPixels("one", GREY), NamedPixels("two", GREY)]
EXPECTED = ClassifierAnswers(np.array([[0.7, 0.3], [0.5004, 0.4996]]), np.array([0.5, 10.0]))


class Fixed:
    """Answers for one picture after the other."""

    runtime = "test 1.0"

    def __init__(self, *answers: tuple[list[float], float]) -> None:
        self._answers = iter(answers)

    def __call__(self, picture: object) -> tuple[np.ndarray, np.ndarray]:
        del picture
        probabilities, score = next(self._answers)
        return np.array(probabilities, np.float32), np.array(score)


def compared(*answers: tuple[list[float], float]) -> Agreement:
    return compare_answers(Fixed(*answers), PICTURES, EXPECTED)


def test_equal_answers_agree() -> None:
    found = compared(([0.7, 0.3], 0.5), ([0.5004, 0.4996], 10.0))
    assert found.require() is found
    assert (found.checked, found.equal_classes, found.ties) == (2, 1.0, 0)
    assert found.largest_difference < 1e-7  # float32


def test_another_class_in_a_tie_is_counted_and_allowed() -> None:
    found = compared(([0.7, 0.3], 0.5), ([0.4999, 0.5001], 10.0))
    assert (found.equal_classes, found.ties, found.holds) == (0.5, 1, True)


@pytest.mark.parametrize(
    "answers",
    [
        (([0.3, 0.7], 0.5), ([0.5004, 0.4996], 10.0)),  # another class
        (([0.696, 0.304], 0.5), ([0.5004, 0.4996], 10.0)),  # the same class, 0.004 from its probability
        (([float("nan"), 0.3], 0.5), ([0.5004, 0.4996], 10.0)),
        (([0.7, 0.3], 0.55), ([0.5004, 0.4996], 10.0)),  # unfamiliarity 0.05 away
        (([0.7, 0.3], float("inf")), ([0.5004, 0.4996], 10.0)),
    ],
)
def test_different_answers_are_refused(answers: tuple[tuple[list[float], float], ...]) -> None:
    with pytest.raises(CatseyeError, match=r"not exported: test 1\.0 does not agree with the classifier"):
        compared(*answers).require()


def test_the_unfamiliarity_is_compared_relative_to_its_size() -> None:
    assert compared(([0.7, 0.3], 0.5), ([0.5004, 0.4996], 10.1)).unfamiliarity_difference == pytest.approx(0.01)


@pytest.mark.slow
def test_odd_pictures_are_at_least_64_the_same_at_every_call_and_of_every_kind() -> None:
    found = render_odd_pictures(Preprocess(28, 28, 1))
    again = render_odd_pictures(Preprocess(28, 28, 1))
    assert len(found) >= 64
    assert all((one.pixels == other.pixels).all() for one, other in zip(found, again, strict=True))
    named = {one.name: one.pixels for one in found}
    assert named["1×1"].shape == (1, 1, 3)
    assert named["1×2000"].shape == (1, 2000, 3)
    assert named["28×28"].shape == (28, 28, 3)
    assert named["EXIF"].shape == (320, 240, 3)  # turned upright
    assert named["white"].min() == 255
