"""A view gives one answer in every form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from matplotlib import rcParams
from matplotlib.figure import Figure

from catseye.drawing.parts import Table
from catseye.drawing.style import STYLE
from catseye.drawing.view import View
from catseye.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def figure() -> Figure:
    made = Figure((2, 2))
    made.subplots().set_title(f"grid {rcParams['axes.grid']}")
    return made


def test_every_form_is_drawn_in_the_house_s_style(tmp_path: Path) -> None:
    before = dict(rcParams)
    view = View("Title", ("words",), figure, ("A caption.",))
    assert view.figure().axes[0].get_title() == "grid True"
    assert "grid True" in view.svg()
    for ending in (".png", ".svg", ".html"):
        view.write(tmp_path / f"view{ending}")
    assert "A caption." in (tmp_path / "view.html").read_text()
    assert "<title>Title" in (tmp_path / "view.html").read_text()
    assert {name: rcParams[name] for name in STYLE} == {name: before[name] for name in STYLE}


def test_words_that_stand_beside_a_figure_are_not_in_it(tmp_path: Path) -> None:
    def draw(words: str) -> Figure:
        made = Figure((2, 2))
        made.text(0, 0, words)
        return made

    view = View("Title", ("said",), lambda: draw("said"), ("said",), bare=lambda: draw("bare"))
    for ending in (".svg", ".html"):
        view.write(tmp_path / f"view{ending}")
    assert ">said<" in (tmp_path / "view.svg").read_text()
    page = (tmp_path / "view.html").read_text()
    assert page.count(">said<") == 1
    assert ">bare<" in page
    assert [text.get_text() for text in view.figure(bare=True).texts] == ["bare"]


def test_an_ending_may_have_a_writer_of_its_own(tmp_path: Path) -> None:
    def write_film(path: Path) -> None:
        path.write_text("film")

    view = View("Title", (), figure, writers={".gif": write_film})
    view.write(tmp_path / "view.GIF")
    assert (tmp_path / "view.GIF").read_text() == "film"


def test_a_view_without_a_figure_draws_its_words_and_tables(tmp_path: Path) -> None:
    view = View("Title", ("words", Table(("name",), (("relu1",),))))
    said = {text.get_text() for text in view.figure().axes[0].texts}
    assert said == {"words", "name", "relu1"}
    view.write(tmp_path / "a.svg")
    assert ">relu1<" in (tmp_path / "a.svg").read_text()
    with pytest.raises(UsageError, match=r"must end in .png, .svg or .html; got .*a.gif"):
        view.write(tmp_path / "a.gif")
