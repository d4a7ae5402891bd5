"""A heap whose objects do not follow one another is refused before HDF5 reads it."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import h5py
import pytest

from catseye.networks.keras.h5_heaps import check_heaps
from catseye.networks.keras.layer_list import KerasError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    with h5py.File(tmp_path / "m.h5", "w") as made:
        made.attrs["texts"] = ["one", "three texts", "of unlike lengths"]
    return tmp_path / "m.h5"


def test_heaps_that_h5py_writes_are_whole(file: Path) -> None:
    check_heaps(file)


@pytest.mark.parametrize(("after", "value"), [(8, 2**62), (24, 2**63), (24, 2**64 - 8), (16, 0)])
def test_a_size_that_leads_elsewhere_is_refused(file: Path, after: int, value: int) -> None:
    content = bytearray(file.read_bytes())
    heap = content.index(b"GCOL")
    struct.pack_into("<Q", content, heap + after, value)  # the heap's, the first object's, and its number
    file.write_bytes(content)
    with pytest.raises(KerasError, match="its texts are damaged"):
        check_heaps(file)


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "m.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + b"\x09" * 100)
    with pytest.raises(KerasError, match="not an HDF5 file as Keras writes it"):
        check_heaps(tmp_path / "m.h5")
