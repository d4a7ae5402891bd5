"""What many tests need: a cache folder of their own, real archives, a folder of drawn pictures, a small run."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import socket
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import settings
from PIL import Image

import catseye

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from selenium import webdriver

    from catseye.datasets import Dataset
    from catseye.runs.run import Run
    from catseye.runs.score import Score


settings.register_profile("any machine", deadline=None)  # how long an example takes says nothing where others work too
settings.load_profile("any machine")

# A test that asks for one of these fixtures is marked, so that `make test-fast` can leave it out.
_WHOLE = ("slow", "whole_data")
MARKED_FIXTURES = {"browser": ("browser",), "mnist": _WHOLE, "fashion_mnist": _WHOLE}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need a browser or a whole data set."""
    for item in items:
        for fixture in set(getattr(item, "fixturenames", ())) & set(MARKED_FIXTURES):
            for marker in MARKED_FIXTURES[fixture]:
                item.add_marker(marker)


@pytest.fixture(autouse=True, scope="session")
def _home(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep prepared data out of the user's own cache."""
    os.environ["CATSEYE_HOME"] = str(tmp_path_factory.mktemp("home"))


@pytest.fixture(autouse=True, scope="session")
def _no_terminal() -> None:
    """Let output have no width: pytest-xdist tells its workers that of a terminal."""
    os.environ.pop("COLUMNS", None)


@pytest.fixture(autouse=True, scope="session")
def _interruptible() -> None:
    """Let Ctrl+C interrupt again where the tests run in the background: a shell starts such jobs without it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True, scope="session")
def _loopback_only() -> Iterator[None]:
    """Fail a test that asks for the network: data that are missing must skip it, not be fetched."""
    connect = socket.socket.connect

    def connect_to_loopback(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            pytest.fail(f"the test asked for the network: {address[0]}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_to_loopback)
        yield


@pytest.fixture(autouse=True)
def _own_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test write to the stderr of an earlier one, to which a command connected the log."""
    monkeypatch.setattr(logging.getLogger("catseye"), "handlers", [])


def bring(what: str) -> None:
    """Skip the test for want of ``what``; on CI, where it must be there, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have {what}")
    pytest.skip(f"to run this test, bring {what}")


@pytest.fixture(scope="session")
def archives() -> Path:
    """The folder of real archives that CATSEYE_ARCHIVES names."""
    folder = os.environ.get("CATSEYE_ARCHIVES", "")
    if not (Path(folder) / "mnist").is_dir() or not folder:
        bring("MNIST's four files as DIR/mnist/ and set CATSEYE_ARCHIVES=DIR")
    return Path(folder)


@pytest.fixture(scope="session")
def mnist(archives: Path) -> Dataset:
    """The real MNIST."""
    return catseye.load("mnist", archives=archives)


@pytest.fixture(scope="session")
def fashion_mnist() -> Dataset:
    """The real Fashion-MNIST."""
    if not Path("/usr/share/datasets/fashion-mnist").is_dir():
        bring("Fashion-MNIST (Debian's package dataset-fashion-mnist)")
    return catseye.load("fashion_mnist")


@pytest.fixture(scope="session")
def photographs(archives: Path) -> Path:
    """An archive of photographs of cats and dogs."""
    path = archives / "cats_vs_dogs" / "kagglecatsanddogs_5340.zip"
    if not path.is_file():
        bring("kagglecatsanddogs_5340.zip as cats_vs_dogs/ in CATSEYE_ARCHIVES")
    return path


@pytest.fixture(scope="session")
def pet_archives(archives: Path) -> Path:
    """The folder of archives, which has Oxford-IIIT Pet's two."""
    if not (archives / "oxford_iiit_pet" / "images.tar.gz").is_file():
        bring("images.tar.gz and annotations.tar.gz as oxford_iiit_pet/ in CATSEYE_ARCHIVES")
    return archives


def draw(path: Path, colour: tuple[int, int, int] = (200, 30, 30), side: int = 20, seed: int = 0) -> Path:
    """Write a picture of noise around one colour."""
    noise = np.random.default_rng(seed).integers(-20, 20, (side, side, 3))
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray((np.array(colour) + noise).clip(0, 255).astype(np.uint8)).save(path)
    return path


def draw_folder(root: Path, counts: Mapping[str, int]) -> Path:
    """Write ``counts[folder]`` pictures into each folder below ``root``; folders of one name have one colour."""
    for folder, count in counts.items():
        hue = sum(map(ord, Path(folder).name)) * 37 % 200
        for number in range(count):
            seed = hash_of(f"{folder}/{number}")
            draw(root / folder / f"{number}.png", (hue, 255 - hue, (hue * 7) % 255), seed=seed)
    return root


def hash_of(text: str) -> int:
    """Return a number that depends on the text alone."""
    return zlib.crc32(os.fsencode(text))


@pytest.fixture(scope="session")
def digits_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A finished run of three epochs on the digits."""
    return catseye.train("digits", out=tmp_path_factory.mktemp("runs") / "digits", epochs=3)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """Debian's Chromium without a screen; it logs its console and its network."""
    from selenium import webdriver

    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        bring("a browser (Debian's packages chromium and chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    profile = tmp_path_factory.mktemp("profile")
    for argument in ("headless", "no-sandbox", "disable-gpu", "disable-background-networking", "no-first-run"):
        options.add_argument(f"--{argument}")
    options.add_argument(f"--user-data-dir={profile}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
    yield driver
    driver.quit()


def score(run: Run, split: str = "test") -> Score:
    """Return a run's score on the test, or another, split."""
    found: Score | None = getattr(run.result, split)
    assert found
    return found
