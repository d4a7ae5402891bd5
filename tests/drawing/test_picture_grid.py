"""A grid of pictures under the names of their classes."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

import catseye
from catseye.drawing.figure_file import write_figure
from catseye.drawing.picture_grid import draw_picture_grid
from tests.conftest import draw

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.datasets import Pictures


def write_grid(path: Path, pictures: Pictures, title: str) -> None:
    """Draw all pictures of a split and write the figure."""
    names = [pictures.classes[label] for label in pictures.labels]
    write_figure(path, lambda: draw_picture_grid([picture for picture, _ in pictures], names, title), title)


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 2, 7, 40])
def test_a_grid_is_written_as_png_and_as_the_same_svg_twice(tmp_path: Path, count: int) -> None:
    pictures = catseye.load("digits", split="train").take(count)
    write_grid(tmp_path / "g.png", pictures, "title")
    with Image.open(tmp_path / "g.png") as image:
        assert image.width > 150
        assert np.asarray(image.convert("L")).std() > 20
    for name in ("a.svg", "b.svg"):
        write_grid(tmp_path / name, pictures, "title")
    text = (tmp_path / "a.svg").read_text()
    assert text == (tmp_path / "b.svg").read_text()
    assert text.count("<image") == count


@pytest.mark.slow
def test_long_names_are_whole_where_there_is_room(tmp_path: Path) -> None:
    names = ("cat", "American Staffordshire", "class " + 9 * "of sixty " + "1", "বেঙ্গল টাইগার", "中文名字的猫咪")
    for name in names:
        (tmp_path / "data" / name).mkdir(parents=True)
        for number in range(5):
            draw(tmp_path / "data" / name / f"{number}.png", side=40)
    pictures = catseye.load(str(tmp_path / "data"), split="train")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # the usual font has no such letters
        write_grid(tmp_path / "g.svg", pictures, "$a$ title " * 30)
    text = (tmp_path / "g.svg").read_text()
    assert ">American<" in text
    assert ">Staffordshire<" in text
    assert "…" in text
