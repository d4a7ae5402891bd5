"""The label files in a folder of pictures, and whether they are used."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from catseye.datasets.dataset import TRAIN
from catseye.datasets.label_files.columns import find_columns
from catseye.datasets.label_files.label_file import PEEKED_BYTES, LabelSource, has_picture, read_source
from catseye.datasets.label_files.options import LabelOptions
from catseye.datasets.label_files.picture_index import index_folder
from catseye.datasets.label_files.split_names import split_of
from catseye.errors import CatseyeError, UsageError
from catseye.images.decoding import is_hidden

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from catseye.datasets.label_files.picture_index import PictureIndex

SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson")
_OFFERED = (".txt", ".lst", ".list", ".json")  # which hold many other things, too
_MOST_OFFERED = 100  # files that are looked into
_USUAL = ("metadata", "labels", "label", "annotations", "classes", "train")  # the earlier one is preferred
_NEVER = ("submission", "readme")
# Names of folders that say nothing of what is in the pictures.
_PLAIN = frozenset(
    ("images", "image", "imgs", "img", "pictures", "picture", "photos", "pics", "data", "dataset", "all", "jpg", "jpeg")
)
_MOST_FOLDERS = 200  # directly in the folder, up to which label files are looked for in them


@dataclass(frozen=True, eq=False)
class FolderLabels:
    """The label files of a folder.

    Attributes
    ----------
    sources : tuple of LabelSource
    unused : tuple of str
        Names of further files that name pictures.
    """

    sources: tuple[LabelSource, ...]
    unused: tuple[str, ...] = ()


def label_files_in(root: Path) -> list[LabelSource]:
    """Return the files of ``root`` that may be label files; if there are none, those of the folders in it."""
    own = [LabelSource(path, split=split_of(path.stem)) for path in _files(root)]
    if own:
        return own
    folders = sorted(entry for entry in root.iterdir() if entry.is_dir() and not is_hidden(entry))
    if len(folders) > _MOST_FOLDERS:
        return []
    return [
        LabelSource(path, f"{folder.name}/", split_of(folder.name) or split_of(path.stem))
        for folder in folders
        for path in _files(folder)
    ]


def _files(folder: Path, suffixes: tuple[str, ...] = SUFFIXES) -> list[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return []
    return [
        path
        for path in entries
        if path.suffix.lower() in suffixes
        and not is_hidden(path)
        and not any(word in path.stem.lower() for word in _NEVER)
        and path.is_file()
    ]


def find_folder_labels(
    sources: Sequence[LabelSource], index: PictureIndex, options: LabelOptions, name: str
) -> FolderLabels | None:
    """Return which of a folder's label files are used; nothing if none names pictures in it.

    Several are used together if each is for a different split; otherwise the one with the most usual name is used.

    Raises
    ------
    UsageError
        There are several, none of which has a usual name.
    """
    naming = [source for source in sources if _names_pictures(source, index, options)]
    if not naming:
        return None
    by_split = {source.split: source for source in naming if source.split}
    if len(by_split) > 1 and len(by_split) == sum(source.split is not None for source in naming):
        used = tuple(sorted(by_split.values(), key=lambda source: source.split != TRAIN))
    else:
        usual = _most_usual(naming, name)
        used = (LabelSource(usual.path, usual.base),)  # alone, its name does not make all its pictures a test split
    unused = tuple(_shown(source) for source in naming if source.path not in {one.path for one in used})
    return FolderLabels(used, unused)


def offer_label_file(root: Path, name: str) -> str:
    """Return a sentence about a .txt or .json file in a folder, or in those directly in it, that labels its pictures.

    Such files are not used unasked; nothing is returned if there is none.
    """
    folders = [root, *sorted(entry for entry in root.iterdir() if entry.is_dir() and not is_hidden(entry))]
    paths = [path for folder in folders[:_MOST_FOLDERS] for path in _files(folder, _OFFERED)][:_MOST_OFFERED]
    index = index_folder(root) if paths else None
    for path in sorted(paths, key=lambda path: (split_of(path.stem) != TRAIN, path)):
        place = path.relative_to(root).as_posix()
        base = place.rpartition("/")[0]
        source = LabelSource(path, f"{base}/" if base else "")
        if index and _names_pictures(source, index, LabelOptions()) and _has_labels(source, index):
            return f"give {name.rstrip('/')}/{place}, which labels pictures of this folder"
    return ""


def _has_labels(source: LabelSource, index: PictureIndex) -> bool:
    try:
        table = read_source(source, index, most_bytes=PEEKED_BYTES)
        find_columns(table, LabelOptions(), partial(has_picture, source, index), "")
    except CatseyeError:
        return False
    return True


def _names_pictures(source: LabelSource, index: PictureIndex, options: LabelOptions) -> bool:
    """Say whether a label file names pictures of the folder and, judging by its beginning, labels."""
    try:
        table = read_source(source, index, most_bytes=PEEKED_BYTES)
        if options.file_column is None:
            return any(
                has_picture(source, index, value) for values in table.columns.values() for value in values if value
            )
        find_columns(table, options, lambda _: True, "")
    except CatseyeError:
        return False
    return True


def _most_usual(sources: Sequence[LabelSource], name: str) -> LabelSource:
    stems = {source.path.stem.lower(): source for source in reversed(sources)}
    usual = next((stems[stem] for stem in _USUAL if stem in stems), None)
    if usual is None and len(sources) > 1:
        listed = ", ".join(map(_shown, sources))
        raise UsageError(f"{name} has several label files: {listed}; give the path of the one to use.")
    return usual or sources[0]


def _shown(source: LabelSource) -> str:
    return f"{source.base}{source.path.name}"


def are_sorted(pictures: Iterable[str]) -> bool:
    """Say whether pictures lie in several folders whose names can be classes: not ``train/``, not ``images/``."""
    folders: set[tuple[str, ...]] = set()
    for place in pictures:
        steps = place.lower().split("/")[:-1]
        folders.add(tuple(step for step in steps if step not in _PLAIN and not split_of(step)))
    return len(folders - {()}) > 1
