"""Exporting a classifier as a web page, whose answers are compared with the classifier's own."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from catseye.classifier.storage import require_classes
from catseye.classifier.stored_network import module_of
from catseye.errors import CatseyeError
from catseye.export.agreement import compare_answers, predict_pictures
from catseye.export.export_result import Export
from catseye.export.odd_pictures import add_odd_pictures
from catseye.export.picture_graph import PICTURE
from catseye.export.runtimes import OnnxRuntime, require_onnx
from catseye.export.web.chromium import classify_in_chromium, find_chromium
from catseye.export.web.folder import MODEL, PAGE_FILES, check_page_folder, write_page_files
from catseye.export.web.runtime import VERSION, obtain_runtime
from catseye.system.progress_bar import progress
from catseye.system.staged_folder import staged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from catseye.arrays import Floats, Pixels
    from catseye.classifier.classifier import Classifier
    from catseye.export.agreement import Runner
    from catseye.export.odd_pictures import NamedPixels
    from catseye.export.web.chromium import PageAnswer

WEB = "web"  # the name of the format


def export_page(
    classifier: Classifier,
    folder: Path,
    name: str,
    pictures: Sequence[NamedPixels],
    home: Path,
    runtime: Path | None = None,
    *,
    force: bool = False,
) -> Export:
    """Write the folder of a page that classifies pictures in the browser, once its answers have been compared.

    The page is run in Chromium if that is installed, otherwise its model in ONNX Runtime; the agreement says which.

    Parameters
    ----------
    classifier
    folder
        It must not exist, or be empty or, with ``force``, hold only a page.
    name
        Heading of the page.
    pictures
        Pictures to compare answers on, in addition to the rendered ones.
    home
        The folder in which the browser's runtime is kept.
    runtime
        The user's own copy of it, a .tgz file or a folder.
    force
        Replace a page.

    Raises
    ------
    UsageError
        ``folder`` already exists or cannot be created, ``runtime`` does not exist, or a package is missing.
    CatseyeError
        The runtime cannot be obtained, the network has no translation, the folder cannot be written, or the page
        does not agree with the classifier. Nothing is left behind.
    """
    require_onnx()
    require_classes(classifier.network_name, classifier.classes)
    check_page_folder(folder, force=force)
    with staged(folder, PAGE_FILES if force else ()) as made:
        files = obtain_runtime(home, runtime)
        with progress("writing the page", 0):
            write_page_files(made, _build_model(classifier), classifier.description, name, files)
        compared = add_odd_pictures(pictures, classifier)
        expected = predict_pictures(classifier, compared)
        agreement = compare_answers(_runner(made, classifier, compared), compared, expected).require()
        size = sum(each.stat().st_size for each in made.iterdir())
    return Export(folder, WEB, size, (agreement,), (f"to open it: python -m http.server --directory {folder}",))


def _build_model(classifier: Classifier) -> bytes:
    from catseye.export.onnx_model import build_onnx_model  # on use, as it needs ONNX and PyTorch

    content: bytes = build_onnx_model(module_of(classifier), classifier.description).SerializeToString()
    return content


def _runner(folder: Path, classifier: Classifier, pictures: Sequence[NamedPixels]) -> Runner:
    browser = find_chromium()
    if browser:
        return _PageRun(browser, folder, pictures)
    found = OnnxRuntime(folder / MODEL, classifier.preprocess, PICTURE)
    found.runtime += " (Chromium was not found: the page itself was not run)"
    return found


class _PageRun:
    """The page in Chromium; it classifies all pictures at once, and then returns its answers in order."""

    def __init__(self, browser: str, folder: Path, pictures: Sequence[NamedPixels]) -> None:
        self.runtime = f"onnxruntime-web {VERSION} in Chromium"
        with progress("checking the page in Chromium", len(pictures)) as advance:
            found = classify_in_chromium(browser, folder, [_to_png(picture.pixels) for picture in pictures], advance)
        self._answers: Iterator[PageAnswer] = iter(found)

    def __call__(self, picture: Pixels) -> tuple[Floats, Floats | None]:
        """Return probabilities (K,) and unfamiliarity for the next picture."""
        answer = next(self._answers)
        if answer.error:
            raise CatseyeError(f"the page cannot classify a picture of {picture.shape[:2]}: {answer.error}")
        score = None if answer.unfamiliarity is None else np.array(answer.unfamiliarity)
        return np.array(answer.probabilities), score


def _to_png(pixels: Pixels) -> bytes:
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
