"""Classifiers as files for other runtimes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from catseye.arguments import with_checked_arguments
from catseye.datasets import open_dataset
from catseye.errors import CatseyeError, UsageError, with_short_traceback
from catseye.export.calibration_pictures import choose_calibration_pictures
from catseye.export.exporting import check_target, export_classifier
from catseye.export.odd_pictures import NamedPixels, as_rgb
from catseye.export.picture_graph import PICTURE
from catseye.export.quantised_file import check_quantisable
from catseye.export.web.folder import check_page_folder
from catseye.export.web.page_export import WEB, export_page
from catseye.runs.labelled_pictures import find_labelled
from catseye.system.files import is_folder, is_there
from catseye.system.home import home_folder
from catseye.system.progress_bar import progress
from catseye.verbs.sources import open_classifier

if TYPE_CHECKING:
    from catseye.datasets import Pictures
    from catseye.datasets.loading import DataSource
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
    quantise: str | None = None,
    calibrate: DataSource | None = None,
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
        The file: .onnx; .xml (OpenVINO), or a folder, laid out for OpenVINO Model Server; .pt2 (an exported program,
        with the state dict and its loader beside it); .keras; a new folder for a page that classifies in the browser
        (``"web"``).
    input
        What the file takes: ``"picture"``, RGB of any size, uint8 (N, H, W, 3); or ``"tensor"``, pictures that are
        cropped, resized and normalised already, float32 (N, C, h, w).
    quantise
        ``"int8"``: weights and values between the layers get 8 bits (``"onnx"`` and ``"openvino"``). What it costs is
        measured on labelled pictures, and nothing is written if that is more than one point of accuracy.
    calibrate
        Pictures for that, as for :func:`catseye.train`. It is calibrated on the training split and measured on the
        test split or, if those have no labels, on the test pictures of the classifier's run.
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
    check_quantisable(to, quantise, has_pictures=calibrate is not None)
    with progress("opening the classifier and its training pictures", 0):
        opened, name = open_classifier(classifier, weights)
        labelled = find_labelled(classifier, opened, data_dir, archives)
        pictures = _some_of(labelled.training)
    if to == WEB:
        own = None if runtime is None else Path(runtime)
        return export_page(opened, out, _heading(name), pictures, home_folder(data_dir), own, force=force)
    calibration = None
    if calibrate is not None:
        with progress("opening the pictures to calibrate on", 0):
            dataset = open_dataset(calibrate, data_dir=data_dir, archives=archives)
            calibration = choose_calibration_pictures(dataset, opened.classes, labelled.test)
    return export_classifier(opened, to, out, input, pictures, calibration, force=force)


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


def _some_of(training: Pictures | None) -> list[NamedPixels]:
    """Return some of the pictures that a classifier learned from, at their own sizes, where they are available."""
    if training is None:
        return []
    found = []
    for index in np.linspace(0, len(training) - 1, min(_MOST, len(training))).astype(int).tolist():
        try:
            found.append(NamedPixels(training.name(index), as_rgb(training.picture(index))))
        except CatseyeError:  # the file has changed or gone since
            continue
    return found
