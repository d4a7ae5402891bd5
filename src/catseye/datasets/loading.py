"""All data sets by name, and the one call that loads any of them."""

from __future__ import annotations

import logging
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from catseye.arguments import received, with_checked_arguments
from catseye.datasets.arrays import from_arrays
from catseye.datasets.catalogue.cats_vs_dogs import CATS_VS_DOGS
from catseye.datasets.catalogue.digits import DIGITS
from catseye.datasets.catalogue.mnist import FASHION_MNIST, KMNIST, MNIST
from catseye.datasets.catalogue.oxford_iiit_pet import OXFORD_IIIT_PET
from catseye.datasets.catalogue.versions import newest, split_name
from catseye.datasets.changed_files import look_again
from catseye.datasets.dataset import Dataset
from catseye.datasets.folders.folder import read_folder
from catseye.datasets.one_split import from_pictures
from catseye.datasets.pictures import Pictures
from catseye.datasets.preparation.archive import SUFFIXES, is_archive, unpack
from catseye.datasets.preparation.locate import user_folder
from catseye.datasets.preparation.prepared import is_whole, prepare, prepared_folder
from catseye.errors import UsageError, unknown, with_short_traceback
from catseye.system.home import home_folder

if TYPE_CHECKING:
    from catseye.datasets.info import Info
    from catseye.datasets.preparation.entry import Entry

log = logging.getLogger("catseye")

DataSource: TypeAlias = "str | Path | Dataset | Pictures | tuple[Any, ...]"

ENTRIES = (DIGITS, MNIST, FASHION_MNIST, KMNIST, CATS_VS_DOGS, OXFORD_IIIT_PET)


def names() -> tuple[str, ...]:
    """Return the names of the data sets in the catalogue."""
    return tuple(dict.fromkeys(entry.info.name for entry in ENTRIES))


@overload
def load(
    name: str | Path,
    split: None = None,
    *,
    data_dir: str | Path | None = None,
    archives: str | Path | None = None,
    strict: bool = False,
    label: str | None = None,
) -> Dataset: ...
@overload
def load(
    name: str | Path,
    split: list[str] | tuple[str, ...],
    *,
    data_dir: str | Path | None = None,
    archives: str | Path | None = None,
    strict: bool = False,
    label: str | None = None,
) -> list[Pictures]: ...
@overload
def load(
    name: str | Path,
    split: str,
    *,
    data_dir: str | Path | None = None,
    archives: str | Path | None = None,
    strict: bool = False,
    label: str | None = None,
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
) -> Dataset | Pictures | list[Pictures]:
    """Return a data set, or one split of it, fetching and preparing it the first time.

    Parameters
    ----------
    name
        A data set of the catalogue (``"mnist"``), with a version if you like (``"mnist:1.*.*"``: the newest that
        fits); or a folder, .zip or .tar(.gz) with one folder of pictures per class.
    split
        ``"train"``, ``"test"``, ``"train[:80%]"``, ``"train[100:200]+test"``; all splits if left out. Several in a list
        give a list: ``train, test = load("digits", split=["train", "test"])``.
    data_dir
        Folder for prepared data; by default ``CATSEYE_HOME``, else the user's cache folder.
    archives
        A folder of your own copies, ``<data set>/<official file name>``; by default ``CATSEYE_ARCHIVES``.
    strict
        Make a broken picture an error instead of leaving it out.
    label
        Label to use where pictures have several: ``"species"`` of ``oxford_iiit_pet``, whose usual label is the breed.

    Raises
    ------
    UsageError
        Nothing has that name, version, split or label.
    CatseyeError
        It cannot be fetched, or is damaged.

    Examples
    --------
    >>> pictures = load("digits", split="train[:80%]")
    >>> pictures.batch([0, 1]).shape
    (2, 1, 8, 8)
    """
    dataset = _load(name, home_folder(data_dir), user_folder(archives), strict=strict)
    dataset = dataset if label is None else dataset.labelled(label)
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
    """Return the data set that a verb is given.

    Parameters
    ----------
    data
        A name, folder or archive, as for :func:`load`; what that returned, a data set or a split; or arrays,
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
    """Return what is known of a data set; one of the catalogue is not downloaded for that.

    Raises
    ------
    UsageError
        Nothing has that name or version.
    CatseyeError
        A folder or archive holds no pictures, or (``strict``) a broken one.
    """
    if path_of(name):
        return _load(name, home_folder(data_dir), None, strict=strict).info
    entry = find(str(name))
    return replace(entry.info, notes=entry.notes)


def is_prepared(name: str, *, data_dir: str | Path | None = None) -> bool:
    """Say whether a data set of the catalogue lies ready on this machine."""
    return is_whole(prepared_folder(find(name), home_folder(data_dir)))


def find(name: str) -> Entry:
    """Return the entry of the catalogue that ``"name"`` or ``"name:version"`` means."""
    plain, pattern = split_name(name)
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
    if path.exists():
        return path
    if isinstance(name, Path) or os.sep in name or name.lower().endswith(SUFFIXES):
        raise UsageError(f"there is no folder or archive {path}.")
    return None


def _load(name: str | Path, home: Path, user: Path | None, *, strict: bool) -> Dataset:
    path = path_of(name)
    if path is None:
        return _from_catalogue(find(str(name)), home, user, strict=strict)
    if path.is_dir():
        return read_folder(path, str(name), home, strict=strict)
    if not is_archive(path):
        raise UsageError(f"{path} is neither a folder nor an archive ({', '.join(SUFFIXES)}).")
    return read_folder(unpack(path, home), str(name), home, strict=strict)


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
