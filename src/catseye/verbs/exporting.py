"""Exporting classifiers to files for other runtimes."""

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

_MOST = 32  # training pictures to compare answers on


@with_short_traceback
@with_checked_arguments
def export(
    classifier: ClassifierSource,
    to: str,
    out: str | Path,
    *,
    input: str = PICTURE,  # noqa: A002 (as the command's option)
    quantise: str | None = None,
    calibrate: DataSource | None = None,
    runtime: str | Path | None = None,
    force: bool = False,
    weights: str | Path | None = None,
    data_dir: str | Path | None = None,
    archives: str | Path | None = None,
) -> Export:
    """Export a classifier to a file for another runtime, and check that its answers are the same there.

    The file includes preprocessing, network, temperature, class names and the unfamiliarity score. It is run on
    rendered pictures of every odd kind, and on training pictures if they are still available; nothing is written
    unless its answers agree with the classifier's.

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
        Input of the file: ``"picture"``, RGB of any size, uint8 (N, H, W, 3); or ``"tensor"``, pictures that are
        already cropped, resized and normalised, float32 (N, C, h, w).
    quantise
        ``"int8"``: quantise weights and activations to 8 bits (``"onnx"`` and ``"openvino"``). The cost is measured on
        labelled pictures; nothing is written if it is more than one point of accuracy.
    calibrate
        Pictures for quantisation, as for :func:`catseye.train`. The training split is used to calibrate, and the test
        split to measure or, if it has no known labels, the test pictures of the classifier's run.
    runtime
        Your own copy of the page's runtime, the package onnxruntime-web as a .tgz file or a folder; by default it is
        downloaded once from npm's registry, and kept.
    force
        Replace a file, or the folder of a page. A folder with other files is never replaced; in a folder for OpenVINO
        Model Server, every export is a new version.
    weights
        A file of weights for the backbone that ``classifier`` names.
    data_dir, archives
        Where to find the training pictures, as for :func:`catseye.load`. Nothing is downloaded.

    Raises
    ------
    UsageError
        A value is invalid, a package is missing, or the format does not support the network.
    CatseyeError
        The file's answers differ from the classifier's, or it cannot be written.
    """
    out = Path(out)
    _check(to, out, input, runtime, force=force)
    check_quantisable(to, quantise, has_pictures=calibrate is not None)
    with progress("opening the classifier and its training pictures", 0):
        opened, name = open_classifier(classifier, weights)
        labelled = find_labelled(classifier, opened, data_dir, archives)
        pictures = _sample(labelled.training)
    if to == WEB:
        own = None if runtime is None else Path(runtime)
        return export_page(opened, out, _heading(name), pictures, home_folder(data_dir), own, force=force)
    calibration = None
    if calibrate is not None:
        with progress("opening the calibration pictures", 0):
            dataset = open_dataset(calibrate, data_dir=data_dir, archives=archives)
            calibration = choose_calibration_pictures(dataset, opened.classes, labelled.test)
    return export_classifier(opened, to, out, input, pictures, calibration, force=force)


def _check(to: str, out: Path, kind: str, runtime: str | Path | None, *, force: bool) -> None:
    if to != WEB:
        if runtime is not None:
            raise UsageError(f"runtime: only for to={WEB!r}, whose page it runs.")
        check_target(to, out, force=force)
        return
    if kind != PICTURE:
        raise UsageError(f"a page takes pictures of any size; leave out input={kind!r}.")
    check_page_folder(out, force=force)


def _heading(name: str) -> str:
    """Return the heading of a page: the name of the run's folder, the file or the network."""
    path = Path(name)
    if not is_there(path):
        return name
    return path.resolve().name if is_folder(path) else path.stem


def _sample(training: Pictures | None) -> list[NamedPixels]:
    """Return a sample of the training pictures at their original sizes, as far as they are available."""
    if training is None:
        return []
    found = []
    for index in np.linspace(0, len(training) - 1, min(_MOST, len(training))).astype(int).tolist():
        try:
            found.append(NamedPixels(training.name(index), as_rgb(training.picture(index))))
        except CatseyeError:  # the file has changed or is gone
            continue
    return found
