"""The data sets that can be loaded by name, as a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catseye.datasets.loading import describe, is_prepared, names
from catseye.drawing.answer import Answer

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.datasets.info import Info


@dataclass(frozen=True)
class ListedDataset:
    """A data set of the catalogue, and whether it lies ready on this machine."""

    info: Info
    prepared: bool

    def to_json(self) -> dict[str, Any]:
        """Return name, description, number of classes and of pictures, and whether it is ready, as JSON values."""
        return {
            "name": self.info.name,
            "description": self.info.description,
            "classes": len(self.info.classes),
            "splits": dict(self.info.splits),
            "prepared": self.prepared,
        }


@dataclass(frozen=True, repr=False)
class DatasetList(Answer):
    """The data sets that can be loaded by name; in a notebook it shows itself as a table."""

    datasets: tuple[ListedDataset, ...]

    def __repr__(self) -> str:
        return f"DatasetList({', '.join(listed.info.name for listed in self.datasets)})"

    def to_json(self) -> list[dict[str, Any]]:
        """Return a row for each data set as JSON values."""
        return [listed.to_json() for listed in self.datasets]


def list_datasets(*, data_dir: str | Path | None = None) -> DatasetList:
    """Return the data sets that can be loaded by name; as a verb it is called ``catseye.datasets()``.

    Parameters
    ----------
    data_dir
        Where prepared data are looked for; by default ``CATSEYE_HOME``, else the user's cache folder.

    Examples
    --------
    >>> import catseye
    >>> catseye.datasets()
    DatasetList(digits, mnist, fashion_mnist, kmnist, cats_vs_dogs, oxford_iiit_pet)
    """
    return DatasetList(tuple(ListedDataset(describe(name), is_prepared(name, data_dir=data_dir)) for name in names()))
