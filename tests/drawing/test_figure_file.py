"""The pages of a figure and of the tour, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from selenium.webdriver.common.by import By

from catseye.drawing.figure_file import inline, write_figure
from catseye.tour.page import Stop, write_tour
from tests.browsing import on_every_screen, visit

if TYPE_CHECKING:
    from pathlib import Path

    from selenium import webdriver

EVIL = "<img src=x onerror=document.title='hacked'>"


def wide() -> Figure:
    """Return a figure that is wider than a phone and says something dangerous."""
    figure = Figure((14, 3))
    figure.subplots().set_title(EVIL)
    return figure


@on_every_screen
def test_a_figure_s_page_needs_nothing_but_itself_and_fits(
    browser: webdriver.Chrome, tmp_path: Path, scheme: str, width: int
) -> None:
    page = tmp_path / "figure.html"
    write_figure(page, wide, EVIL, (EVIL, "word " * 200, "a" * 200))
    visit(browser, page.as_uri(), scheme, width)
    assert browser.title == f"{EVIL} · Catseye"
    assert len(browser.find_elements(By.CSS_SELECTOR, "svg, p")) >= 4


@on_every_screen
def test_the_tour_s_page_needs_nothing_but_itself_and_fits(
    browser: webdriver.Chrome, tmp_path: Path, scheme: str, width: int
) -> None:
    page = tmp_path / "tour.html"
    command = f"catseye maps {'long-folder/' * 30} '{EVIL}'"
    write_tour(page, [Stop(EVIL, (EVIL,), (inline(wide), inline(wide)), command, "other.html")] * 3, 61.0)
    visit(browser, page.as_uri(), scheme, width)
    assert "hacked" not in browser.title
    assert len(browser.find_elements(By.TAG_NAME, "svg")) == 6
