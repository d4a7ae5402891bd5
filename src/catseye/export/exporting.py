"""One export: written beside its place, run in its runtime, compared with the classifier, then moved into place."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.classifier.storage import require_classes
from catseye.errors import CatseyeError, UsageError
from catseye.export.agreement import compare_answers, predict_pictures
from catseye.export.export_result import Export
from catseye.export.formats import FORMATS, check_kind, find_format
from catseye.export.metadata import CHECKED, QUANTISED
from catseye.export.odd_pictures import render_odd_pictures
from catseye.export.onnx_file import note_in_onnx
from catseye.export.openvino_file import note_in_openvino
from catseye.export.quantised_file import write_quantised
from catseye.system.files import is_folder, is_there, new_output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.classifier.classifier import Classifier
    from catseye.export.agreement import Agreement
    from catseye.export.calibration_pictures import CalibrationPictures
    from catseye.export.odd_pictures import NamedPixels
    from catseye.export.quantisation import Quantisation

_MODEL = "model"  # the name of the files in a folder, which OpenVINO Model Server looks for


def check_target(to: str, out: Path, *, force: bool) -> Path:
    """Return where the main file will be: ``out`` itself or, in a folder, that of the next version.

    Raises
    ------
    UsageError
        The format is unknown, the path has another ending or exists already, or there is no such folder.
    """
    found = find_format(to)
    if out.suffix.lower() in found.endings:
        for name in (out.name, *found.beside(out.stem)):
            new_output(out.with_name(name), force=force)
        return out
    if not found.folder or (out.suffix and not is_folder(out)):
        expected = " or ".join(found.endings) + (", or a folder" if found.folder else "")
        raise UsageError(f"{to} is written to a file that ends in {expected}; got {out}.")
    if is_there(out) and not is_folder(out):
        raise UsageError(f"{out} is a file; expected a folder or a name that ends in {found.endings[0]}.")
    if not is_folder(out.parent):
        raise UsageError(f"{out} cannot be written: there is no folder {out.parent}. Create it first.")
    versions = [int(each.name) for each in out.iterdir() if each.name.isdecimal()] if is_folder(out) else []
    return out / str(max(versions, default=0) + 1) / f"{_MODEL}{found.endings[0]}"


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
    target = check_target(to, out, force=force)
    require_classes(classifier.network_name, classifier.classes)
    beside = out.parent if is_folder(out.parent) else Path()
    try:
        with tempfile.TemporaryDirectory(prefix=f".{out.name[:32]}.", dir=beside) as folder:
            written = Path(folder) / target.name
            quantisation = None
            if calibration is None:
                FORMATS[to].write(classifier, written, kind)
            else:
                quantisation = write_quantised(classifier, to, written, kind, calibration).require()
            agreements = _compare(classifier, to, written, kind, pictures)
            if quantisation is None:
                _require(to, agreements)
            _note(to, written, agreements, quantisation)
            size = sum(each.stat().st_size for each in Path(folder).iterdir())
            _move(Path(folder), target)
    except OSError as error:
        raise CatseyeError(f"{out} cannot be written: {error.strerror}. What was there before stays.") from error
    notes = _notes(to, kind, target, agreements if quantisation is None else [])
    return Export(target, to, size, tuple(agreements), notes, quantisation)


def _compare(classifier: Classifier, to: str, written: Path, kind: str, more: Sequence[NamedPixels]) -> list[Agreement]:
    """Return how the file agrees with the classifier, in its own runtime first."""
    pictures = [*more, *render_odd_pictures(classifier.preprocess)]
    expected = predict_pictures(classifier, pictures)
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


def _move(folder: Path, target: Path) -> None:
    """Move what lies in a folder to its place: the main file last, so that it is never there without the others."""
    if target.parent != folder.parent and not is_folder(target.parent):  # the folder of a version
        target.parent.parent.mkdir(exist_ok=True)
        staged = folder / "version"
        staged.mkdir()
        for each in list(folder.iterdir()):
            if each != staged:
                each.rename(staged / each.name)
        staged.chmod(0o755)
        staged.rename(target.parent)
        return
    new: list[Path] = []
    try:
        for each in sorted(folder.iterdir(), key=lambda path: path.name == target.name):
            place = target.parent / each.name
            if not is_there(place):
                new.append(place)
            shutil.move(each, place)
    except OSError:
        for place in new:
            place.unlink(missing_ok=True)
        raise


def _notes(to: str, kind: str, target: Path, agreements: Sequence[Agreement]) -> tuple[str, ...]:
    beside = FORMATS[to].beside(target.stem)
    notes = [f"beside it: {' and '.join(beside)}."] if beside else []
    notes += [f"do not run it in {one.runtime}, which answers otherwise." for one in agreements[1:] if not one.holds]
    if kind == "tensor":
        notes.append("it takes pictures that are cropped, resized and normalised already, as its metadata says.")
    if to == "keras":
        notes.append("it takes pictures of the network's own size, and leaves out the unfamiliarity.")
    return tuple(notes)
