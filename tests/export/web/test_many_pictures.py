"""Many files at once: each has its result, or the reason why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.conftest import draw
from tests.export.web.test_page import SECONDS, ready

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from selenium import webdriver

    from catseye.classifier.classifier import Classifier

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.usefixtures("page")]
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle cx="4" cy="4" r="3"/></svg>'


def results(browser: webdriver.Chrome) -> list[str]:
    """Return the text of every result, the latest first."""
    found: list[str] = browser.execute_script(
        "return [...document.querySelectorAll('.result')].map((result) => result.innerText.trim())"
    )
    return found


def wait_for(browser: webdriver.Chrome, count: int) -> None:
    def is_done(_: object) -> bool:
        return len(results(browser)) == count and not browser.find_element(By.ID, "count").text

    WebDriverWait(browser, SECONDS).until(is_done)


def choose(browser: webdriver.Chrome, host: str, files: Sequence[Path]) -> None:
    assert ready(browser, f"{host}/some/where/") == "yes"
    browser.find_element(By.ID, "file").send_keys("\n".join(map(str, files)))


def drop(browser: webdriver.Chrome, *paths: Path) -> None:
    """Drop files or folders, as the system's file manager does."""
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        browser.execute_cdp_cmd("Input.dispatchDragEvent", {"type": kind, "x": 90, "y": 200, "data": data})


def test_every_file_of_a_batch_has_its_line(browser: webdriver.Chrome, host: str, tmp_path: Path) -> None:
    good = [draw(tmp_path / f"good {number}.png") for number in (1, 2)]
    broken = {
        "empty.jpg": b"",
        "cut.png": good[0].read_bytes()[:60],
        "letter.txt": b"Dear",
        "drawing.svg": SVG.encode(),
    }
    for name, content in broken.items():
        (tmp_path / name).write_bytes(content)
    Image.open(good[0]).save(tmp_path / "scan.tif")
    choose(browser, host, [good[0], *(tmp_path / name for name in (*broken, "scan.tif")), good[1]])
    wait_for(browser, 7)
    said = {name: next(text for text in results(browser) if name in text) for name in (*broken, "scan.tif")}
    assert said == {
        "empty.jpg": "empty.jpg is empty.",
        "cut.png": "This browser cannot read cut.png as a picture.",
        "letter.txt": "This browser cannot read letter.txt as a picture.",
        "drawing.svg": "This browser cannot read drawing.svg as a picture. Convert it to JPEG or PNG.",
        "scan.tif": "This browser cannot read scan.tif as a picture. Convert it to JPEG or PNG.",
    }
    assert not browser.find_element(By.ID, "problem").is_displayed()


def test_the_page_says_that_it_keeps_only_the_latest_results(
    browser: webdriver.Chrome, host: str, tmp_path: Path
) -> None:
    files = [draw(tmp_path / f"{number}.png", side=8, seed=number) for number in range(103)]
    choose(browser, host, files[:50])
    wait_for(browser, 50)
    assert [text.splitlines()[-1].split()[0] for text in results(browser)] == [f"{n}.png" for n in reversed(range(50))]
    assert browser.find_element(By.ID, "left-out").text == ""
    browser.find_element(By.ID, "file").send_keys("\n".join(map(str, files[50:])))
    wait_for(browser, 100)
    assert results(browser)[0].splitlines()[-1].startswith("102.png")
    assert "latest 100 results" in browser.find_element(By.ID, "left-out").text


def test_a_dropped_folder_is_read_with_those_inside_it(browser: webdriver.Chrome, host: str, tmp_path: Path) -> None:
    draw(tmp_path / "photos" / "a.png")
    draw(tmp_path / "photos" / "deep" / "er" / "b.png")
    (tmp_path / "photos" / ".DS_Store").write_bytes(b"hidden")
    (tmp_path / "nothing").mkdir()
    assert ready(browser, f"{host}/some/where/") == "yes"
    drop(browser, tmp_path / "photos", draw(tmp_path / "c.png"))
    wait_for(browser, 3)
    assert {text.splitlines()[-1].split()[0] for text in results(browser)} == {"a.png", "b.png", "c.png"}
    drop(browser, tmp_path / "nothing")
    problem = browser.find_element(By.ID, "problem")
    WebDriverWait(browser, SECONDS).until(lambda _: problem.text == "There are no files in this folder.")


def test_a_picture_of_40_megapixels_gets_the_same_answer_as_from_predict(
    browser: webdriver.Chrome, host: str, digits: Classifier, tmp_path: Path
) -> None:
    file = tmp_path / "large.png"
    small = Image.fromarray(np.random.default_rng(4).integers(0, 256, (6, 8), np.uint8))
    small.resize((7300, 5480), Image.Resampling.BICUBIC).save(file, compress_level=1)
    choose(browser, host, [file])
    wait_for(browser, 1)
    own = digits.predict(file)[0]
    name, share = results(browser)[0].splitlines()[0].split()[:2]
    assert name == own.class_name
    assert float(share) == pytest.approx(100 * own.probability, abs=2)  # halved by means, not by JPEG's coefficients
