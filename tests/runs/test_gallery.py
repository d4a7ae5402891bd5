"""Pictures with their predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import catseye
from catseye.runs.gallery import sample, surest_mistakes

if TYPE_CHECKING:
    from catseye.runs.run import Run


def test_cards_show_what_they_say(digits_run: Run) -> None:
    test, evaluation = catseye.load("digits", split="test"), digits_run.evaluations["test"]
    mistakes = surest_mistakes(test, evaluation)
    shares = [card.top[0][1] for card in mistakes]
    assert shares == sorted(shares, reverse=True)
    assert all(card.truth != card.predicted == card.top[0][0] and not card.right for card in mistakes)
    assert all(card.right and card.truth == card.predicted for card in sample(test, evaluation, right=True))
    index = int(mistakes[0].name)
    assert test.classes[test.labels[index]] == mistakes[0].truth
