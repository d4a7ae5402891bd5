"""An export: written beside its destination, run, compared with the classifier, then moved into place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from catseye.classifier.storage import require_classes
from catseye.errors import CatseyeError
from catseye.export.agreement import compare_answers, predict_pictures
from catseye.export.export_result import Export
from catseye.export.formats import FORMATS, check_kind, find_format
from catseye.export.metadata import CHECKED, QUANTISED
from catseye.export.odd_pictures import add_odd_pictures
from catseye.export.onnx_file import add_onnx_metadata
from catseye.export.openvino_file import add_openvino_metadata
from catseye.export.placing import find_target, place_files, place_version
from catseye.export.quantised_file import write_quantised
from catseye.system.files import is_folder
from catseye.system.progress_bar import progress
from catseye.system.staging_folder import staging

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from catseye.classifier.classifier import Classifier
    from catseye.export.agreement import Agreement
    from catseye.export.calibration_pictures import CalibrationPictures
    from catseye.export.odd_pictures import NamedPixels
    from catseye.export.quantisation import Quantisation


def check_target(to: str, out: Path, *, force: bool) -> None:
    """Raise `UsageError` if the format is unknown, or :func:`.find_target` refuses the destination."""
    find_target(to, find_format(to), out, force=force)


def export_classifier(
    classifier: Classifier,
    to: str,
    out: Path,
    kind: str,
    pictures: Sequence[NamedPixels],
    calibration: CalibrationPictures | None = None,
    *,
    force: bool,
) -> Export:
    """Export a classifier to another runtime, and compare its answers there.

    Parameters
    ----------
    classifier
    to
        One of `FORMATS`.
    out
        A file or, for OpenVINO, a folder.
    kind
        Input of the file: ``"picture"``, or ``"tensor"`` for pictures that are already preprocessed.
    pictures
        Pictures to compare answers on, in addition to the rendered ones.
    calibration
        Pictures to quantise the network on; ``None`` to leave it in single precision.
    force
        Replace a file.

    Raises
    ------
    UsageError
        A value is invalid, a package is missing, or the format does not support the network.
    CatseyeError
        The exported file does not agree with the classifier, loses too much accuracy when quantised, or cannot be
        written. Nothing is left of it.
    """
    check_kind(to, kind)
    target = find_target(to, FORMATS[to], out, force=force)
    require_classes(classifier.network_name, classifier.classes)
    try:
        with staging(out / target.name if is_folder(out) else out) as folder:
            written = folder / target.name
            quantisation = _write(classifier, to, written, kind, calibration)
            agreements = _compare(classifier, to, written, kind, pictures)
            if quantisation is None:
                _require_agreement(to, agreements)
            _record_checks(to, written, agreements, quantisation)
            size = sum(each.stat().st_size for each in folder.iterdir())
            if target == out:
                place_files(folder, target, force=force)
            else:
                target = place_version(folder, target)
    except OSError as error:
        raise CatseyeError(f"{out} cannot be written: {error.strerror}. An earlier file is unchanged.") from error
    notes = _notes(to, kind, target, agreements if quantisation is None else [])
    return Export(target, to, size, tuple(agreements), notes, quantisation)


def _write(
    classifier: Classifier, to: str, path: Path, kind: str, calibration: CalibrationPictures | None
) -> Quantisation | None:
    """Write a classifier, quantised if there are calibration pictures; return the cost, which is acceptable."""
    if calibration is not None:
        return write_quantised(classifier, to, path, kind, calibration).require()
    with progress(f"writing it for {to}", 0):
        FORMATS[to].write(classifier, path, kind)
    return None


def _compare(classifier: Classifier, to: str, written: Path, kind: str, more: Sequence[NamedPixels]) -> list[Agreement]:
    """Return the agreement with the classifier, in the file's own runtime first."""
    pictures = add_odd_pictures(more, classifier)
    expected = predict_pictures(classifier, pictures)
    with progress("loading the exported file", 0):
        runners = FORMATS[to].open(classifier, written, kind)
    return [compare_answers(runner, pictures, expected) for runner in runners]


def _require_agreement(to: str, agreements: Sequence[Agreement]) -> None:
    """Raise `CatseyeError` unless a file agrees with the classifier in each runtime that it is meant for."""
    for agreement in agreements[:1] if to == "onnx" else agreements:  # an ONNX file is not meant for OpenVINO
        agreement.require()


def _record_checks(to: str, written: Path, agreements: Sequence[Agreement], quantisation: Quantisation | None) -> None:
    """Record the checks in the file's metadata, if the format has any."""
    entries = {CHECKED: json.dumps([agreement.to_json() for agreement in agreements])}
    if quantisation:
        entries[QUANTISED] = json.dumps(quantisation.to_json())
    if to == "onnx":
        add_onnx_metadata(written, entries)
    elif to == "openvino":
        add_openvino_metadata(written, entries)


def _notes(to: str, kind: str, target: Path, agreements: Sequence[Agreement]) -> tuple[str, ...]:
    beside = FORMATS[to].beside(target.stem)
    notes = [f"also written: {' and '.join(beside)}."] if beside else []
    notes += [f"do not run it in {one.runtime}: the answers differ there." for one in agreements[1:] if not one.holds]
    if kind == "tensor":
        notes.append("its input must be cropped, resized and normalised, as the metadata states.")
    if to == "keras":
        notes.append("its input must have the network's own size; it has no unfamiliarity score.")
    return tuple(notes)
