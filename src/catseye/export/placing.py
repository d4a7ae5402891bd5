"""Moving an export from the folder in which it was checked to its destination: everything, or nothing."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from catseye.errors import UsageError
from catseye.export.openvino_replacing import replace_openvino
from catseye.system.copies import move_new
from catseye.system.files import flush_file, is_folder, is_there, new_output
from catseye.system.staging_folder import hold_folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from catseye.export.formats import Format

_MODEL = "model"  # the name of the files in a folder, which OpenVINO Model Server looks for
_MODELS = {".xml": ".bin", ".onnx": ".onnx"}  # files that such a server loads, and their companions


def find_target(to: str, written: Format, out: Path, *, force: bool) -> Path:
    """Return the path of an export's main file: ``out`` itself or, in a folder, that of the next version.

    Raises
    ------
    UsageError
        The path has another extension or exists already, is a folder of something else, or its folder does not exist.
    """
    if out.suffix.lower() in written.endings:
        for name in written.beside(out.stem):
            new_output(out.with_name(name), force=force)
        return new_output(out, force=force)
    if not written.folder or (out.suffix and not is_folder(out)):
        expected = " or ".join(written.endings) + (", or a folder" if written.folder else "")
        raise UsageError(f"{to} is written to a file that ends in {expected}; got {out}.")
    if is_there(out) and not is_folder(out):
        raise UsageError(f"{out} is a file; expected a folder or a name that ends in {written.endings[0]}.")
    if not is_folder(out.parent):
        raise UsageError(f"{out} cannot be written: there is no folder {out.parent}. Create it first.")
    versions = _versions(out) if is_folder(out) else []
    return out / str(max(versions, default=0) + 1) / f"{_MODEL}{written.endings[0]}"


def _versions(out: Path) -> list[int]:
    """Return the versions in a model repository; raise `UsageError` if a folder is neither that nor empty."""
    folders = [each for each in out.iterdir() if is_folder(each) and not each.name.startswith(".")]
    if all(each.name.isascii() and each.name.isdecimal() and _has_model(each) for each in folders) and (
        folders or not any(not each.name.startswith(".") for each in out.iterdir())
    ):
        return [int(each.name) for each in folders]
    raise UsageError(
        f"{out} holds something other than versions of a model; name a folder that does not exist yet, is empty, or "
        "was written by an earlier export."
    )


def _has_model(version: Path) -> bool:
    files = set(version.iterdir())
    return any(each.with_suffix(_MODELS[each.suffix]) in files for each in files if each.suffix in _MODELS)


def place_files(folder: Path, target: Path, *, force: bool) -> None:
    """Move the files of a folder to the folder of ``target``, the main file.

    The main file is moved last, so that it is never there without the others. Of those, no new one is ever beside an
    old one, even after a kill: the old ones are set aside first. OpenVINO's two files are replaced by
    :func:`.replace_openvino`.

    Raises
    ------
    FileExistsError
        A file has appeared there meanwhile, and ``force`` is false; it is kept.
    OSError
        They cannot be moved. Earlier files are unchanged.
    """
    main = folder / target.name
    others = [each for each in folder.iterdir() if each != main]
    for each in (*others, main):
        flush_file(each)
    with hold_folder(target.parent):
        if force and main.suffix == ".xml" and target.exists():
            replace_openvino(main, target)
        else:
            _move_together(others, main, target, force=force)


def _move_together(others: Sequence[Path], main: Path, target: Path, *, force: bool) -> None:
    aside = main.parent / "aside"
    aside.mkdir()
    placed: list[Path] = []
    try:
        for each in others if force else ():
            place = target.parent / each.name
            if is_there(place):
                place.replace(aside / each.name)
        for each in (*others, main):
            place = target.parent / each.name
            if force:
                each.replace(place)
            else:
                move_new(each, place)
            placed.append(place)
    except BaseException:  # interruptions too
        if target not in placed:
            for place in placed:
                with suppress(OSError):
                    place.unlink()
            for each in aside.iterdir():
                with suppress(OSError):
                    each.rename(target.parent / each.name)
        raise


def place_version(folder: Path, target: Path) -> Path:
    """Move the files of a folder to the folder of a new version, in which ``target`` is the main file.

    Returns the main file's path: in a later version if another export has written this one meanwhile.
    """
    staged = folder / "version"
    files = list(folder.iterdir())
    staged.mkdir()
    for each in files:
        flush_file(each)
        each.rename(staged / each.name)
    repository, version = target.parent.parent, int(target.parent.name)
    repository.mkdir(exist_ok=True)
    while True:
        place = repository / str(version)
        try:
            staged.rename(place)
        except OSError:
            if not is_there(place):
                raise
            version += 1
        else:
            return place / target.name
