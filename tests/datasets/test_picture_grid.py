"""The grid of `show`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

import catseye
from catseye.errors import PictureError, UsageError
from tests.conftest import draw_folder

if TYPE_CHECKING:
    from pathlib import Path


def test_classes_take_turns_and_the_seed_chooses() -> None:
    grids = [catseye.show("digits", split="test", count=20, seed=seed) for seed in (0, 0, 1)]
    assert [picture.class_name for picture in grids[0].shown] == list("0123456789") * 2
    first, again, other = ([picture.index for picture in grid.shown] for grid in grids)
    assert first == again != other
    pictures = catseye.load("digits", split="test")
    for shown in grids[0].shown:
        assert np.array_equal(shown.pixels, pictures[shown.index][0])
    assert repr(grids[0]) == "PictureGrid(digits, test: 20 of 359 pictures)"
    assert grids[0].to_json()["shown"][:1] == [{"index": first[0], "class": "0"}]


def test_a_slice_is_shown_in_its_order() -> None:
    shown = catseye.show("digits", split="test[:20]").shown
    assert [picture.index for picture in shown] == list(range(20))
    some = [picture.index for picture in catseye.show("digits", split="test[:100]", count=10).shown]
    assert some == sorted(some)
    labels = catseye.load("digits")["test[:100]"].labels
    assert sorted(labels[some]) == list(range(10))


def test_it_is_written_as_picture_drawing_and_page(tmp_path: Path) -> None:
    grid = catseye.show("digits", count=7)
    for ending in (".png", ".svg", ".html"):
        assert grid.save(tmp_path / f"grid{ending}").is_file()
    with Image.open(tmp_path / "grid.png") as image:
        assert image.width > 300
    for ending in (".svg", ".html"):
        text = (tmp_path / f"grid{ending}").read_text()
        assert text.count("<image") == 7
        assert "digits, train: 7 of 1,438 pictures" in text
    with pytest.raises(UsageError, match=r"must end in \.png, \.svg or \.html; got grid\.gif"):
        grid.save("grid.gif")
    assert grid._repr_html_().count("<figure") == 7


def test_large_pictures_are_kept_small_in_proportion(tmp_path: Path) -> None:
    for name, mode in (("a", "RGB"), ("b", "L")):
        (tmp_path / "data" / "train" / name).mkdir(parents=True)
        Image.new(mode, (1280, 400), "white").save(tmp_path / "data" / "train" / name / "1.png")
    shown = catseye.show(tmp_path / "data").shown
    assert [picture.pixels.shape for picture in shown] == [(100, 320, 3), (100, 320, 1)]
    assert all(picture.pixels.min() == 255 for picture in shown)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"count": 0}, "count must be between 1 and 400; got 0"),
        ({"count": 401}, "got 401"),
        ({"count": 2.5}, re.escape("count must be a whole number; got 2.5")),
        ({"split": "trian"}, "did you mean train"),
        ({"label": "species"}, "unknown label"),
    ],
)
def test_errors_are_one_sentence_from_the_call_itself(options: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        catseye.show("digits", **options)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_picture_that_has_gone_is_an_error(tmp_path: Path) -> None:
    dataset = catseye.load(draw_folder(tmp_path / "data", {"a": 2, "b": 2}))
    for name in ("train", "test"):
        for path in {dataset[name].name(index) for index in range(len(dataset[name]))}:
            (tmp_path / path).unlink()
    with pytest.raises(PictureError, match="there is no such file"):
        catseye.show(dataset)
