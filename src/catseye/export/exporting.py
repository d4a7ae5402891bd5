"""One export: written beside its place, run in its runtime, compared with the classifier, then moved into place."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.classifier.storage import require_classes
from catseye.errors import CatseyeError, UsageError
from catseye.export.agreement import compare_answers, predict_pictures
from catseye.export.export_result import Export
from catseye.export.formats import FORMATS, check_kind, find_format
from catseye.export.odd_pictures import render_odd_pictures
from catseye.export.onnx_file import note_agreements
from catseye.export.openvino_file import note_openvino_agreements
from catseye.system.files import is_folder, is_there, new_output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.classifier.classifier import Classifier
    from catseye.export.agreement import Agreement
    from catseye.export.odd_pictures import NamedPixels

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
        return new_output(out, force=force)
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
    target = check_target(to, out, force=force)
    require_classes(classifier.network_name, classifier.classes)
    beside = out.parent if is_folder(out.parent) else Path()
    try:
        with tempfile.TemporaryDirectory(prefix=f".{out.name[:32]}.", dir=beside) as folder:
            written = Path(folder) / target.name
            FORMATS[to].write(classifier, written, kind)
            agreements = _compare(classifier, to, written, kind, pictures)
            _note(to, written, agreements)
            size = sum(each.stat().st_size for each in Path(folder).iterdir())
            _move(Path(folder), target)
    except OSError as error:
        raise CatseyeError(f"{out} cannot be written: {error.strerror}. What was there before stays.") from error
    first = agreements[0].require()
    return Export(target, to, size, (first, *agreements[1:]), _notes(to, kind, agreements))


def _compare(classifier: Classifier, to: str, written: Path, kind: str, more: Sequence[NamedPixels]) -> list[Agreement]:
    """Return how the file agrees with the classifier, in its own runtime first, where it must."""
    pictures = [*more, *render_odd_pictures(classifier.preprocess)]
    expected = predict_pictures(classifier, pictures)
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
    for each in sorted(folder.iterdir(), key=lambda path: path.name == target.name):
        shutil.move(each, target.parent / each.name)


def _notes(to: str, kind: str, agreements: Sequence[Agreement]) -> tuple[str, ...]:
    notes = [f"do not run it in {one.runtime}, which answers otherwise." for one in agreements[1:] if not one.holds]
    if kind == "tensor":
        notes.append("it takes pictures that are cropped, resized and normalised already, as its metadata says.")
    if to == "keras":
        notes.append("it takes pictures of the network's own size, and leaves out the unfamiliarity.")
    return tuple(notes)
