"""The page for trying the server, in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from tests.browsing import on_every_screen
from tests.serve.serving import PATIENCE, draw_digit, running

if TYPE_CHECKING:
    from selenium import webdriver

    from catseye.runs.run import Run


@on_every_screen
def test_a_chosen_picture_is_classified_and_nothing_else_is_requested(
    width: int, scheme: str, browser: webdriver.Chrome, digits_run: Run, tmp_path: Path
) -> None:
    draw_digit(tmp_path / "digit.png")
    (tmp_path / "no.png").write_bytes(b"no")
    expected = digits_run.classifier.predict(tmp_path / "digit.png")[0]
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    with running(Path(str(digits_run.folder)), "--quiet") as server:
        browser.get(f"{server.address}/")
        found = {name: browser.find_element(By.ID, name) for name in ("file", "class", "bars", "unlike", "error")}
        found["file"].send_keys(str(tmp_path / "digit.png"))
        WebDriverWait(browser, PATIENCE).until(lambda _: found["class"].text)
        assert found["class"].text.startswith(f"{expected.class_name}, ")
        assert len(found["bars"].find_elements(By.TAG_NAME, "progress")) == 5
        assert found["unlike"].is_displayed() is bool(expected.unfamiliar)
        found["file"].send_keys(str(tmp_path / "no.png"))
        WebDriverWait(browser, PATIENCE).until(lambda _: found["error"].text)
        assert "not a picture in a supported format" in found["error"].text
        assert not found["class"].is_displayed()
        assert browser.execute_script("return document.documentElement.scrollWidth") == width
        addresses = browser.execute_script("return performance.getEntriesByType('resource').map(one => one.name)")
        assert all(one.startswith((server.address, "blob:", "data:")) for one in addresses), addresses
