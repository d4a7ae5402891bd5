"""Pictures sorted into folders by their predicted classes: where each goes, and what was done."""

from __future__ import annotations

import filecmp
import os
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Literal
from unicodedata import category, normalize

from catseye.arguments import with_checked_arguments
from catseye.drawing.answer import Answer
from catseye.drawing.csv_file import write_csv
from catseye.errors import CatseyeError, first_line, with_short_traceback
from catseye.short_repr import counted
from catseye.system.copies import copy_new, has_no_links, link_new
from catseye.system.files import remove_parts
from catseye.system.progress_bar import progress

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from catseye.errors import PictureError

Action = Literal["copy", "link"]
DOUBTFUL = "doubtful"
_LONGEST_NAME = 255  # bytes, on most file systems
_LONGEST_FOLDER = 120  # bytes
_REPLACED = '/\\:*?"<>|'  # what one system or another does not take in a name
_COLUMNS = ("picture", "class", "probability", "target", "state")


@dataclass(frozen=True)
class SortedPicture:
    """One picture and where it goes.

    Attributes
    ----------
    picture : Path
    class_name : str
        The most probable class.
    probability : float
    target : str
        Its path inside the target folder; empty until that is known.
    state : str
        ``"planned"``, ``"copied"``, ``"linked"``, or ``"there"`` if the same picture was there already.
    """

    picture: Path
    class_name: str
    probability: float
    target: str = ""
    state: str = "planned"


@dataclass(frozen=True, eq=False, repr=False)
class Sorting(Answer):
    """Which pictures go, or went, into which folder.

    Attributes
    ----------
    into : Path
        The target folder.
    pictures : tuple of SortedPicture
    broken : tuple of PictureError
        Pictures that cannot be read, or could not be copied.
    threshold : float
        Below this probability a picture is doubtful.
    action : str or None
        ``"copy"`` or ``"link"``; ``None`` if nothing was done.
    notes : tuple of str
    """

    into: Path
    pictures: tuple[SortedPicture, ...]
    broken: tuple[PictureError, ...]
    threshold: float
    action: Action | None = None
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        count = len(self.pictures)
        words = [f"{count:,} picture{'s' if count != 1 else ''}", f"{self.doubtful:,} doubtful"]
        words += [f"{len(self.broken):,} broken"] if self.broken else []
        return f"Sorting({', '.join(words)}; {self.done})"

    @property
    def doubtful(self) -> int:
        """How many pictures are doubtful."""
        return sum(one.probability < self.threshold for one in self.pictures)

    @property
    def done(self) -> str:
        """What was done, in a few words."""
        if self.action is None:
            return "nothing is copied or linked yet"
        states = Counter(one.state for one in self.pictures)
        done = "copied" if self.action == "copy" else "linked"
        there = f", {states['there']:,} were there already" if states["there"] else ""
        return f"{states[done]:,} {done}{there}"

    @property
    def folders(self) -> dict[str, int]:
        """How many pictures go into each folder, by name; doubtful ones last."""
        counts = Counter(
            PurePosixPath(one.target).parts[0] for one in self.pictures if one.probability >= self.threshold
        )
        apart = {PurePosixPath(one.target).parts[0] for one in self.pictures if one.probability < self.threshold}
        return dict(sorted(counts.items())) | dict.fromkeys(apart, self.doubtful)

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {
            "into": str(self.into),
            "action": self.action,
            "threshold": self.threshold,
            "folders": self.folders,
            "doubtful": self.doubtful,
            "pictures": [
                {
                    "picture": str(one.picture),
                    "class": one.class_name,
                    "probability": one.probability,
                    "target": one.target,
                    "state": one.state,
                }
                for one in self.pictures
            ],
            "broken": [{"picture": error.picture, "reason": error.reason} for error in self.broken],
            "notes": list(self.notes),
        }

    @with_short_traceback
    @with_checked_arguments
    def save_csv(self, path: str | Path) -> Path:
        """Write a row for each picture, ``picture,class,probability,target,state``, and return the path."""
        rows = ((str(one.picture), one.class_name, one.probability, one.target, one.state) for one in self.pictures)
        write_csv(Path(path), _COLUMNS, rows)
        return Path(path)


def name_folders(classes: Sequence[str]) -> dict[str, str]:
    """Return a folder's name for each class, and for ``""`` the one of doubtful pictures: each different in any case.

    Characters that a file system may not accept (``/``, ``:``, control characters, a dot at an end) becomes ``_``.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for name in (*classes, ""):
        plain = _plain(name) if name else DOUBTFUL
        unique, number = plain, 1
        while normalize("NFC", unique).casefold() in taken:
            number += 1
            unique = f"{plain} ({number})"
        taken.add(normalize("NFC", unique).casefold())
        names[name] = unique
    return names


def _plain(name: str) -> str:
    letters = (
        "_" if letter in _REPLACED or category(letter) in ("Cc", "Cs", "Zl", "Zp") else letter for letter in name
    )
    plain = os.fsencode("".join(letters))[:_LONGEST_FOLDER].decode(errors="ignore").strip()
    plain = f"_{plain[1:]}" if plain.startswith(".") else plain  # hidden, or a folder above
    return f"{plain[:-1]}_" if plain.endswith(".") else plain or "_"


def plan_targets(
    pictures: Iterable[SortedPicture], classes: Sequence[str], folder: Path, into: Path, threshold: float
) -> list[SortedPicture]:
    """Return the pictures with their targets: ``CLASS/NAME``, and where several have one name, ``CLASS/FOLDER-NAME``.

    A target at which another file lies already is not used; one at which the same picture lies is.
    """
    listed, folders = list(pictures), name_folders(classes)
    wanted = [
        PurePosixPath(folders[one.class_name if one.probability >= threshold else ""], one.picture.name)
        for one in listed
    ]
    counts = Counter(str(target).casefold() for target in wanted)
    taken: set[str] = set()
    planned = []
    for one, target in zip(listed, wanted, strict=True):
        if counts[str(target).casefold()] > 1:
            longer = "-".join(one.picture.relative_to(folder).parts)
            target = target.with_name(longer) if len(os.fsencode(longer)) <= _LONGEST_NAME else target
        free, lies_there = _free(target, one.picture, into, taken)
        taken.add(str(free).casefold())
        planned.append(replace(one, target=str(free), state="there" if lies_there else "planned"))
    return planned


def _free(target: PurePosixPath, picture: Path, into: Path, taken: set[str]) -> tuple[PurePosixPath, bool]:
    """Return a place for a picture, and whether it lies there already."""
    number, place = 1, target
    while True:
        path = into / place
        if str(place).casefold() not in taken:
            if not os.path.lexists(path):  # false also for a longer name than is allowed
                return place, False
            if path.is_file() and _is_same(path, picture):
                return place, True
        number += 1
        place = target.with_name(_numbered(target, number))


def _numbered(target: PurePosixPath, number: int) -> str:
    ending = os.fsencode(f" ({number}){target.suffix}")
    return os.fsdecode(os.fsencode(target.stem)[: _LONGEST_NAME - len(ending)] + ending)


def _is_same(path: Path, picture: Path) -> bool:
    try:
        return path.samefile(picture) or filecmp.cmp(path, picture, shallow=False)
    except OSError:
        return False


def carry_out(
    planned: Sequence[SortedPicture], into: Path, action: Action
) -> tuple[list[SortedPicture], dict[int, str]]:
    """Copy or link pictures to their targets; return them, and the reasons by number of those that failed.

    Raises
    ------
    CatseyeError
        A folder cannot be made, or no link can be made from here to there.
    """
    done: list[SortedPicture] = []
    failed: dict[int, str] = {}
    make = copy_new if action == "copy" else link_new
    _make_folders(planned, into)
    with progress("copying" if action == "copy" else "linking", len(planned)) as advance:
        for number, one in enumerate(planned):
            advance(1)
            if one.state != "there":
                try:
                    make(one.picture, into / one.target)
                except OSError as error:
                    if action == "link" and has_no_links(error):
                        raise CatseyeError(
                            f"{one.picture} cannot be hard-linked into {into} ({error.strerror}); use --copy."
                        ) from error
                    if error.errno in (28, 122):  # no space, or no more of the user's share
                        written = counted(number, "picture was", "pictures were")
                        raise CatseyeError(f"{into}: {error.strerror}; {written} written in full.") from error
                    failed[number] = error.strerror or first_line(error)
            done.append(one if one.state == "there" else replace(one, state="copied" if action == "copy" else "linked"))
    return done, failed


def _make_folders(planned: Sequence[SortedPicture], into: Path) -> None:
    try:
        for name in sorted({PurePosixPath(one.target).parts[0] for one in planned}):
            (into / name).mkdir(parents=True, exist_ok=True)
            remove_parts(into / name)  # of an earlier call that was killed
    except OSError as error:
        raise CatseyeError(
            f"{error.filename or into} cannot be created: {error.strerror or first_line(error)}."
        ) from error
