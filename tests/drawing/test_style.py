"""Figures and the choice of what they show."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import catseye
from catseye.drawing.picture_grid import write_grid
from catseye.drawing.style import SIGNED
from catseye.drawing.thumbnails import every_class_in_turn
from catseye.runs.command import train_command
from catseye.runs.curves import curves, write_comparison
from catseye.runs.gallery import sample, surest_mistakes
from catseye.runs.run import Run
from catseye.training.history import Epoch
from catseye.training.plan import plan
from catseye.training.recipe import Recipe

HISTORY = [Epoch(n, 0.1, 1 / n, 1 - 1 / n, 2 / n, 0.5, 1.0) for n in range(1, 5)]


def test_every_class_in_turn() -> None:
    labels = np.array([0, 0, 0, 0, 2, 2, 5])
    chosen = every_class_in_turn(labels, 5, seed=0)
    assert labels[chosen].tolist() == [0, 2, 5, 0, 2]
    assert len(every_class_in_turn(labels, 100, seed=0)) == 7
    assert sorted(every_class_in_turn(labels, 7, seed=0)) == list(range(7))


def test_threads_draw_what_one_draws_alone(tmp_path: Path) -> None:
    """matplotlib's settings are those of the process: figures on paper and for pages must not meet in them."""
    digits = catseye.load("digits", split="test[:12]")

    def draw(number: int) -> tuple[bytes, str]:
        path = tmp_path / f"{number}.png"
        write_grid(path, digits, range(12), "title")
        return path.read_bytes(), curves(HISTORY)[0]

    alone = draw(0)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(draw, range(1, 9))) == [alone] * 8


def test_signed_values_are_blue_white_and_orange_and_zero_is_white() -> None:
    red, _, blue, _ = SIGNED(0.0)
    assert blue > red
    red, _, blue, _ = SIGNED(1.0)
    assert red > blue
    assert min(SIGNED(0.5)) > 0.98
    lightness = [sum(SIGNED(at / 10)[:3]) for at in range(11)]
    assert lightness[:6] == sorted(lightness[:6])
    assert lightness[5:] == sorted(lightness[5:], reverse=True)


def test_inline_drawings_take_the_colour_of_the_text_around_them() -> None:
    for drawing in curves(HISTORY):
        assert drawing.startswith("<svg")
        assert "currentColor" in drawing
        assert "#010203" not in drawing
        assert "http" not in drawing.replace("http://www.w3.org/", "")


def test_a_comparison_has_a_column_a_run(tmp_path: Path) -> None:
    write_comparison(tmp_path / "c.svg", ["one", "one, too"], [HISTORY, HISTORY[:1]])
    text = (tmp_path / "c.svg").read_text()
    assert ">one<" in text
    assert ">one, too<" in text


def test_cards_show_what_they_say(digits_run: Run) -> None:
    test, evaluation = catseye.load("digits", split="test"), digits_run.evaluations["test"]
    mistakes = surest_mistakes(test, evaluation)
    shares = [card.top[0][1] for card in mistakes]
    assert shares == sorted(shares, reverse=True)
    assert all(card.truth != card.predicted == card.top[0][0] and not card.right for card in mistakes)
    assert all(card.right and card.truth == card.predicted for card in sample(test, evaluation, right=True))
    index = int(mistakes[0].name)
    assert test.classes[test.labels[index]] == mistakes[0].truth


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        (Recipe.lesson("dense"), "--recipe lesson --seed 0"),
        (Recipe.default("fashion_convnet", 1438, 12).with_changes({"precision": "fp32"}), "--precision fp32 --seed 0"),
        (
            Recipe.default("fashion_convnet", 1438, 12).with_changes(
                {"learning_rate": 0.5, "flip": True, "batch_norm": False, "seed": 3}
            ),
            "--lr 0.5 --flip --no-batch-norm --precision",
        ),
    ],
)
def test_the_command_repeats_the_training(recipe: Recipe, words: str) -> None:
    line = train_command(plan(catseye.load("digits"), "dense", recipe, (16, 12)), "my digits")
    assert line.startswith("catseye train 'my digits' --network dense ")
    assert words in line
    assert line.endswith("--size 16x12 --out RUN")
