"""A user's own folder of pictures, labelled by folders, a label file or the pictures' names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from catseye.datasets.dataset import TEST
from catseye.datasets.folders.folder import read_folder
from catseye.datasets.label_files.file_names import offer_pattern, read_file_names
from catseye.datasets.label_files.folder_labels import are_sorted, find_folder_labels, label_files_in, offer_label_file
from catseye.datasets.label_files.label_file import read_sources
from catseye.datasets.label_files.picture_index import index_folder
from catseye.datasets.label_files.split_names import split_of
from catseye.errors import CatseyeError, UsageError
from catseye.images.decoding import is_hidden
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from catseye.datasets.dataset import Dataset
    from catseye.datasets.label_files.file_names import Offer
    from catseye.datasets.label_files.options import LabelOptions
    from catseye.datasets.left_out import LeftOut


def read_own_folder(
    root: Path,
    name: str,
    home: Path,
    options: LabelOptions,
    *,
    label: str | None = None,
    strict: bool = False,
    skipped: Sequence[LeftOut] = (),
    notes: Sequence[str] = (),
) -> Dataset:
    """Return the pictures in a folder as a data set.

    A pattern of names is used if one is given. A label file in the folder is used if a column is named, or if the
    pictures are not sorted into several folders; otherwise the folders are the classes.

    Parameters
    ----------
    root
    name
        Name or path that the user gave.
    home
        Folder of the cache that records which pictures are broken.
    options
    label
        Name of the label; of a label file that is used, its column.
    strict
        Make a picture that cannot be used, or one that was skipped, an error.
    skipped, notes
        What was left out when the folder was unpacked from an archive, and further notes on it.

    Raises
    ------
    UsageError
        The options do not fit what is there, or there are several label files or columns to choose from.
    CatseyeError
        There are no pictures with classes, or (``strict``) one that cannot be used.
    """
    if strict and skipped:
        first = f"{skipped[0].picture}: {skipped[0].reason}"
        raise CatseyeError(f"{name}: {counted(len(skipped), 'member')} left out, first {first}.")
    dataset = _read(root, name, home, options, label=label, strict=strict)
    info = dataset.info
    return replace(dataset, info=replace(info, notes=(*notes, *info.notes), left_out=(*skipped, *info.left_out)))


def _read(root: Path, name: str, home: Path, options: LabelOptions, *, label: str | None, strict: bool) -> Dataset:
    if options.label_from is not None:
        if options.names_columns:
            raise UsageError("labels come from a label file's columns or from file names (label_from); choose one.")
        return read_file_names(index_folder(root), name, home, options, strict=strict)
    top = _inside_wrappers(root)
    sources = label_files_in(top)
    index = index_folder(top) if sources else None
    found = find_folder_labels(sources, index, options, name) if index else None
    if found is None or index is None:
        if options.names_columns:
            given = " ".join(options.on_command_line())
            raise UsageError(f"{name} holds no label file that names its pictures; {given} is a column of one.")
        return _read_folders(root, name, home, strict=strict)
    if are_sorted(index.pictures) and not options.names_columns:
        dataset = _read_folders(root, name, home, strict=strict)
        file = f"{found.sources[0].base}{found.sources[0].path.name}"
        return _with_note(
            dataset, f"{file} names pictures too, but their folders are the classes; give its path to use it."
        )
    shown = "/".join([name.rstrip("/"), *top.relative_to(root).parts])
    chosen = options if options.label_column else replace(options, label_column=label)
    dataset = read_sources(found.sources, index, name, shown, home, chosen, strict=strict)
    used = ", ".join(f"{source.base}{source.path.name}" for source in found.sources)
    also = f"; not used: {', '.join(found.unused)}" if found.unused else ""
    return _with_note(dataset, f"the labels are those of {used}, column {dataset.info.label}{also}.")


def _inside_wrappers(root: Path) -> Path:
    """Return the first folder that holds more than a single folder."""
    entries = [entry for entry in root.iterdir() if not is_hidden(entry)]
    alone = len(entries) == 1 and entries[0].is_dir() and not entries[0].is_symlink()
    return _inside_wrappers(entries[0]) if alone else root


def _with_note(dataset: Dataset, note: str) -> Dataset:
    return replace(dataset, info=replace(dataset.info, notes=(*dataset.info.notes, note)))


def _read_folders(root: Path, name: str, home: Path, *, strict: bool) -> Dataset:
    """Read a folder of class folders; if it has none, the error suggests a pattern that finds classes in the names."""
    try:
        dataset = read_folder(root, name, home, strict=strict)
    except CatseyeError as error:
        offer = _offer(root)
        named = offer_label_file(root, name)
        if offer is None and not named:
            raise
        raise type(error)(f"{error}\nOr {named or offer}.") from error
    named = offer_label_file(root, name) if any(doubt.serious for doubt in dataset.info.doubts) else ""
    if named:
        return _with_offer(dataset, named)
    uncertain = len(dataset.info.classes) == 1 or any(doubt.serious for doubt in dataset.info.doubts)
    offer = _offer(root) if uncertain else None
    if offer is None:
        return dataset
    if dataset.info.doubts:
        return _with_offer(dataset, offer)
    return _with_note(dataset, f"all pictures are in one class, {dataset.info.classes[0]}; {offer}.")


def _with_offer(dataset: Dataset, offer: Offer | str) -> Dataset:
    """Return the data set with the suggestion added to the doubt about its classes."""
    info, doubt = dataset.info, dataset.info.doubts[0]
    said = replace(doubt, reason=f"{doubt.reason} Or {offer}.")
    notes = tuple(said.reason if note == doubt.reason else note for note in info.notes)
    return replace(dataset, info=replace(info, doubts=(said, *info.doubts[1:]), notes=notes))


def _offer(root: Path) -> Offer | None:
    pictures = index_folder(root).pictures
    if are_sorted(pictures):
        return None
    return offer_pattern(pictures) or offer_pattern([place for place in pictures if not _is_for_testing(place)])


def _is_for_testing(place: str) -> bool:
    """Say whether a picture lies in a folder for testing, where competitions keep pictures without labels."""
    return any(split_of(step) == TEST for step in place.split("/")[:-1])
