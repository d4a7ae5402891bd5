"""One export: written beside its place, run in its runtime, compared with the classifier, then moved into place."""

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
from catseye.export.onnx_file import note_in_onnx
from catseye.export.openvino_file import note_in_openvino
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
    """Raise `UsageError` if the format is unknown, or :func:`.find_target` finds no place for what is written."""
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
    """Write a classifier for another runtime, and compare its answers there.

    Parameters
    ----------
    classifier
    to
        One of `FORMATS`.
    out
        A file or, for OpenVINO, a folder.
    kind
        What the file takes: ``"picture"``, or ``"tensor"`` for pictures that are preprocessed already.
    pictures
        Further pictures to compare on, beside those that are rendered.
    calibration
        Pictures to quantise the network on; ``None`` to leave it in single precision.
    force
        Replace a file.

    Raises
    ------
    UsageError
        A value is invalid, a package is missing, or the network has no such form.
    CatseyeError
        The exported file answers otherwise than the classifier or, quantised, less well than accepted; or it cannot be
        written. Then nothing is left of it.
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
                _require(to, agreements)
            _note(to, written, agreements, quantisation)
            size = sum(each.stat().st_size for each in folder.iterdir())
            if target == out:
                place_files(folder, target, force=force)
            else:
                target = place_version(folder, target)
    except OSError as error:
        raise CatseyeError(f"{out} cannot be written: {error.strerror}. What was there before stays.") from error
    notes = _notes(to, kind, target, agreements if quantisation is None else [])
    return Export(target, to, size, tuple(agreements), notes, quantisation)


def _write(
    classifier: Classifier, to: str, path: Path, kind: str, calibration: CalibrationPictures | None
) -> Quantisation | None:
    """Write a classifier, quantised if there are pictures for it; return what that costs, which is little enough."""
    if calibration is not None:
        return write_quantised(classifier, to, path, kind, calibration).require()
    with progress(f"writing it for {to}", 0):
        FORMATS[to].write(classifier, path, kind)
    return None


def _compare(classifier: Classifier, to: str, written: Path, kind: str, more: Sequence[NamedPixels]) -> list[Agreement]:
    """Return how the file agrees with the classifier, in its own runtime first."""
    pictures = add_odd_pictures(more, classifier)
    expected = predict_pictures(classifier, pictures)
    with progress("opening what was written", 0):
        runners = FORMATS[to].open(classifier, written, kind)
    return [compare_answers(runner, pictures, expected) for runner in runners]


def _require(to: str, agreements: Sequence[Agreement]) -> None:
    """Raise `CatseyeError` unless a file answers as the classifier does in each runtime that it is for."""
    for agreement in agreements[:1] if to == "onnx" else agreements:  # OpenVINO only happens to read ONNX
        agreement.require()


def _note(to: str, written: Path, agreements: Sequence[Agreement], quantisation: Quantisation | None) -> None:
    """Write into the file what was checked, where the format has a place for it."""
    entries = {CHECKED: json.dumps([agreement.to_json() for agreement in agreements])}
    if quantisation:
        entries[QUANTISED] = json.dumps(quantisation.to_json())
    if to == "onnx":
        note_in_onnx(written, entries)
    elif to == "openvino":
        note_in_openvino(written, entries)


def _notes(to: str, kind: str, target: Path, agreements: Sequence[Agreement]) -> tuple[str, ...]:
    beside = FORMATS[to].beside(target.stem)
    notes = [f"beside it: {' and '.join(beside)}."] if beside else []
    notes += [f"do not run it in {one.runtime}: the answers differ there." for one in agreements[1:] if not one.holds]
    if kind == "tensor":
        notes.append("its input must be cropped, resized and normalised, as the metadata states.")
    if to == "keras":
        notes.append("its input must have the network's own size; it has no unfamiliarity score.")
    return tuple(notes)
