"""The rows of label files, grouped by picture: what is used, what is contradictory, what names nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from catseye.datasets.dataset import TRAIN
from catseye.datasets.folders.listing import ListedPicture
from catseye.datasets.info import LABEL
from catseye.datasets.label_files.columns import read_labels
from catseye.datasets.label_files.picture_index import Found
from catseye.datasets.label_files.split_names import find_values
from catseye.short_repr import counted

if TYPE_CHECKING:
    from catseye.datasets.label_files.columns import Columns
    from catseye.datasets.label_files.picture_index import PictureIndex
    from catseye.datasets.label_files.table import LabelTable

_MOST_LISTED = 3
NO_LABEL = "it has no label"  # why a row is left out


class _Row(NamedTuple):
    """What a row says about a picture; a tuple, because there may be millions."""

    value: str
    label: str
    split: str
    table: str
    line: int
    is_exact: bool

    @property
    def where(self) -> str:
        return f"{self.table}, line {self.line}"


class Unused(NamedTuple):
    """What cannot be used.

    Attributes
    ----------
    what : str
        A path in the folder, a value of the column of files, or a line.
    is_place : bool
        Whether it is a path in the folder.
    reason : str
    """

    what: str
    is_place: bool
    reason: str


class LabelRows:
    """The rows of label files, by picture.

    Parameters
    ----------
    index
        The files that there are.
    """

    def __init__(self, index: PictureIndex) -> None:
        self._index = index
        self._rows: dict[str, _Row] = {}
        self._contradicting: dict[str, list[_Row]] = {}
        self._unused: list[Unused] = []
        self._notes: list[str] = []
        self._names: list[str] = []
        self._repeated = 0

    def note(self, note: str) -> None:
        """Add a remark."""
        self._notes.append(note)

    def add(self, table: LabelTable, columns: Columns, *, base: str = "", split: str | None = None) -> None:
        """Add the rows of a file in ``base``; ``split`` is theirs if no column gives one."""
        self._names.append(table.name)
        self._notes += table.notes
        if columns.one_hot:
            listed = ", ".join(columns.one_hot)
            self.note(f"{table.name}: the classes are the columns, one of which is 1 in each row: {listed}.")
        self._unused += [Unused(f"{table.name}, line {line}", False, why) for line, why in table.malformed]
        named = table.columns.get(columns.split) if columns.split else None
        splits = find_values(columns.split, named) if columns.split and named else {}
        for row, (value, label) in enumerate(
            zip(table.columns[columns.file], read_labels(table, columns), strict=True)
        ):
            line = table.lines[row]
            own = splits[named[row]] if named else split or TRAIN
            where = f"{table.name}, line {line}"
            found = self._index.find(value, base) if value else Found(reason="it names no picture")
            if found.place and own and label:
                self._add_row(found.place, _Row(value, label, own, table.name, line, found.is_exact))
            elif found.place:
                missing = f"its split {named[row]!r} is unknown" if named and named[row] else "it has no split"
                why = missing if label else table.reasons.get(row, NO_LABEL)
                self._unused.append(Unused(found.place, True, f"{why} ({where})"))
            else:
                self._unused.append(
                    Unused(value or where, False, f"{found.reason} ({where})" if value else found.reason)
                )

    def _add_row(self, place: str, row: _Row) -> None:
        known = self._rows.setdefault(place, row)
        if known is row:
            return
        if known.is_exact != row.is_exact:  # a path that is there wins over one that only ends like it
            worse, self._rows[place] = (row, known) if known.is_exact else (known, row)
            self._unused.append(Unused(worse.value, False, f"there is no such file ({worse.where})"))
        elif (known.label, known.split) == (row.label, row.split):
            self._repeated += 1
        else:
            self._contradicting.setdefault(place, []).append(row)

    def listed(self) -> list[ListedPicture]:
        """Return the pictures about which the files do not contradict each other."""
        return [
            ListedPicture(self._index.root / place, place, row.split, {LABEL: row.label})
            for place, row in self._rows.items()
            if place not in self._contradicting
        ]

    def unused(self) -> list[Unused]:
        """Return what cannot be used."""
        others = (unused for unused in self._unused if not (unused.is_place and unused.what in self._rows))
        return [*others, *map(self._contradiction, self._contradicting)]

    def _contradiction(self, place: str) -> Unused:
        first, others = self._rows[place], self._contradicting[place]
        differs = any(other.label != first.label for other in others)
        said = (f"{row.label if differs else row.split} ({row.where})" for row in (first, *others))
        return Unused(place, True, f"it is given different {'labels' if differs else 'splits'}: {', '.join(said)}")

    def notes(self) -> list[str]:
        """Return further notes."""
        notes = list(dict.fromkeys(self._notes))
        name = ", ".join(self._names)
        if self._repeated:
            notes.append(f"{name}: {counted(self._repeated, 'row')} repeated an earlier row; each picture counts once.")
        needless = sum(unused.is_place and unused.what in self._rows for unused in self._unused)
        if needless:
            notes.append(
                f"{name}: {counted(needless, 'row')} without a label or split referred to pictures that another "
                "row labels."
            )
        unnamed = self._index.unnamed({*self._rows, *(unused.what for unused in self._unused if unused.is_place)})
        if unnamed:
            shown = ", ".join(unnamed[:_MOST_LISTED]) + (", …" if len(unnamed) > _MOST_LISTED else "")
            notes.append(f"ignored {counted(len(unnamed), 'picture')} beside {name}, in no row of it: {shown}")
        return notes
