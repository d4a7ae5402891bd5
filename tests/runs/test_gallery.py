"""Pictures with their predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import catseye
from catseye.evaluation.calibration import Calibration
from catseye.evaluation.metrics import Evaluation
from catseye.runs.gallery import choose_surest_mistakes, draw_at_random, make_cards

if TYPE_CHECKING:
    from catseye.runs.run import Run


def test_cards_show_what_they_say(digits_run: Run) -> None:
    test, evaluation = catseye.load("digits", split="test"), digits_run.evaluations["test"]
    mistakes = make_cards(test, evaluation, choose_surest_mistakes(evaluation))
    shares = [card.top[0][1] for card in mistakes]
    assert shares == sorted(shares, reverse=True)
    assert all(card.truth != card.predicted == card.top[0][0] and not card.right for card in mistakes)
    right = make_cards(test, evaluation, draw_at_random(evaluation, right=True))
    assert all(card.right and card.truth == card.predicted for card in right)
    index = int(mistakes[0].name)
    assert test.classes[test.labels[index]] == mistakes[0].truth


def test_no_picture_stands_in_two_galleries() -> None:
    """Of 30 wrong ones the 12 surest are mistakes; 12 others, all less sure, are drawn from the 18 that are left."""
    sure = np.linspace(0.99, 0.6, 30)
    probabilities = np.stack([np.r_[sure, np.full(5, 0.1)], 1 - np.r_[sure, np.full(5, 0.1)]], axis=1)
    evaluation = Evaluation(("a", "b"), probabilities, np.ones(35, np.int64), Calibration(), [])
    mistakes = choose_surest_mistakes(evaluation)
    wrong, right = (draw_at_random(evaluation, right=right, besides=mistakes) for right in (False, True))
    assert mistakes == list(range(12))
    assert len(wrong) == 12
    assert set(wrong) <= set(range(12, 30))
    assert sorted(right) == list(range(30, 35))
