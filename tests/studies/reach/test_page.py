"""The figure and the page of how far transfer reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from catseye.studies.reach.curves import SCRATCH, TRANSFER, LearningCurves, Pair, Point, Reach

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.arrays import Booleans


def right(*accuracies: float) -> Booleans:
    """Return which of a hundred pictures are right for each seed."""
    return np.arange(100) < np.round(100 * np.array(accuracies))[:, None]


PAIRS = tuple(
    Pair(Point(TRANSFER, shots, right(0.7, 0.8), 1.0), Point(SCRATCH, shots, right(0.1 * shots, 0.12 * shots), 1.0))
    for shots in (1, 2, 5, 7)
)


def made_up(*names: str) -> Reach:
    """Return numbers that nobody measured."""
    data = tuple(LearningCurves(name, 4, 100, "convnet", (28, 28), PAIRS, (f"{name} & notes",)) for name in names)
    return Reach("resnet18", "a file", 2, data, 12.0, {"python": "3"}, (1, 2, 5, 10))


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 3, 4, 5])
def test_a_figure_has_a_panel_a_data_set(tmp_path: Path, count: int) -> None:
    names = [f"data{number}" for number in range(count)]
    for file in ("a.svg", "b.svg"):
        made_up(*names).save(tmp_path / file)
    text = (tmp_path / "a.svg").read_text()
    assert text == (tmp_path / "b.svg").read_text()
    assert [text.count(f">{name}, 4 classes<") for name in names] == [1] * count
    assert text.count("transfer has no measurable lead from 7 per class on") == count
    assert text.count(">accuracy on the test pictures<") == {1: 1, 3: 1, 4: 2, 5: 2}[count]
    assert text.count(">chance<") == 1


def test_a_png_is_legible_and_small(tmp_path: Path) -> None:
    made_up("one", "two", "three", "four").save(tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as image:
        assert image.width >= 1200
    assert (tmp_path / "a.png").stat().st_size < 200_000


def test_a_page_holds_all_it_needs_and_escapes_what_is_not_its_own(tmp_path: Path) -> None:
    made_up("one", "<two>").save(tmp_path / "a.html")
    page = (tmp_path / "a.html").read_text()
    assert "&lt;two&gt;" in page
    assert "<two>" not in page
    assert "one &amp; notes" in page
    assert "75.0 ± 7.1 %" in page
    assert "catseye reach one &#39;&lt;two&gt;&#39; --shots 1,2,5,10 --seeds 2 --backbone resnet18" in page
    assert "currentColor" in page
    assert "http" not in page.replace("http://www.w3.org/", "")
