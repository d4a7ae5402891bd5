"""Predictions as a figure: each picture with its most probable classes."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from matplotlib.colors import to_hex
from PIL import Image

from catseye.classifier.prediction import Prediction, Predictions
from catseye.classifier.predictions_sheet import ON_SLIDE
from catseye.drawing.fonts import use_fonts
from catseye.drawing.style import BLUE, ORANGE
from catseye.errors import PictureError

if TYPE_CHECKING:
    from pathlib import Path

CLASSES = ("tabby", "a class with a name that is far too long to stand whole upon a bar of probability", "ñandú", "d")
SHARES = (0.7, 0.2, 0.06, 0.04)


def prediction(path: Path, size: tuple[int, int] = (20, 10)) -> Prediction:
    """Return what is said of a grey picture, which is written."""
    Image.new("L", size, 99).save(path)
    return Prediction(path.name, CLASSES[0], SHARES[0], np.array(SHARES), CLASSES, path)


def texts(answers: list[Prediction | PictureError]) -> list[str]:
    """Return what stands in the figure."""
    figure = Predictions(tuple(answers)).figure()
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_many_are_a_grid_of_pictures_with_their_three_most_probable_classes(tmp_path: Path) -> None:
    one, two = prediction(tmp_path / "a.png"), prediction(tmp_path / "b.png", (3, 90))
    said = texts([one, PictureError("c.png", "the file is empty"), two])
    assert said[0] == "3 pictures: tabby ×2, 1 cannot be used"
    assert [said.count(word) for word in ("a.png", "tabby", "70.0 %", "20.0 %", "ñandú", "6.0 %")] == [1, 2, 2, 2, 2, 2]
    assert "4.0 %" not in said
    assert said[said.index("c.png") + 1] == "the file is empty"
    figure = Predictions((one, PictureError("c.png", "the file is empty"), two)).figure()
    sizes = [picture.get_extent() for picture in figure.axes[0].images]
    assert [round((right - left) / (bottom - top), 3) for left, right, bottom, top in sizes] == [2.0, 0.033]


def test_the_true_class_is_beside_the_name_and_stands_out_where_it_is_another(tmp_path: Path) -> None:
    one = prediction(tmp_path / "a.png")
    right, wrong = replace(one, true_class="tabby"), replace(one, true_class=CLASSES[1])
    figure = Predictions((right, wrong)).figure()
    found = {text.get_text(): text.get_color() for text in figure.axes[0].texts}
    assert found["1 of 2 right. Predicted: tabby ×2"]
    assert found["labelled tabby"] == "black"  # made faint by its opacity
    assert [colour for text, colour in found.items() if text.startswith("labelled") and "tabby" not in text] == [ORANGE]
    assert wrong.figure().axes[1].get_title("left").startswith("labelled a class with a name")


def test_one_is_the_picture_with_all_bars(tmp_path: Path) -> None:
    one = prediction(tmp_path / "a.png")
    alone, single = one.figure(), Predictions((one,)).figure()
    assert [len(axes.images) for axes in single.axes] == [len(axes.images) for axes in alone.axes] == [1, 0]
    Predictions((one,)).save(tmp_path / "one.svg")
    assert (tmp_path / "one.svg").read_text().count("<image") == 1


def test_no_picture_and_a_broken_one_have_a_figure_too(tmp_path: Path) -> None:
    Predictions(()).save(tmp_path / "none.png")
    assert texts([PictureError("c.png", "the file is empty")])[1:] == ["c.png", "the file is empty"]


def test_a_long_list_says_how_many_it_shows(tmp_path: Path) -> None:
    one = prediction(tmp_path / "a.png")
    assert texts([one] * ON_SLIDE)[0] == "40 pictures: tabby ×40"
    said = texts([one] * (ON_SLIDE + 1))
    assert said[0] == "41 pictures: tabby ×41; the first 40 are shown"
    assert said.count("a.png") == ON_SLIDE


@pytest.mark.slow
@pytest.mark.parametrize("count", [10, 11, 32, 40])
def test_many_are_a_slide_on_which_right_and_wrong_ones_are_told_apart(tmp_path: Path, count: int) -> None:
    one = prediction(tmp_path / "a.png")
    right, wrong = replace(one, true_class="tabby"), replace(one, true_class="d")
    found = Predictions((wrong, *[right] * (count - 1)), "my-run on digits test")
    figure = found.figure()
    width, height = figure.get_size_inches()
    assert width / height == pytest.approx(16 / 9)
    axes = figure.axes[0]
    assert len(axes.images) == count
    said = [text.get_text() for text in axes.texts]
    assert said[0] == f"my-run on digits test: {count - 1} of {count} right. Predicted: tabby ×{count}"
    assert said[1] == "right"
    assert said[2].startswith("wrong")
    assert said.count("labelled d") == 1
    frames = [to_hex(patch.get_edgecolor()) for patch in axes.patches if patch.get_linewidth() > 2]
    assert [frames.count(colour) for colour in (BLUE, ORANGE)] == [count, 2]  # with one each in the key
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in axes.texts]
    assert all(figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1 and box.y0 >= figure.bbox.y0 for box in boxes)
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def test_a_picture_that_is_gone_leaves_its_bars(tmp_path: Path) -> None:
    one, two = prediction(tmp_path / "a.png"), prediction(tmp_path / "b.png")
    (tmp_path / "a.png").unlink()
    figure = Predictions((one, two)).figure()
    assert len(figure.axes[0].images) == 1


@pytest.mark.parametrize("name", ["x" * 300, "猫" * 80, "a b " * 80, "a/b/c.png"])
def test_every_text_stays_within_its_place(tmp_path: Path, name: str) -> None:
    one = prediction(tmp_path / "a.png")
    long = Prediction(name, name, 1.0, np.array([1.0, 0.0]), (name, "b"), one.shown)
    figure = Predictions((long, one, PictureError(name, name))).figure()
    use_fonts(figure)
    figure.canvas.draw()
    window = figure.bbox
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    assert all(window.x0 <= box.x0 and box.x1 <= window.x1 and box.y0 >= window.y0 for box in boxes)
