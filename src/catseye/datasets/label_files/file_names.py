"""Labels in the names of pictures: patterns such as ``{label}_{}.jpg``, given or suggested."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from catseye.datasets.dataset import TRAIN
from catseye.datasets.folders.listing import ListedPicture, picture_name
from catseye.datasets.folders.own_pictures import make_dataset
from catseye.datasets.info import LABEL
from catseye.datasets.label_files.picture_index import is_picture_name
from catseye.datasets.label_files.split_names import split_of
from catseye.datasets.left_out import LeftOut
from catseye.errors import CatseyeError, UsageError
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from catseye.datasets.dataset import Dataset
    from catseye.datasets.label_files.options import LabelOptions
    from catseye.datasets.label_files.picture_index import PictureIndex

_FIELD = re.compile(r"\{([^{}]*)\}")
_ANY, _NUMBER, _ENDING = r"[^/]*?", r"\d+", r"(?:\.[^/.]+)"
_MOST_FIELDS = 10
_HELP = (
    "expected a pattern such as '{label}_{}.jpg': {label} is the class, {} anything, {number} digits, {split} train or "
    "test"
)
# What is offered, by how file names usually hold labels.
_USUAL = (
    *("{label}.{number}", "{label}_{number}", "{label}-{number}", "{label} {number}", "{label} ({number})"),
    *("{label}{number}", "{number}_{label}", "{number}-{label}", "{number}.{label}", "{number} {label}"),
)
_CAMERAS = frozenset({"img", "dsc", "dscn", "dscf", "pxl", "image", "photo", "picture", "screenshot", "frame", "scan"})
_FITTING = 0.95  # share of the names that a pattern must fit to be offered
_FEWEST_PER_CLASS = 2  # pictures, on average
_MOST_LISTED = 4


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Return a regular expression for the path of a picture, ending included, that finds its ``label`` and ``split``.

    The label is as long as possible, other fields as short as possible: in ``{label}_{}.jpg``,
    ``american_bulldog_12.jpg`` is an ``american_bulldog``. A pattern without a folder in it is matched with the name
    alone, one without a picture's ending with any.

    Raises
    ------
    UsageError
        It has no ``{label}``, two of them, or another name in braces.
    """
    fields = _FIELD.findall(pattern)
    rest = _FIELD.sub("", pattern)
    wrong = next((name for name in fields if name not in ("label", "split", "number", "")), None)
    if "{" in rest or "}" in rest or wrong is not None or fields.count("label") != 1 or fields.count("split") > 1:
        raise UsageError(f"{_HELP}; got {pattern!r}.")
    if len(fields) > _MOST_FIELDS:
        raise UsageError(f"a pattern has at most {_MOST_FIELDS} fields in braces; got {len(fields)}.")
    parts = _FIELD.split(pattern.strip("/"))
    words = [re.escape(text) + _expression(name, following) for text, name, following in _with_following(parts)]
    ending = "" if is_picture_name(pattern) or pattern.endswith(".{}") else _ENDING
    return re.compile(f"(?:.*/)?{''.join(words)}{re.escape(parts[-1])}{ending}", re.I | re.S)


def _with_following(parts: list[str]) -> list[tuple[str, str, str]]:
    """Return each text, the field after it, and what directly follows that field: a field's name or ``""``."""
    texts, names = parts[::2], parts[1::2]
    followed = [names[i + 1] if i + 1 < len(names) and not texts[i + 1] else "" for i in range(len(names))]
    return list(zip(texts[:-1], names, followed, strict=True))


def _expression(name: str, following: str) -> str:
    if name == "label":
        return r"(?P<label>[^/]*[^/\d])" if following == "number" else r"(?P<label>[^/]+)"
    if name == "split":
        return r"(?P<split>[^/]+?)"
    return _NUMBER if name == "number" else _ANY


def read_file_names(
    index: PictureIndex, name: str, home: Path, options: LabelOptions, *, strict: bool = False
) -> Dataset:
    """Return the pictures of a folder, labelled by their names, as a data set.

    Raises
    ------
    UsageError
        The pattern is invalid, or matches no name.
    CatseyeError
        There are no pictures, or (``strict``) one that cannot be used.
    """
    pattern = options.label_from or ""
    expression = compile_pattern(pattern)
    if not index.pictures:
        raise CatseyeError(f"{name} holds no pictures.")
    listed, left_out = [], []
    for place in index.pictures:
        match = expression.fullmatch(place)
        label = match["label"].strip() if match else ""
        named = match["split"] if match and "split" in expression.groupindex else None
        split = split_of(named) if named else TRAIN
        if label and split:
            listed.append(ListedPicture(index.root / place, place, split, {LABEL: label}))
        else:
            why = f"{named!r} in its name is not a split" if label else f"its name does not match {pattern}"
            left_out.append(LeftOut(picture_name(name, place), why))
    if not listed:
        raise UsageError(f"no picture name in {name} matches {pattern!r}; the first is {index.pictures[0]!r}.")
    if strict and left_out:
        first = f"{left_out[0].picture}: {left_out[0].reason}"
        raise CatseyeError(f"{name}: {counted(len(left_out), 'picture')} cannot be used, first {first}.")
    return make_dataset(
        listed, name, name, index.root, home, left_out=left_out, options=options.on_command_line(), strict=strict
    )


@dataclass(frozen=True)
class Offer:
    """A pattern that finds labels in the names of pictures.

    Attributes
    ----------
    pattern : str
    counts : Counter of str
        Number of pictures of each class.
    """

    pattern: str
    counts: Counter[str]

    def __str__(self) -> str:
        most = self.counts.most_common(_MOST_LISTED)
        more = ", …" if len(self.counts) > _MOST_LISTED else ""
        listed = ", ".join(f"{name} {count:,}" for name, count in most)
        return f"--label-from {self.pattern!r} finds {len(self.counts)} classes in their names: {listed}{more}"


def offer_pattern(places: Sequence[str]) -> Offer | None:
    """Return the common pattern that most names match and that yields few classes, if there is one."""
    names = [place.rpartition("/")[2] for place in places]
    endings = {name[name.rfind(".") :] for name in names}
    ending = endings.pop() if len(endings) == 1 else ""
    for usual in _USUAL:
        expression = compile_pattern(usual)
        matches = [match for match in map(expression.fullmatch, names) if match]
        counts = Counter(match["label"].strip() for match in matches)
        enough = len(matches) >= _FITTING * len(names) and len(counts) * _FEWEST_PER_CLASS <= len(matches)
        if enough and len(counts) > 1 and all(map(_is_word, counts)):
            pattern = usual.replace("{number}", "{}") if _is_free(usual) else usual
            return Offer(f"{_folders_of_splits(places)}{pattern}{ending}", counts)
    return None


def _folders_of_splits(places: Sequence[str]) -> str:
    """Return the pattern of the folders, such as ``{split}/``, where they part the pictures into several splits."""
    splits, within = set(), set()
    for place in places:
        steps = place.split("/")[:-1]
        last = max((number for number, step in enumerate(steps) if split_of(step)), default=None)
        splits.add(None if last is None else split_of(steps[last]))
        within.add("".join(f"{step}/" for step in steps[(last or 0) + 1 :]))
    whole = len(splits) > 1 and None not in splits and len(within) == 1 and "{" not in min(within)
    return f"{{split}}/{min(within)}" if whole else ""


def _is_word(label: str) -> bool:
    return label.lower().strip("_- ") not in _CAMERAS and any(letter.isalpha() for letter in label)


def _is_free(pattern: str) -> bool:
    """Say whether anything instead of digits gives the same labels: something stands between the two."""
    return "}{" not in pattern
