"""Why a picture was chosen, in words."""

from __future__ import annotations

import numpy as np
import pytest

from catseye.active_learning.reasons import describe_reasons

CLASSES = ("cat", "dog", "fox", "owl")


@pytest.mark.parametrize(
    ("probabilities", "unlike", "alike", "expected"),
    [
        ([0.4, 0.6, 0, 0], False, 0, ["unsure between dog and cat"]),
        ([0.35, 0.1, 0.3, 0.25], True, 0, ["unsure between cat, fox and owl", "unlike the training pictures"]),
        ([0.7, 0.25, 0.05, 0], False, 3, ["unsure between cat and dog", "represents 3 others"]),
        ([0.25, 0.25, 0.25, 0.25], False, 1, ["unsure between cat, dog and fox", "represents 1 other"]),
        ([0.95, 0.05, 0, 0], True, 0, ["unlike the training pictures"]),
        ([0.95, 0.05, 0, 0], False, 0, ["less certain than for most others"]),
        ([0.99, 0.01, 0, 0], False, 0, ["all pictures are listed"]),  # too sure to speak of uncertainty
    ],
)
def test_reasons(probabilities: list[float], unlike: bool, alike: int, expected: list[str]) -> None:
    best, second = sorted(probabilities, reverse=True)[:2]
    found = describe_reasons(
        np.array(probabilities),
        1 - (best - second),
        CLASSES,
        unlike=unlike,
        uncertain=True,
        alike=alike,
        otherwise="all pictures are listed",
    )
    assert list(found) == expected


def test_among_many_classes_no_pair_is_claimed() -> None:
    probabilities = np.full(100, 0.01)
    (found,) = describe_reasons(
        probabilities,
        1,
        [f"class {number}" for number in range(100)],
        unlike=False,
        uncertain=True,
        alike=0,
        otherwise="",
    )
    assert found == "unsure: perhaps class 0, class 1 or class 2"
