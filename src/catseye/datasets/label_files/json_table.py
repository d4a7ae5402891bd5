"""The rows of a JSON label file: JSON lines, one list or object of them, or COCO's annotations."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from catseye.datasets.label_files.picture_index import is_picture_name
from catseye.datasets.label_files.split_names import split_of
from catseye.errors import CatseyeError, first_line
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MOST_COLUMNS = 10_000
_FILE, _LABEL, _SPLIT, _CATEGORY = "file", "label", "split", "category"  # columns of what has no names for them
_SAMPLE = 300  # keys that are looked up
_MOST_NAMED = 4
_EXPECTED = (
    'expected a list of records such as {"file_name": "1.jpg", "label": "cat"}, one of them a line, '
    'a mapping such as {"1.jpg": "cat"}, or COCO annotations'
)


class _Object(dict[str, Any]):
    """A JSON object that has kept the keys that are given twice."""

    pairs: list[tuple[str, Any]]


@dataclass(frozen=True, eq=False)
class JsonRows:
    """The rows of a file.

    Attributes
    ----------
    rows : list of (int, dict)
        The line or number of each, and its values.
    reasons : dict of int to str
        Why a row has no label, by its place among the rows, if there is more to say than that.
    notes : list of str
    """

    rows: Iterable[tuple[int, dict[str, Any]]]
    reasons: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def read_json(text: str, name: str, is_picture: Callable[[str], bool]) -> JsonRows:
    """Return the rows of a JSON label file.

    Besides JSON lines these may be a list of records; a mapping from pictures to classes, from pictures to records or
    from classes to lists of pictures; records or columns as pandas writes them; lists of records by split; or COCO's
    annotations, whose categories are the classes of pictures that have exactly one.

    Parameters
    ----------
    text
    name
        What the file is called in errors.
    is_picture
        Says whether a text names a picture.

    Raises
    ------
    CatseyeError
        It is not JSON, or holds something else.
    """
    start = text.lstrip()[:1]
    if start == "[":
        return JsonRows([(n, _record(row, f"{name}, entry {n}")) for n, row in enumerate(_parse(text, name), 1)])
    whole = _whole(text) if start == "{" else None
    if whole is None:
        return JsonRows(_lines(text, name))
    if isinstance(whole.get("images"), list) and isinstance(whole.get("annotations"), list):
        return _read_coco(whole, name)
    rows = _object_rows(whole, is_picture)
    if rows is not None:
        return JsonRows(list(enumerate(rows, 1)))
    if any(isinstance(value, list | dict) for value in whole.values()):
        keys = ", ".join(islice(map(repr, whole), _MOST_NAMED))
        raise CatseyeError(f"{name} is one JSON object with the keys {keys}, …; {_EXPECTED}.")
    return JsonRows(_lines(text, name) if len(whole) > MOST_COLUMNS else [(1, whole)])


def _parse(text: str, where: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_keep_pairs)
    except (ValueError, RecursionError) as error:
        raise CatseyeError(f"{where} is not JSON ({first_line(error)}); {_EXPECTED}.") from error


def _keep_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    kept = _Object(found)
    kept.pairs = pairs
    return kept


def _whole(text: str) -> dict[str, Any] | None:
    """Return the object that the whole text is; nothing if it is several, or none."""
    try:
        found = json.loads(text, object_pairs_hook=_keep_pairs)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _lines(text: str, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, _record(_parse(line, f"{name}, line {number}"), f"{name}, line {number}")


def _record(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise CatseyeError(f'{where}: expected an object such as {{"file_name": "1.jpg", "label": "cat"}}.')
    return value


def _pairs(found: dict[str, Any]) -> list[tuple[str, Any]]:
    return found.pairs if isinstance(found, _Object) else list(found.items())


def _object_rows(whole: dict[str, Any], is_picture: Callable[[str], bool]) -> list[dict[str, Any]] | None:
    """Return the rows of one object; nothing if it is a row itself, or something else."""
    values = list(whole.values())
    if _name_pictures(whole, is_picture):
        return [
            {_FILE: key, **(value if isinstance(value, dict) else {_LABEL: _only(value)})}
            for key, value in _pairs(whole)
        ]
    if values and all(isinstance(value, list) for value in values):
        return _list_rows(whole, is_picture)
    if values and all(isinstance(value, dict) for value in values):
        if all(key.isdecimal() for value in values for key in value):  # pandas' columns
            indices = list(dict.fromkeys(key for value in values for key in value))
            return [{name: column.get(index) for name, column in whole.items()} for index in indices]
        return values
    return None


def _list_rows(whole: dict[str, Any], is_picture: Callable[[str], bool]) -> list[dict[str, Any]] | None:
    """Return the rows of lists: of records by split or under any name, of pictures by class, or of a column each."""
    lists = list(whole.values())
    if all(isinstance(one, dict) for several in lists for one in several):
        splits = all(map(split_of, whole))
        return [{**({_SPLIT: key} if splits else {}), **row} for key, rows in _pairs(whole) for row in rows]
    if all(isinstance(one, str) for several in lists for one in several) and all(
        _name_pictures(several, is_picture) for several in lists if several
    ):
        return [{_FILE: one, _LABEL: key} for key, several in _pairs(whole) for one in several]
    if len(whole) > 1 and len({len(several) for several in lists}) == 1:
        return [dict(zip(whole, row, strict=True)) for row in zip(*lists, strict=True)]
    return None


def _name_pictures(names: Iterable[str], is_picture: Callable[[str], bool]) -> bool:
    sample = list(islice(names, _SAMPLE))
    return bool(sample) and (any(map(is_picture_name, sample)) or 2 * sum(map(is_picture, sample)) >= len(sample))


def _only(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _read_coco(whole: dict[str, Any], name: str) -> JsonRows:
    """Return COCO's pictures, labelled by the category of their annotations if it is one."""
    categories = whole.get("categories")
    named = {
        str(_record(one, f"{name}, category").get("id")): str(one.get("name", one.get("id")))
        for one in (categories if isinstance(categories, list) else [])
    }
    found: dict[str, dict[str, None]] = {}
    for annotation in whole["annotations"]:
        category = _record(annotation, f"{name}, annotation").get("category_id")
        if category is not None:
            kinds = found.setdefault(str(annotation.get("image_id")), {})
            kinds[named.get(str(category), str(category))] = None
    rows: list[tuple[int, dict[str, Any]]] = []
    reasons: dict[int, str] = {}
    several = 0
    for number, image in enumerate(whole["images"], 1):
        own = list(found.get(str(_record(image, f"{name}, image {number}").get("id")), ()))
        if len(own) != 1:
            more = ", …" if len(own) > _MOST_NAMED else ""
            listed = f"it has annotations of several categories: {', '.join(own[:_MOST_NAMED])}{more}"
            reasons[len(rows)] = listed if own else "it has no annotation of a category"
        several += len(own) > 1
        rows.append((number, {"file_name": image.get("file_name"), _CATEGORY: own[0] if len(own) == 1 else None}))
    if len(reasons) == len(rows):
        raise CatseyeError(
            f"{name} holds COCO annotations, but none of its {counted(len(rows), 'picture')} has annotations of "
            f"exactly one category ({several:,} with several).\nA picture has one class: cut out the boxes, sort these."
        )
    note = f"{name}: the classes are the categories of COCO annotations; where they are in the picture is not used."
    if reasons:
        note += (
            f" Left out: {counted(several, 'picture')} with several categories, {len(reasons) - several:,} without any."
        )
    return JsonRows(rows, reasons, [note])
