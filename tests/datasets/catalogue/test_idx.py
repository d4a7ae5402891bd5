"""The IDX format, from files that were made by hand."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from catseye.datasets.catalogue.idx import read_idx
from catseye.datasets.catalogue.mnist import read_splits
from catseye.datasets.preparation import gzipped
from catseye.errors import CatseyeError


def pictures(count: int = 2, side: int = 3) -> bytes:
    values = bytes(number % 256 for number in range(count * side * side))
    return struct.pack(">BBBBIII", 0, 0, 8, 3, count, side, side) + values


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_values_come_out_in_their_places(tmp_path: Path, pack: type[bytes]) -> None:
    path = tmp_path / "pictures.gz"
    path.write_bytes(pack(pictures()))
    values = read_idx(path, axes=3)
    assert values.shape == (2, 3, 3)
    assert values[1, 0, 0] == 9
    assert values[0, 2, 1] == 7


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not an IDX file"),
        (b"<html>not found</html>", "not an IDX file"),
        (struct.pack(">BBBBI", 0, 0, 8, 1, 5) + bytes(5), "not an IDX file of bytes with 3 axes"),
        (struct.pack(">BBBB", 0, 0, 13, 3) + pictures()[4:], "not an IDX file"),
        (pictures()[:-1], "says that it holds 2 × 3 × 3 values, but has 17"),
        (pictures() + b"!", "but has 19"),
        (struct.pack(">BBBBIII", 0, 0, 8, 3, 2**31, 2**31, 2**31), "but has 0"),
        (gzip.compress(pictures(), mtime=0)[:-9], "damaged or truncated"),
        (b"\x1f\x8bnonsense", "damaged or truncated"),
    ],
)
def test_a_malformed_file_is_refused_by_name(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "pictures.gz"
    path.write_bytes(content)
    with pytest.raises(CatseyeError, match=says) as caught:
        read_idx(path, axes=3)
    assert str(path) in str(caught.value)


def test_a_gzip_bomb_is_met_at_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gzipped, "LARGEST_BYTES", 1000)
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(bytes(10**6)))
    with pytest.raises(CatseyeError, match="more than 1,000 bytes"):
        read_idx(path, axes=3)


@pytest.mark.parametrize(
    ("labels", "says"), [(bytes([1, 2, 3]), "3 labels for 2 pictures"), (bytes([1, 10]), "the label 10")]
)
def test_labels_must_fit_pictures(tmp_path: Path, labels: bytes, says: str) -> None:
    paths = {}
    for prefix in ("train", "t10k"):
        for kind, content in (
            ("images-idx3", pictures(2, 28)),
            ("labels-idx1", struct.pack(">BBBBI", 0, 0, 8, 1, len(labels)) + labels),
        ):
            path = tmp_path / f"{prefix}-{kind}-ubyte.gz"
            path.write_bytes(content)
            paths[path.name] = path
    with pytest.raises(CatseyeError, match=says):
        read_splits(paths)


def test_labels_become_int64(tmp_path: Path) -> None:
    path = tmp_path / "labels"
    path.write_bytes(struct.pack(">BBBBI", 0, 0, 8, 1, 2) + bytes([3, 4]))
    assert np.array_equal(read_idx(path, axes=1), [3, 4])
