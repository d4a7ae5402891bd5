"""The page in a real browser: the same answers as predict, no outside address, errors in words."""

from __future__ import annotations

import io
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

import catseye
from catseye.errors import CatseyeError, UsageError
from catseye.export.onnx_model import build_onnx_model
from catseye.export.web import page_export
from catseye.export.web.chromium import classify_in_chromium, find_chromium
from catseye.export.web.folder import write_page_files
from catseye.export.web.page_export import export_page
from catseye.system.staged_folder import staged
from tests.browsing import DESK, PHONE, fits
from tests.conftest import bring

if TYPE_CHECKING:
    from pathlib import Path

    from selenium import webdriver

    from catseye.classifier.classifier import Classifier
    from catseye.export.web.runtime import WebRuntime

pytestmark = [pytest.mark.slow, pytest.mark.browser]
SECONDS = 300  # of waiting for the page, on however slow a machine


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def every_kind() -> dict[str, bytes]:
    """Return pictures of every kind that browsers read, as files."""
    random = np.random.default_rng(3)
    scene = Image.fromarray(random.integers(0, 256, (9, 12, 3), np.uint8)).resize((320, 240), Image.Resampling.BICUBIC)
    clear = scene.convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(scene.size))
    found = {mode: saved(scene.convert(mode), "PNG") for mode in ("RGB", "L", "LA", "P", "1")}
    found |= {"alpha": saved(clear, "PNG"), "webp": saved(scene, "WEBP", lossless=True), "gif": saved(scene, "GIF")}
    found |= {"1×1": saved(scene.resize((1, 1)), "PNG"), "wide": saved(scene.resize((900, 3)), "PNG")}
    found |= {"jpeg": saved(scene, "JPEG", quality=95), "bmp": saved(scene, "BMP")}
    for orientation in range(1, 9):  # not reduced, as both sides are under twice what the network sees
        exif = Image.Exif()
        exif[0x0112] = orientation
        found[f"exif {orientation}"] = saved(scene.resize((15, 13)), "JPEG", quality=95, exif=exif)
    return found


def test_files_of_every_kind_get_the_same_answers_as_from_predict(
    digits: Classifier, page: Path, tmp_path: Path
) -> None:
    browser = find_chromium()
    if browser is None:
        bring("a browser (Debian's package chromium)")
        return
    kinds = every_kind()
    answers = classify_in_chromium(browser, page, [*kinds.values(), b"", b"\xff\xd8\xff broken"])
    assert [answer.error for answer in answers[:-2]] == [""] * len(kinds)
    assert "is empty" in answers[-2].error
    assert "cannot read" in answers[-1].error
    for (kind, content), answer in zip(kinds.items(), answers, strict=False):
        file = tmp_path / "picture"
        file.write_bytes(content)
        own = digits.predict(file)[0]
        # Another decoder of JPEG may differ by a level, which a network of 8 × 8 pixels notices.
        bound = 0.02 if kind.startswith(("exif", "jpeg")) else 1e-4
        assert np.abs(np.array(answer.probabilities) - own.probabilities).max() < bound, kind
        assert answer.unfamiliarity is not None
        assert own.unfamiliarity is not None
        assert abs(answer.unfamiliarity - own.unfamiliarity) < bound * max(10, abs(own.unfamiliarity)), kind


def test_an_export_is_compared_on_many_pictures(
    digits: Classifier, runtime: WebRuntime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "runtime"
    own.mkdir()
    for name, content in runtime.files.items():
        (own / name).write_bytes(content)
    if find_chromium():
        (found,) = export_page(digits, tmp_path / "page", "digits", [], tmp_path, own).agreements
        assert "Chromium" in found.runtime
        assert found.checked >= 64
        assert found.equal_classes == 1
    monkeypatch.setattr(page_export, "find_chromium", lambda: None)
    (found,) = export_page(digits, tmp_path / "other", "digits", [], tmp_path, own).agreements
    assert "the page itself was not run" in found.runtime
    assert (tmp_path / "other" / "index.html").is_file()


def test_a_page_with_different_answers_is_not_kept(
    digits: Classifier, runtime: WebRuntime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "runtime"
    own.mkdir()
    for name, content in runtime.files.items():
        (own / name).write_bytes(content)
    hotter = replace(digits, calibration=replace(digits.calibration, temperature=5.0))
    other = build_onnx_model(hotter.network, hotter.description)
    monkeypatch.setattr("catseye.export.onnx_model.build_onnx_model", lambda *_: other)
    with pytest.raises(CatseyeError, match="not exported"):
        export_page(digits, tmp_path / "page", "digits", [], tmp_path, own)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["runtime"]


def ready(browser: webdriver.Chrome, address: str) -> str:
    """Open the page; return whether it is ready: ``"yes"`` or ``"no"``."""
    browser.get_log("browser")  # type: ignore[no-untyped-call]
    browser.get(address)
    wait = WebDriverWait(browser, SECONDS)
    return str(wait.until(lambda _: browser.execute_script("return document.documentElement.dataset.ready")))


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize(("width", "scheme"), [(DESK, "light"), (DESK, "dark"), (PHONE, "light"), (PHONE, "dark")])
def test_a_chosen_picture_is_answered_without_an_outside_address(
    browser: webdriver.Chrome, host: str, digits: Classifier, tmp_path: Path, width: int, scheme: str
) -> None:
    pictures = catseye.load("digits", split="test")
    file = tmp_path / "digit.png"
    Image.fromarray(pictures[0][0][:, :, 0]).save(file)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width == PHONE}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get("about:blank")
    browser.get_log("performance")  # type: ignore[no-untyped-call]
    assert ready(browser, f"{host}/some/where/") == "yes"
    browser.find_element(By.ID, "file").send_keys(str(file))
    WebDriverWait(browser, SECONDS).until(lambda _: browser.find_elements(By.CSS_SELECTOR, ".result"))
    assert fits(browser, width)
    own = digits.predict(file)[0]
    heading = browser.find_element(By.CSS_SELECTOR, ".result h2").text
    assert heading == f"{own.class_name} {100 * own.probabilities.max():.1f} %"
    assert browser.find_element(By.TAG_NAME, "h1").text == "<i>digits</i> & more"
    assert browser.get_log("browser") == []  # type: ignore[no-untyped-call]
    log = browser.get_log("performance")  # type: ignore[no-untyped-call]
    asked = [entry["message"] for entry in log if '"Network.requestWillBeSent"' in entry["message"]]
    addresses = [message.split('"request":', 1)[1].split('"url":"', 1)[1].split('"', 1)[0] for message in asked]
    assert addresses
    assert [address for address in addresses if not address.startswith((f"{host}/some/where/", "data:", "blob:"))] == []


@pytest.mark.usefixtures("page")
def test_a_picture_unlike_the_training_pictures_is_marked(
    browser: webdriver.Chrome, host: str, digits: Classifier, tmp_path: Path
) -> None:
    file = tmp_path / "noise.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (8, 8), np.uint8)).save(file)
    assert digits.predict(file)[0].unfamiliar
    assert ready(browser, f"{host}/some/where/") == "yes"
    browser.find_element(By.ID, "file").send_keys(str(file))
    WebDriverWait(browser, SECONDS).until(lambda _: browser.find_elements(By.CSS_SELECTOR, ".result"))
    assert "do not rely on this answer" in browser.find_element(By.CSS_SELECTOR, ".unlike").text


@pytest.mark.parametrize("missing", ["model.onnx", "ort-wasm-simd-threaded.wasm", "ort.wasm.bundle.min.mjs"])
def test_a_missing_file_is_named(browser: webdriver.Chrome, page: Path, host: str, missing: str) -> None:
    (page / missing).unlink()
    assert ready(browser, f"{host}/some/where/") == "no"
    assert missing in browser.find_element(By.ID, "problem").text


def test_a_page_opened_as_a_file_says_what_to_do(browser: webdriver.Chrome, page: Path) -> None:
    assert ready(browser, (page / "index.html").as_uri()) == "no"
    assert "python -m http.server" in browser.find_element(By.ID, "problem").text


def test_names_of_classes_stay_text(
    browser: webdriver.Chrome, digits: Classifier, runtime: WebRuntime, host: str, tmp_path: Path
) -> None:
    names = ("</script><script>document.title='broken'</script>", '"><img src=x>', *map(str, range(8)))
    named = replace(digits, classes=names)
    model = build_onnx_model(named.network, named.description).SerializeToString()
    with staged(tmp_path / "page") as folder:
        write_page_files(folder, model, named.description, "names", runtime)
    assert ready(browser, f"{host}/page/") == "yes"
    assert browser.title == "names · Catseye"
    assert not browser.find_elements(By.TAG_NAME, "img")
    assert browser.execute_script("return about.classes") == list(names)


def test_a_folder_with_other_files_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="already exists"), staged(tmp_path / "page"):
        pass
    shutil.rmtree(tmp_path / "page")
    with pytest.raises(ZeroDivisionError), staged(tmp_path / "page") as folder:
        (folder / "index.html").write_text(str(1 / 0))
    assert list(tmp_path.iterdir()) == []
