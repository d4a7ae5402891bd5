"""The page of a convolution by hand, in a real browser: every number can be followed by its slider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from catseye.insight.convolution.convolution import Convolution
from catseye.insight.convolution.kernels import DRAWING
from catseye.insight.convolution.page import write_convolution_page, write_pooling_page
from catseye.insight.convolution.pooled_example import PooledExample
from catseye.insight.convolution.pooling import Pooling
from catseye.insight.convolution.worked_example import WorkedExample
from tests.browsing import fits, on_every_screen, visit

if TYPE_CHECKING:
    from pathlib import Path

    from selenium import webdriver

EVIL = "</script><img src=x onerror=document.title='hacked'>"


@pytest.fixture
def page(tmp_path: Path) -> str:
    pooling = Pooling("max", 3, padding="same")
    worked = WorkedExample(EVIL, DRAWING, Convolution("sobel_x", (2, 1)), pooling)
    write_convolution_page(tmp_path / "steps.html", worked)
    return (tmp_path / "steps.html").as_uri()


def numbers(browser: webdriver.Chrome, title: str) -> list[list[str]]:
    """Return what stands in the table that is called ``title``."""
    script = """const table = [...document.querySelectorAll('table')].find(t => t.ariaLabel.startsWith(arguments[0]));
    const text = cell => cell.textContent + (cell.matches('.here, .covered') ? '*' : '');
    return [...table.rows].map(row => [...row.cells].map(cell => cell.matches('.hidden') ? '' : text(cell)))"""
    found: list[list[str]] = browser.execute_script(script, title)
    return found


def go(browser: webdriver.Chrome, step: int) -> None:
    """Drag the slider to a step."""
    script = "const s = document.getElementById('slider'); s.value = arguments[0]; s.dispatchEvent(new Event('input'))"
    browser.execute_script(script, step)


def test_the_slider_moves_every_number(browser: webdriver.Chrome, page: str) -> None:
    browser.get(page)
    assert numbers(browser, "cross-correlation (2×2)") == [["−2*", ""], ["", ""]]
    go(browser, 1)
    assert numbers(browser, "input")[0] == ["1", "0*", "0*", "1*"]
    assert numbers(browser, "input")[3] == ["1", "1", "1", "1"]
    assert numbers(browser, "window") == [["0", "0", "1"], ["1", "1", "1"], ["0", "0", "1"]]
    assert numbers(browser, "× kernel") == [["−1", "0", "1"], ["−2", "0", "2"], ["−1", "0", "1"]]
    assert numbers(browser, "= products") == [["0", "0", "1"], ["−2", "0", "2"], ["0", "0", "1"]]
    assert numbers(browser, "cross-correlation (2×2)") == [["−2", "2*"], ["", ""]]
    assert numbers(browser, "convolution (2×2)") == [["2", "−2*"], ["", ""]]
    said = "Step 2 of 4: window at rows 0 to 2, columns 1 to 3; the products sum to 2, which goes to row 0, column 1."
    assert browser.find_element(By.ID, "said").text == said
    slider = browser.find_element(By.ID, "slider")
    assert slider.get_attribute("aria-valuetext") == said
    go(browser, 4)
    assert "Pooling, step 1 of 1: largest 2 goes to row 0, column 0." in browser.find_element(By.ID, "said").text
    assert browser.find_element(By.ID, "pooled").text == "largest: 2 → row 0, column 0"


def test_buttons_and_arrow_keys_go_step_by_step_and_stop_at_the_ends(browser: webdriver.Chrome, page: str) -> None:
    browser.get(page)
    counter, body = browser.find_element(By.ID, "counter"), browser.find_element(By.TAG_NAME, "body")
    following, previous = browser.find_element(By.ID, "next"), browser.find_element(By.ID, "previous")
    assert not previous.is_enabled()
    following.click()
    assert counter.text == "2 / 5"
    body.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_LEFT)
    assert counter.text == "3 / 5"
    browser.find_element(By.ID, "slider").send_keys(Keys.ARROW_RIGHT)
    assert counter.text == "4 / 5"
    body.send_keys(*[Keys.ARROW_RIGHT] * 4)
    assert counter.text == "5 / 5"
    assert not following.is_enabled()
    pressed = """const [play, next] = ['play', 'next'].map(id => document.getElementById(id));
    return [play, next].map(button => (button.click(), play.ariaPressed))"""
    assert browser.execute_script(pressed) == ["true", "false"]  # at once, however slow the machine is
    assert counter.text == "2 / 5"  # from the end it began again


@on_every_screen
def test_it_needs_nothing_but_itself_and_fits(browser: webdriver.Chrome, page: str, scheme: str, width: int) -> None:
    visit(browser, page, scheme, width)
    for step in range(5):
        go(browser, step)
        assert fits(browser, width)
    assert EVIL in browser.find_element(By.TAG_NAME, "body").text
    assert browser.title == f"cross-correlation of {EVIL}, step by step · Catseye"


def test_a_large_picture_is_shown_as_one_with_a_box_where_the_window_is(
    browser: webdriver.Chrome,
    tmp_path: Path,
) -> None:
    values = np.random.default_rng(0).integers(0, 256, (3, 120, 90)).astype(float)
    worked = WorkedExample("noise", values, Convolution("sharpen", padding=1), Pooling("average"))
    write_convolution_page(tmp_path / "steps.html", worked, 11)
    browser.get_log("browser")  # type: ignore[no-untyped-call]
    browser.get((tmp_path / "steps.html").as_uri())
    go(browser, 10)
    text = browser.find_element(By.TAG_NAME, "body").text
    assert "Step 11 of 11 shown, of 10,800: window at rows 118 to 120, columns 88 to 90 (partly padding)" in text
    boxes: Any = browser.execute_script("return [...document.querySelectorAll('.box')].map(b => b.style.top)")
    assert [float(top.rstrip("%")) for top in boxes[:4]] == pytest.approx(
        [100 * 119 / 122] * 3 + [100 * 119 / 120], abs=0.01
    )
    assert numbers(browser, "blue window")[0][0] == str(int(values[2, 118, 88]))
    broken = "return [...document.images].filter(i => !i.complete || i.naturalWidth === 0).length"
    assert browser.execute_script(broken) == 0
    assert browser.get_log("browser") == []  # type: ignore[no-untyped-call]


def test_pooling_alone_has_a_page_of_its_own_plane_by_plane(browser: webdriver.Chrome, tmp_path: Path) -> None:
    planes = np.arange(48.0).reshape(3, 4, 4)
    write_pooling_page(tmp_path / "pool.html", PooledExample("it", planes, Pooling("max")))
    browser.get((tmp_path / "pool.html").as_uri())
    go(browser, 1)
    assert numbers(browser, "red window") == [["2", "3"], ["6", "7"]]
    assert numbers(browser, "blue max pooling") == [["37", "39*"], ["", ""]]
    said = "Pooling, step 2 of 4: largest red 7, green 23, blue 39 goes to row 0, column 1."
    assert browser.find_element(By.ID, "said").text == said
    assert browser.find_element(By.ID, "counter").text == "2 / 4"


def test_of_a_drawing_one_is_white_and_zero_black_as_in_its_figure(browser: webdriver.Chrome, page: str) -> None:
    browser.get(page)
    script = """const table = [...document.querySelectorAll('table')].find(t => t.ariaLabel.startsWith('input'));
    return [...table.rows[0].cells].map(c => [c.textContent, c.style.backgroundColor, c.style.color])"""
    white, black = "rgb(255, 255, 255)", "rgb(0, 0, 0)"
    one, zero = ["1", white, black], ["0", black, white]
    assert browser.execute_script(script) == [one, zero, zero, one]
