"""Looking at a page as a reader would, and whether it holds what every page of ours promises."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from selenium import webdriver

Test = TypeVar("Test", bound="Callable[..., None]")

PHONE, DESK = 390, 1200
_BROKEN = "return [...document.images].filter(i => !i.complete || i.naturalWidth === 0).length"


def on_every_screen(test: Test) -> Test:
    """Let a test take ``scheme`` and ``width``: light and dark, a phone and a desk."""
    for name, choices in (("width", [PHONE, DESK]), ("scheme", ["light", "dark"])):
        test = pytest.mark.parametrize(name, choices)(test)
    return test


def visit(browser: webdriver.Chrome, address: str, scheme: str, width: int) -> None:
    """Open a page on a screen; it asks for nothing else, logs nothing, fits, and all its pictures are there."""
    browser.get("about:blank")
    _requests(browser)  # the browser's own
    browser.get_log("browser")  # type: ignore[no-untyped-call]
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width == PHONE}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(address)
    assert {url for url in _requests(browser) if not url.startswith("data:")} == {address}
    assert browser.get_log("browser") == []  # type: ignore[no-untyped-call]
    assert browser.execute_script(_BROKEN) == 0
    assert fits(browser, width)


def fits(browser: webdriver.Chrome, width: int) -> bool:
    """Return whether the page does not scroll sideways; wide tables scroll in their own box."""
    return bool(browser.execute_script("return document.documentElement.scrollWidth") <= width)


def _requests(browser: webdriver.Chrome) -> list[str]:
    """Return every address that was asked for since the last call."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]  # type: ignore[no-untyped-call]
    return [
        message["params"]["request"]["url"] for message in messages if message["method"] == "Network.requestWillBeSent"
    ]
