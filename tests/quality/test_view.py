"""A checkup as an answer: in a line, in words, in a notebook, as a page."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import catseye
from catseye.drawing.parts import Table
from catseye.quality import Checkup
from tests.quality.scenes import save, scene


@pytest.fixture(scope="module")
def checkup(tmp_path_factory: pytest.TempPathFactory) -> Checkup:
    """Of 24 scenes and two copies, one of them in the other split and one with a careless name."""
    folder = tmp_path_factory.mktemp("check") / "photos"
    for number in range(24):
        save(folder / ("train" if number < 20 else "test") / "ab"[number % 2] / f"{number}.png", scene(number))
    shutil.copy(folder / "train/a/0.png", folder / "test/a/zero.png")
    shutil.copy(folder / "train/a/2.png", folder / "train/a/<i>two.png")
    (folder / "train/b/broken.png").write_bytes(b"")
    return catseye.check(folder)


def test_it_says_in_a_line_what_was_found(checkup: Checkup) -> None:
    assert repr(checkup).endswith(
        "photos, 26 pictures: the same picture in several splits ×1, pictures left out ×1, exact duplicates ×1)"
    )
    assert repr(catseye.check("digits")) == "Checkup(digits, 1,797 pictures: nothing found)"


def test_a_kind_is_a_row_with_an_example(checkup: Checkup) -> None:
    (table,) = (part for part in checkup.view().parts if isinstance(part, Table))
    assert [row[:3] for row in table.rows] == [
        ("serious", "The same picture in several splits", "1"),
        ("warning", "Pictures left out", "1"),
        ("warning", "Exact duplicates", "1"),
    ]
    assert table.rows[0][3].endswith("zero.png: 2 pictures with the same content; in train and test")


def test_in_a_notebook_the_table_is_followed_by_the_first_pictures(checkup: Checkup) -> None:
    html = checkup._repr_html_()
    assert html.count("<img") == 4  # two pairs
    assert html.index("<table") < html.index("<img")
    assert "2 pictures with the same content; in train and test" in html
    assert "the file is empty" in html
    assert "&lt;i&gt;two.png" in html
    assert "<i>" not in html
    assert "None of the checks found a problem." in catseye.check("digits")._repr_html_()


def test_its_figure_is_the_table(checkup: Checkup, tmp_path: Path) -> None:
    checkup.save(tmp_path / "check.svg")
    assert ">The same picture in several splits<" in (tmp_path / "check.svg").read_text()
