"""The headline of an attack says whose probability each number is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import catseye
from catseye.attacks.projected_gradient_descent import Attack
from catseye.drawing.numbers import percent
from catseye.drawing.style import styled
from catseye.insight.robustness.attack_figure import draw_attack, headline
from catseye.insight.robustness.fool import create_adversarial_example
from tests.drawing.legibility import check_legible

if TYPE_CHECKING:
    from catseye.runs.run import Run


def test_the_headline_names_both_classes_with_a_probability_each(digits_run: Run) -> None:
    picture = catseye.load("digits", split="test").picture(0)
    fooled = create_adversarial_example(digits_run.classifier, picture, Attack(0.4))
    before, after = fooled.before, fooled.after
    assert before.class_name != after.class_name
    words = f"{before.class_name} ({percent(before.probability)}) → {after.class_name} ({percent(after.probability)})"
    assert headline(fooled) == f"fooled: {words}"
    with styled():
        check_legible(draw_attack(fooled), 80)


def test_an_attack_that_misses_its_target_says_so(digits_run: Run) -> None:
    picture = catseye.load("digits", split="test").picture(0)
    before = digits_run.classifier.predict(picture)[0].class_name
    other = "4" if before != "4" else "5"
    fooled = create_adversarial_example(digits_run.classifier, picture, Attack(1 / 255, steps=1), other)
    assert headline(fooled).startswith(f"not fooled into {other}: {before} (")
