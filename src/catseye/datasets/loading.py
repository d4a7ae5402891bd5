"""All data sets by name, and the one call that loads any of them."""

from __future__ import annotations

import logging
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, Unpack, overload

from catseye.arguments import received, with_checked_arguments
from catseye.datasets.archive_kind import SUFFIXES, is_archive
from catseye.datasets.arrays import from_arrays
from catseye.datasets.catalogue.cats_vs_dogs import CATS_VS_DOGS
from catseye.datasets.catalogue.digits import DIGITS
from catseye.datasets.catalogue.mnist import FASHION_MNIST, KMNIST, MNIST
from catseye.datasets.catalogue.oxford_iiit_pet import OXFORD_IIIT_PET
from catseye.datasets.catalogue.versions import newest, split_name, without_split
from catseye.datasets.changed_files import look_again
from catseye.datasets.class_changes import ClassChanges, change_classes
from catseye.datasets.dataset import Dataset
from catseye.datasets.label_files.label_file import read_label_file
from catseye.datasets.label_files.options import LabelOptions
from catseye.datasets.label_files.table import SUFFIXES as LABEL_SUFFIXES
from catseye.datasets.label_files.table import is_label_file
from catseye.datasets.one_split import from_pictures
from catseye.datasets.own_data import read_own_folder
from catseye.datasets.pictures import Pictures
from catseye.datasets.preparation.archive import unpack
from catseye.datasets.preparation.locate import user_folder
from catseye.datasets.preparation.prepared import is_whole, prepare, prepared_folder
from catseye.errors import UsageError, unknown, with_short_traceback
from catseye.system.files import is_there
from catseye.system.home import home_folder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from catseye.datasets.info import Info
    from catseye.datasets.load_options import LoadOptions
    from catseye.datasets.preparation.entry import Entry

log = logging.getLogger("catseye")

DataSource: TypeAlias = "str | Path | Dataset | Pictures | tuple[Any, ...]"

ENTRIES = (DIGITS, MNIST, FASHION_MNIST, KMNIST, CATS_VS_DOGS, OXFORD_IIIT_PET)
_OTHER_TABLES = (".xlsx", ".xls", ".xlsm", ".ods", ".numbers", ".parquet", ".feather", ".arrow")


def names() -> tuple[str, ...]:
    """Return the names of the data sets in the catalogue."""
    return tuple(dict.fromkeys(entry.info.name for entry in ENTRIES))


@overload
def load(
    name: str | Path,
    split: None = None,
    **options: Unpack[LoadOptions],
) -> Dataset: ...
@overload
def load(
    name: str | Path,
    split: list[str] | tuple[str, ...],
    **options: Unpack[LoadOptions],
) -> list[Pictures]: ...
@overload
def load(
    name: str | Path,
    split: str,
    **options: Unpack[LoadOptions],
) -> Pictures: ...
@with_short_traceback
@with_checked_arguments
def load(
    name: str | Path,
    split: str | list[str] | tuple[str, ...] | None = None,
    *,
    data_dir: str | Path | None = None,
    archives: str | Path | None = None,
    strict: bool = False,
    label: str | None = None,
    file_column: str | None = None,
    label_column: str | None = None,
    split_column: str | None = None,
    label_from: str | None = None,
    merge: Mapping[str, str | Sequence[str]] | Sequence[str] | str | None = None,
    rename: Mapping[str, str] | Sequence[str] | str | None = None,
    drop: Sequence[str] | str | None = None,
) -> Dataset | Pictures | list[Pictures]:
    """Return a data set, or one split of it, fetching and preparing it the first time.

    Parameters
    ----------
    name
        A data set of the catalogue (``"mnist"``), with a version if you like (``"mnist:1.*.*"``: the newest that
        fits); or a folder, .zip or .tar (also compressed) with one folder of pictures per class or with a label file;
        or a label file (.csv, .tsv, .jsonl) that lies with its pictures.
    split
        ``"train"``, ``"test"``, ``"train[:80%]"``, ``"train[100:200]+test"``, or ``"all"`` for all splits as one; by
        default all splits separately. A list of several returns a list:
        ``train, test = load("digits", split=["train", "test"])``.
    data_dir
        Folder for prepared data; by default ``CATSEYE_HOME``, else the user's cache folder.
    archives
        A folder of your own copies, ``<data set>/<official file name>``; by default ``CATSEYE_ARCHIVES``.
    strict
        Make a broken picture an error instead of leaving it out.
    label
        Label to use where pictures have several: ``"species"`` for ``oxford_iiit_pet``, whose default label is the
        breed; for a label file, the same as ``label_column``.
    file_column, label_column, split_column
        Columns of a label file that name the pictures, their classes and their splits; by default recognised by
        content.
    label_from
        Pattern of file names that hold the classes, such as ``"{label}_{}.jpg"``.
    merge, rename, drop
        Classes to merge, ``{"cat": ["kitten", "tabby"]}`` or ``"kitten,tabby=cat"``; to rename, ``{"cats": "cat"}`` or
        ``"cats=cat"``; and to leave out, ``"other"``. All names on the left are the data's own.

    Raises
    ------
    UsageError
        Nothing has that name, version, split, label, column or class; it is not clear which column is needed; or fewer
        than two classes would remain.
    CatseyeError
        It cannot be fetched, or is damaged.

    Examples
    --------
    >>> pictures = load("digits", split="train[:80%]")
    >>> pictures.batch([0, 1]).shape
    (2, 1, 8, 8)
    """
    options = LabelOptions(file_column, label_column, split_column, label_from)
    changes = ClassChanges.read(merge, rename, drop)
    dataset = _load(name, home_folder(data_dir), user_folder(archives), options, label, strict=strict)
    dataset = change_classes(dataset, changes) if changes.given else dataset
    if isinstance(split, list | tuple):
        return [dataset[one] for one in split]
    return dataset if split is None else dataset[split]


@with_short_traceback
def open_dataset(
    data: DataSource,
    *,
    data_dir: str | Path | None = None,
    archives: str | Path | None = None,
    strict: bool = False,
    label: str | None = None,
    whole: bool = False,
) -> Dataset:
    """Return the data set given to a verb.

    Parameters
    ----------
    data
        A name, folder or archive, as for :func:`load`; a data set or split that it returned; or arrays,
        ``(images, labels)`` or ``(images, labels, test_images, test_labels)``, as for
        :func:`catseye.datasets.from_arrays`. Files that have changed since they were loaded are used as they are now,
        and a note says so.
    data_dir, archives, strict
        As for :func:`load`, where ``data`` is a name or path.
    label
        Label to use where pictures have several.
    whole
        Keep the pictures of a split together; otherwise a fifth of each class becomes the test split.

    Raises
    ------
    UsageError
        It is something else, or nothing has that name, version or label.
    CatseyeError
        It cannot be fetched, or is damaged.
    """
    if isinstance(data, str | Path):
        return load(data, data_dir=data_dir, archives=archives, strict=strict, label=label)
    if isinstance(data, Pictures):
        data = from_pictures(data, whole=whole)
    dataset = look_again(data, home_folder(data_dir)) if isinstance(data, Dataset) else _from_tuple(data)
    return dataset if label is None else dataset.labelled(label)


def _from_tuple(data: object) -> Dataset:
    several = isinstance(data, tuple | list) and any(isinstance(part, Pictures | Dataset | str) for part in data)
    if isinstance(data, tuple) and len(data) in (2, 4) and not several:
        return from_arrays(*data)
    what = f"{len(data)} arrays" if isinstance(data, tuple) and not several else received(data)
    what = "several data sets or splits" if several else what
    raise UsageError(
        "data must be a name, a path, what catseye.load returned, or arrays as (images, labels) or "
        f"(images, labels, test_images, test_labels); got {what}."
    )


@with_short_traceback
def describe(name: str | Path, *, data_dir: str | Path | None = None, strict: bool = False) -> Info:
    """Return the description of a data set; one from the catalogue is not downloaded.

    Raises
    ------
    UsageError
        Nothing has that name or version.
    CatseyeError
        A folder or archive holds no pictures, or (``strict``) a broken one.
    """
    if path_of(name):
        return _load(name, home_folder(data_dir), None, LabelOptions(), None, strict=strict).info
    entry = find(str(name))
    return replace(entry.info, notes=entry.notes)


def is_prepared(name: str, *, data_dir: str | Path | None = None) -> bool:
    """Say whether a data set of the catalogue lies ready on this machine."""
    return is_whole(prepared_folder(find(name), home_folder(data_dir)))


def find(name: str) -> Entry:
    """Return the entry of the catalogue that ``"name"`` or ``"name:version"`` means."""
    plain, pattern = split_name(without_split(name, names()))
    versions = {entry.info.version: entry for entry in ENTRIES if entry.info.name == plain}
    if not versions:
        raise unknown("data set, folder or archive", plain, names())
    return versions[newest(plain, pattern, versions)]


def path_of(name: str | Path) -> Path | None:
    """Return the path if ``name`` is one, ``None`` if it can only be a name of the catalogue."""
    if not isinstance(name, str | Path) or not str(name).strip():
        raise UsageError(f"expected a data set's name, or a folder or archive; got {name!r}.")
    path = Path(name).expanduser()
    if isinstance(name, str) and split_name(name)[0] in names() and "/" not in name:
        return None
    if is_there(path):
        return path
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:/", str(name)):
        raise UsageError(f"{name} is an address; download it first, and give the file or folder.")
    if isinstance(name, Path) or os.sep in name or name.lower().endswith((*SUFFIXES, *LABEL_SUFFIXES)):
        raise UsageError(f"there is no {'label file' if is_label_file(path) else 'folder or archive'} {path}.")
    return None


def _load(
    name: str | Path, home: Path, user: Path | None, options: LabelOptions, label: str | None, *, strict: bool
) -> Dataset:
    path = path_of(name)
    if path is None:
        if options.given:
            given = " ".join(options.on_command_line())
            raise UsageError(f"{name} has its own labels; {given} is for your own label files and folders.")
        dataset = _from_catalogue(find(str(name)), home, user, strict=strict)
    elif path.is_file() and is_label_file(path):
        if options.label_from is not None:
            raise UsageError(f"label_from reads labels from the file names in a folder; got the label file {path}.")
        chosen = options if options.label_column else replace(options, label_column=label)
        return read_label_file(path, str(name), home, chosen, strict=strict)
    elif path.is_dir():
        dataset = read_own_folder(path, str(name), home, options, label=label, strict=strict)
    elif is_archive(path):
        unpacked = unpack(path, home)
        skipped = [replace(out, picture=f"{name}/{out.picture}") for out in unpacked.skipped]
        dataset = read_own_folder(
            *(unpacked.folder, str(name), home, options),
            label=label,
            strict=strict,
            skipped=skipped,
            notes=unpacked.notes,
        )
    else:
        if path.suffix.lower() in _OTHER_TABLES:
            raise UsageError(f"{path} is a table of a kind that is not read here; save it as .csv.")
        endings = ", ".join((*SUFFIXES, *LABEL_SUFFIXES))
        raise UsageError(f"{path} is neither a folder nor an archive or label file ({endings}).")
    return dataset if label is None else dataset.labelled(label)


def _from_catalogue(entry: Entry, home: Path, user: Path | None, *, strict: bool) -> Dataset:
    ready = prepare(entry, home, user, strict=strict)
    dataset = ready.dataset
    notes = entry.notes + dataset.notes
    if ready.unofficial:
        notes += (f"{entry.info.name} comes from an unofficial copy: {', '.join(ready.unofficial)}.",)
        log.warning(notes[-1])
    # An unofficial copy may hold other numbers of pictures than the official one.
    counts = {split: len(pictures) for split, pictures in dataset.splits.items()}
    return replace(dataset, info=replace(dataset.info, splits=counts, notes=notes))
