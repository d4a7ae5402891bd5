"""Classifiers as files for other runtimes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from catseye.arguments import with_checked_arguments
from catseye.errors import CatseyeError, UsageError, with_short_traceback
from catseye.export.exporting import check_target, export_classifier
from catseye.export.odd_pictures import NamedPixels, as_rgb
from catseye.export.picture_graph import PICTURE
from catseye.export.web.folder import check_page_folder
from catseye.export.web.page_export import WEB, export_page
from catseye.runs.labelled_pictures import find_labelled
from catseye.system.files import is_folder, is_there
from catseye.system.home import home_folder
from catseye.system.progress_bar import progress
from catseye.verbs.sources import open_classifier

if TYPE_CHECKING:
    from catseye.classifier.classifier import Classifier
    from catseye.export.export_result import Export
    from catseye.verbs.sources import ClassifierSource

_MOST = 32  # training pictures to compare on


@with_short_traceback
@with_checked_arguments
def export(
    classifier: ClassifierSource,
    to: str,
    out: str | Path,
    *,
    input: str = PICTURE,  # noqa: A002 (what it is, and the name of the command's option)
    runtime: str | Path | None = None,
    force: bool = False,
    weights: str | Path | None = None,
    data_dir: str | Path | None = None,
    archives: str | Path | None = None,
) -> Export:
    """Write a classifier as a file for another runtime, and check that it answers there as it does here.

    Preprocessing, network, temperature, names of classes and the unfamiliarity score are all in the file. It is run on
    rendered pictures of every odd kind, and on training pictures where they are still available; unless its answers
    are the classifier's, nothing is written.

    Parameters
    ----------
    classifier
        A classifier or run, the path of either, or a backbone's name.
    to
        ``"onnx"``, ``"openvino"``, ``"torch"``, ``"keras"`` or ``"web"``.
    out
        The file: .onnx; .xml (OpenVINO), or a folder, laid out for OpenVINO Model Server; .pt2 (an exported program);
        .keras; a new folder for a page that classifies in the browser (``"web"``).
    input
        What the file takes: ``"picture"``, RGB of any size, uint8 (N, H, W, 3); or ``"tensor"``, pictures that are
        cropped, resized and normalised already, float32 (N, C, h, w).
    runtime
        Your own copy of what runs a page, the package onnxruntime-web as a .tgz file or a folder; by default it is
        fetched once from npm's registry, and kept.
    force
        Replace a file, or the folder of a page. A folder with other files is never replaced; in one for OpenVINO Model
        Server every export is a new version.
    weights
        A file of weights for the backbone that ``classifier`` names.
    data_dir, archives
        Where the training pictures lie, as for :func:`catseye.load`. Nothing is downloaded.

    Raises
    ------
    UsageError
        A value is invalid, a package is missing, or the network has no such form.
    CatseyeError
        The file answers otherwise than the classifier, or cannot be written.
    """
    out = Path(out)
    _check(to, out, input, runtime, force=force)
    with progress("opening the classifier and its training pictures", 0):
        opened, name = open_classifier(classifier, weights)
        pictures = _training_pictures(classifier, opened, data_dir, archives)
    if to == WEB:
        own = None if runtime is None else Path(runtime)
        return export_page(opened, out, _heading(name), pictures, home_folder(data_dir), own, force=force)
    return export_classifier(opened, to, out, input, pictures, force=force)


def _check(to: str, out: Path, given: str, runtime: str | Path | None, *, force: bool) -> None:
    if to != WEB:
        if runtime is not None:
            raise UsageError(f"runtime: only for to={WEB!r}, as it runs the page.")
        check_target(to, out, force=force)
        return
    if given != PICTURE:
        raise UsageError(f"a page takes pictures of any size; leave out input={given!r}.")
    check_page_folder(out, force=force)


def _heading(name: str) -> str:
    """Return what a page is called: the name of the run's folder, of the file or of the network."""
    path = Path(name)
    if not is_there(path):
        return name
    return path.resolve().name if is_folder(path) else path.stem


def _training_pictures(
    source: object, opened: Classifier, data_dir: str | Path | None, archives: str | Path | None
) -> list[NamedPixels]:
    """Return some of the pictures that a classifier learned from, at their own sizes, where they are available."""
    training = find_labelled(source, opened, data_dir, archives).training
    if training is None:
        return []
    found = []
    for index in np.linspace(0, len(training) - 1, min(_MOST, len(training))).astype(int).tolist():
        try:
            found.append(NamedPixels(training.name(index), as_rgb(training.picture(index))))
        except CatseyeError:  # the file has changed or gone since
            continue
    return found
