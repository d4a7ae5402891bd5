"""One export: written beside its place, run in its runtime, compared with the classifier, then moved into place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.classifier.storage import require_classes
from catseye.errors import CatseyeError
from catseye.export.agreement import compare_answers, predict_pictures
from catseye.export.export_result import Export
from catseye.export.formats import FORMATS, check_kind, find_format
from catseye.export.odd_pictures import add_odd_pictures
from catseye.export.onnx_file import note_agreements
from catseye.export.openvino_file import note_openvino_agreements
from catseye.export.placing import find_target, place_files, place_version
from catseye.system.files import is_folder
from catseye.system.progress_bar import progress
from catseye.system.staging_folder import staging

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from catseye.classifier.classifier import Classifier
    from catseye.export.agreement import Agreement
    from catseye.export.odd_pictures import NamedPixels


def check_target(to: str, out: Path, *, force: bool) -> None:
    """Raise `UsageError` if the format is unknown, or :func:`.find_target` finds no place for what is written."""
    find_target(to, find_format(to), out, force=force)


def export_classifier(
    classifier: Classifier, to: str, out: Path, kind: str, pictures: Sequence[NamedPixels], *, force: bool
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
    force
        Replace a file.

    Raises
    ------
    UsageError
        A value is invalid, a package is missing, or the network has no such form.
    CatseyeError
        The exported file answers otherwise than the classifier, or cannot be written. Then nothing is left of it.
    """
    check_kind(to, kind)
    target = find_target(to, FORMATS[to], out, force=force)
    require_classes(classifier.network_name, classifier.classes)
    try:
        with staging(out / target.name if is_folder(out) else out) as folder:
            written = folder / target.name
            with progress(f"writing it for {to}", 0):
                FORMATS[to].write(classifier, written, kind)
            agreements = _compare(classifier, to, written, kind, pictures)
            _note(to, written, agreements)
            size = sum(each.stat().st_size for each in folder.iterdir())
            if target == out:
                place_files(folder, target, force=force)
            else:
                target = place_version(folder, target)
    except OSError as error:
        raise CatseyeError(f"{out} cannot be written: {error.strerror}. What was there before stays.") from error
    first = agreements[0].require()
    return Export(target, to, size, (first, *agreements[1:]), _notes(to, kind, agreements))


def _compare(classifier: Classifier, to: str, written: Path, kind: str, more: Sequence[NamedPixels]) -> list[Agreement]:
    """Return how the file agrees with the classifier, in its own runtime first, where it must."""
    pictures = add_odd_pictures(more, classifier)
    expected = predict_pictures(classifier, pictures)
    with progress("opening what was written", 0):
        runners = FORMATS[to].open(classifier, written, kind)
    agreements = [compare_answers(runner, pictures, expected) for runner in runners]
    agreements[0].require()
    return agreements


def _note(to: str, written: Path, agreements: Sequence[Agreement]) -> None:
    """Write into the file what was checked, where the format has a place for it."""
    if to == "onnx":
        note_agreements(written, agreements)
    elif to == "openvino":
        note_openvino_agreements(written, agreements)


def _notes(to: str, kind: str, agreements: Sequence[Agreement]) -> tuple[str, ...]:
    notes = [f"do not run it in {one.runtime}: the answers differ there." for one in agreements[1:] if not one.holds]
    if kind == "tensor":
        notes.append("its input must be cropped, resized and normalised, as the metadata states.")
    if to == "keras":
        notes.append("its input must have the network's own size; it has no unfamiliarity score.")
    return tuple(notes)
