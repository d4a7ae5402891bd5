"""The report, opened in a real browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from selenium import webdriver
from selenium.webdriver.common.by import By

import catseye
from tests.browsing import on_every_screen, visit
from tests.conftest import draw, draw_folder, score

if TYPE_CHECKING:
    from catseye.runs.run import Run


@on_every_screen
def test_the_page_needs_nothing_but_itself_and_fits(
    browser: webdriver.Chrome, digits_run: Run, scheme: str, width: int
) -> None:
    assert digits_run.folder
    visit(browser, (digits_run.folder / "report.html").as_uri(), scheme, width)
    paper, ink = (_lightness(browser, name) for name in ("background-color", "color"))
    assert abs(paper - ink) > 150
    assert (paper > ink) == (scheme == "light")


def _lightness(browser: webdriver.Chrome, name: str) -> float:
    value = browser.find_element(By.TAG_NAME, "body").value_of_css_property(name)
    return sum(float(number) for number in re.findall(r"[\d.]+", value)[:3]) / 3


def test_it_says_what_the_issue_of_trust_needs(browser: webdriver.Chrome, digits_run: Run) -> None:
    assert digits_run.folder
    browser.get((digits_run.folder / "report.html").as_uri())
    browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    text = browser.find_element(By.TAG_NAME, "body").text
    test = score(digits_run)
    low, high = test.accuracy_interval
    for part in (
        "small_convnet on digits",
        f"{100 * test.accuracy:.2f} %",
        f"95 % interval {100 * low:.2f} % to {100 * high:.2f} %, n = 359",
        "digits has no test split of its own",
        "conv1",
        "conv 3×3, pad 1",
        "batch norm + relu",
        "53,226",
        "batch size",
        "perfectly calibrated",
        "surest mistakes",
        "Right, drawn at random",
        "catseye train digits --network small_convnet --epochs 3",
        "CC BY 4.0",
        "torch",
        f"catseye predict {digits_run.folder.name} PICTURE.jpg",
        f"run = catseye.Run.open('{digits_run.folder.name}')",
    ):
        assert part in text, part
    # Of up to twelve mistakes all are the surest; more are drawn from those that are left.
    assert ("Wrong, drawn at random" in text) == (round((1 - test.accuracy) * 359) > 12)
    confusion = browser.find_element(By.CLASS_NAME, "confusion")
    cells = [int(cell.text) for cell in confusion.find_elements(By.CSS_SELECTOR, "tbody td")]
    assert len(cells) == 100
    assert sum(cells) == 359
    assert sum(cells[::11]) == round(test.accuracy * 359)


def test_its_headline_numbers_are_those_that_a_user_wants(browser: webdriver.Chrome, digits_run: Run) -> None:
    assert digits_run.folder
    browser.get((digits_run.folder / "report.html").as_uri())
    test = digits_run.evaluations["test"]
    tiles = [tile.text for tile in browser.find_elements(By.CLASS_NAME, "tile")]
    assert [tile.splitlines()[0] for tile in tiles] == [
        f"{100 * test.accuracy:.2f} %",
        "359",
        f"{test.confused[0].true} → {test.confused[0].predicted}",
        f"{100 * score(digits_run).expected_calibration_error:.1f} %",
    ]
    assert f"{test.examples - test.right} classified wrongly" in tiles[1]
    assert str(test.confused[0]) in tiles[2]


def test_no_picture_is_shown_twice(browser: webdriver.Chrome, digits_run: Run) -> None:
    assert digits_run.folder
    browser.get((digits_run.folder / "report.html").as_uri())
    names = [image.get_attribute("alt") for image in browser.find_elements(By.CSS_SELECTOR, ".card img")]
    assert len(names) == len(set(names)) > 12


def test_names_from_outside_stay_text(browser: webdriver.Chrome, tmp_path: Path) -> None:
    """Class and file names that would run as a script in a careless page."""
    evil = "<img src=x onerror=document.title='hacked'>"
    folder = draw_folder(tmp_path / "pictures", {evil.replace("/", ""): 10, "{{ 7*7 }}": 10})
    (folder / "{{ 7*7 }}" / "<b>.png").write_bytes(b"")
    draw(folder / "{{ 7*7 }}" / "<script>alert(1)<script>.png")
    run = catseye.train(folder, out=tmp_path / "r", epochs=1)
    assert run.folder
    browser.get((run.folder / "report.html").as_uri())
    assert "hacked" not in browser.title
    text = browser.find_element(By.TAG_NAME, "body").text
    assert "onerror" in text
    assert "{{ 7*7 }}" in text
    assert browser.get_log("browser") == []  # type: ignore[no-untyped-call]


def test_many_classes_are_listed_by_what_is_mixed_up(tmp_path: Path) -> None:
    folder = draw_folder(tmp_path / "pictures", {f"class{number:02}": 3 for number in range(45)})
    run: Any = catseye.train(folder, out=tmp_path / "r", epochs=1)
    page = (run.folder / "report.html").read_text()
    assert 'class="confusion"' not in page
    assert "Mixed up most" in page


def test_no_path_of_the_machine_is_in_page_or_classifier(digits_run: Run) -> None:
    assert digits_run.folder
    for name in ("report.html", "classifier.safetensors"):
        assert str(Path.home()).encode() + b"/" not in (digits_run.folder / name).read_bytes()
        assert str(digits_run.folder).encode() not in (digits_run.folder / name).read_bytes()
