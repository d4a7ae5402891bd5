"""The page of ``catseye check``, opened in a real browser."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from selenium.webdriver.common.by import By

import catseye
from catseye.quality import check_dataset
from catseye.quality.page import write_check_page
from tests.browsing import on_every_screen, visit
from tests.quality.scenes import save, scene

if TYPE_CHECKING:
    from pathlib import Path

    from selenium import webdriver

EVIL = "<img src=x onerror=document.title='hacked'>"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with more of everything than it shows, and names that would run as a script in a careless one."""
    folder = tmp_path_factory.mktemp("check")
    train, test = folder / "data" / "train", folder / "data" / "test"
    for number in range(40):
        save((train if number < 30 else test) / ("{{ 7*7 }}" if number % 2 else EVIL) / f"{number}.png", scene(number))
    for number in range(10):
        shutil.copy(train / EVIL / "0.png", test / EVIL / f"<script>alert({number})<script>.png")
    for number in range(2, 24, 2):
        shutil.copy(train / EVIL / f"{number}.png", train / EVIL / f"{number}{'-long' * 30}.png")
    for number in range(15):
        save(train / EVIL / f"tiny{number}.png", scene(100 + number, 20))
    (train / EVIL / "zero.png").write_bytes(b"")
    write_check_page(folder / "check.html", check_dataset(catseye.load(folder / "data")))
    return folder / "check.html"


@on_every_screen
def test_the_page_needs_nothing_but_itself_and_fits(
    browser: webdriver.Chrome,
    page: Path,
    scheme: str,
    width: int,
) -> None:
    visit(browser, page.as_uri(), scheme, width)
    assert "hacked" not in browser.title


def test_it_shows_some_of_each_kind_and_says_how_many_more(
    browser: webdriver.Chrome,
    page: Path,
) -> None:
    browser.get(page.as_uri())
    text = browser.find_element(By.TAG_NAME, "body").text
    for part in (
        "11 pictures with the same content; in train and test",
        "… and 5 more in this group.",  # 6 of 11
        "… and 3 more groups.",  # 8 of 11 pairs
        "… and 3 more.",  # 12 of 15 tiny ones
        "zero.png: the file is empty",
        EVIL,
        "{{ 7*7 }}",
        "no picture is in two classes",
    ):
        assert part in text, part
    headings = [heading.text.split("\n")[0] for heading in browser.find_elements(By.TAG_NAME, "h2")]
    assert headings[0].startswith("The same picture in several splits")
    overlap = browser.find_element(By.ID, "split_overlap")
    assert len(overlap.find_elements(By.TAG_NAME, "img")) == 6
    shown = [card.text for card in overlap.find_elements(By.CLASS_NAME, "card")]
    assert {"train" in card.split("\n")[0] for card in shown} == {True, False}  # of every split at least one
