"""Figures and the choice of what they show."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import catseye
from catseye.drawing.figure_file import write_figure
from catseye.drawing.picture_grid import draw_picture_grid
from catseye.drawing.style import SIGNED
from catseye.drawing.thumbnails import every_class_in_turn
from catseye.runs.curves import draw_history
from catseye.training.history import Epoch

HISTORY = [Epoch(n, 0.1, 1 / n, 1 - 1 / n, 2 / n, 0.5, 1.0) for n in range(1, 5)]


def test_every_class_in_turn() -> None:
    labels = np.array([0, 0, 0, 0, 2, 2, 5])
    chosen = every_class_in_turn(labels, 5, seed=0)
    assert labels[chosen].tolist() == [0, 2, 5, 0, 2]
    assert len(every_class_in_turn(labels, 100, seed=0)) == 7
    assert sorted(every_class_in_turn(labels, 7, seed=0)) == list(range(7))


@pytest.mark.slow
def test_threads_draw_what_one_draws_alone(tmp_path: Path) -> None:
    """matplotlib's settings are those of the process: figures on paper and for pages must not meet in them."""
    digits = catseye.load("digits", split="test[:12]")
    pictures, names = [picture for picture, _ in digits], [digits.classes[label] for label in digits.labels]

    def draw(number: int) -> tuple[bytes, str]:
        path = tmp_path / f"{number}.png"
        write_figure(path, lambda: draw_picture_grid(pictures, names, "title"), "title")
        return path.read_bytes(), draw_history(HISTORY)[0]

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
