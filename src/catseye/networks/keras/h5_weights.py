"""Variables in an HDF5 file as Keras 3 lays them out: ``GROUP/vars/NUMBER``. Nothing in the file is trusted."""

from __future__ import annotations

from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from catseye.errors import CatseyeError, first_line, missing_package
from catseye.networks.keras.layer_list import KerasError
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from catseye.arrays import Floats

MOST_VARIABLES = 16  # of one layer
_ONE_A_CHANNEL = ((), (1,), (3,))


class H5Weights:
    """An open file of weights, of which only what is asked for is read."""

    def __init__(self, file: Any) -> None:
        self.file = file
        self._used: set[int] = set()  # where in the file the variables lie that were read

    def read(
        self, group: str, shapes: Iterable[tuple[int, ...]], first: int = 0, total: int | None = None
    ) -> list[Floats]:
        """Return the variables of a group as float32; each must have the shape that is expected of it.

        Parameters
        ----------
        group
        shapes
        first
            Number of the first of them in the group.
        total
            Variables that the group has, where it has more.

        Raises
        ------
        KerasError
            There are others, or they are not plain numbers that lie in the file itself.
        """
        wanted, paths = list(shapes), self.paths(group)
        expected = len(wanted) if total is None else total
        if len(paths) != expected:
            raise KerasError(f"{group} has {counted(len(paths), 'variable')} instead of {expected}.")
        return [self._variable(path, shape) for path, shape in zip(paths[first:], wanted, strict=False)]

    def normalisation(self, group: str) -> tuple[Floats, Floats]:
        """Return the mean and the variance to which a ``Normalization`` was adapted, one or one a channel."""
        paths = self.paths(group)[:2]  # a third one of Keras 2 counts pictures
        if len(paths) < 2:
            raise KerasError(f"{group} is a Normalization that was neither adapted nor given mean and variance.")
        values = []
        for path in paths:
            shape = getattr(self.find(path), "shape", None)
            if shape not in _ONE_A_CHANNEL:
                raise KerasError(f"{path} must have one value, or one a channel: a Normalization of axis -1.")
            values.append(self._variable(path, shape).ravel().astype(np.float64))
        return values[0], values[1]

    def paths(self, group: str) -> list[str]:
        """Return where a group's variables lie, in their order."""
        numbered = (f"{group}/vars/{number}" for number in range(MOST_VARIABLES))
        return [path for path in numbered if self.find(path) is not None]

    def unused(self) -> list[str]:
        """Return the layers with variables that were not read, apart from an optimizer's and the states of random ones.

        Keras saves both beside a model's weights; neither changes an answer.
        """
        import h5py

        found: dict[str, None] = {}

        def visit(path: str, item: Any) -> None:
            if not isinstance(item, h5py.Dataset) or _address(item) in self._used or path.startswith("optimizer"):
                return
            layer = path.rpartition("/")[0].removesuffix("/vars") or path
            if item.dtype.kind == "f" or not layer.endswith("generator"):
                found[layer] = None

        self.file.visititems(visit)  # each object once, within the file
        return list(found)

    def _variable(self, path: str, shape: tuple[int, ...]) -> Floats:
        import h5py

        found = self.find(path)
        if not isinstance(found, h5py.Dataset):
            raise KerasError(f"{path} is not a variable.")
        if found.shape != shape:
            raise KerasError(f"{path} is {_words(found.shape)} instead of {_words(shape)}.")
        plain = found.id.get_create_plist()
        # Virtual and external ones lie in other files; filters are what a small file can hide a large content behind.
        if found.dtype.kind != "f" or found.is_virtual or found.external or plain.get_nfilters():
            raise KerasError(f"{path} is not an array of plain numbers.")
        self._used.add(_address(found))
        values: Floats = found[()].astype(np.float32)
        if not np.isfinite(values).all():
            raise KerasError(f"{path} holds values that are not finite.")
        return values

    def find(self, path: str) -> Any:
        """Return what lies at ``path``, if every step to it is within the file; ``None`` if there is nothing."""
        import h5py

        found = self.file
        for name in path.split("/"):
            if not isinstance(found, h5py.Group) or name not in found:
                return None
            if not isinstance(found.get(name, getlink=True), h5py.HardLink):
                raise KerasError(f"{path} is a link to elsewhere, which is not followed.")
            found = found[name]
        return found


Weights = TypeVar("Weights", bound=H5Weights)


def open_h5(source: Path | bytes) -> AbstractContextManager[H5Weights]:
    """Open a file of weights of Keras 3, or its content; errors are those of :func:`open_h5_as`."""
    return open_h5_as(source, H5Weights)


@contextmanager
def open_h5_as(source: Path | bytes, kind: Callable[[Any], Weights]) -> Iterator[Weights]:
    """Open an HDF5 file, or its content, as ``kind`` reads it.

    Raises
    ------
    CatseyeError
        h5py is not installed, or this is not an HDF5 file.
    """
    h5py = _h5py()
    try:
        file = h5py.File(BytesIO(source) if isinstance(source, bytes) else source, "r")
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise KerasError(f"its weights are not an HDF5 file, or are incomplete ({first_line(error)}).") from error
    with file:
        try:
            yield kind(file)
        except (OSError, ValueError, RuntimeError, KeyError, TypeError) as error:
            if isinstance(error, CatseyeError):
                raise
            raise KerasError(f"its weights are damaged ({first_line(error)}).") from error


def h5_bytes(groups: Mapping[str, Iterable[Floats]]) -> bytes:
    """Return an HDF5 file with the variables of each group; raise `CatseyeError` if h5py is not installed."""
    h5py, content = _h5py(), BytesIO()
    with h5py.File(content, "w") as file:
        for group, variables in groups.items():
            inside = file.create_group(f"{group}/vars")
            for number, values in enumerate(variables):
                inside.create_dataset(str(number), data=values)
    return content.getvalue()


def _h5py() -> Any:
    try:
        import h5py
    except ModuleNotFoundError as error:
        raise missing_package(error, "a file of Keras") or error from None
    return h5py


def _address(item: Any) -> int:
    import h5py

    return int(h5py.h5o.get_info(item.id).addr)


def _words(shape: tuple[int, ...] | None) -> str:
    return "×".join(map(str, shape)) if shape else "a single value"
