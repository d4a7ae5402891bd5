"""PyTorch's old weight files: what PyTorch reads, without it, and nothing that is not meant."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from catseye.networks.old_pth import read_old_pth

TENSORS = {
    "a.weight": torch.arange(24.0).reshape(2, 3, 4).permute(2, 0, 1),  # whose numbers lie in another order
    "a.bias": torch.tensor([0.5, -1.0]),
    "counter": torch.tensor(7),
    "b.weight": torch.randn(300, 5, generator=torch.Generator().manual_seed(0)),
}
SHAPES = [(4, 2, 3), (2,), (), (300, 5)]


def save(path: Path, content: object) -> Path:
    torch.save(content, path, _use_new_zipfile_serialization=False)
    return path


def test_it_reads_what_pytorch_does(tmp_path: Path) -> None:
    file = save(tmp_path / "old.pth", TENSORS)
    found, expected = read_old_pth(file, SHAPES), torch.load(file, weights_only=True)
    assert found is not None
    assert list(found) == list(expected)
    for name, values in expected.items():
        assert found[name].dtype == values.numpy().dtype
        assert np.array_equal(found[name], values.numpy())
        assert found[name].flags.c_contiguous
        assert found[name].flags.writeable


@pytest.mark.parametrize(
    "shapes", [SHAPES[:-1], [*SHAPES, (1,)], [(4, 2, 3), (2,), (), (5, 300)], [(4, 3, 2), *SHAPES[1:]]]
)
def test_other_shapes_are_another_network(tmp_path: Path, shapes: list[tuple[int, ...]]) -> None:
    assert read_old_pth(save(tmp_path / "old.pth", TENSORS), shapes) is None


@pytest.mark.parametrize(
    "content",
    [
        {"a": torch.arange(6.0)[2:]},  # not the whole of what is stored
        {"a": torch.arange(8.0)[::2]},
        dict.fromkeys("ab", torch.arange(4.0)),  # both the same
        {"a": torch.zeros(1).expand(4)},
        {"a": torch.arange(4.0, dtype=torch.float64)},
        [torch.arange(4.0)],
        {"a": 4.0},
    ],
)
def test_what_is_not_plain_tensors_is_left_to_pytorch(tmp_path: Path, content: object) -> None:
    assert read_old_pth(save(tmp_path / "old.pth", content), [(4,)]) is None


def test_files_of_other_kinds_are_left_to_pytorch(tmp_path: Path) -> None:
    torch.save(TENSORS, tmp_path / "new.pth")
    (tmp_path / "empty.pth").touch()
    for file in (tmp_path / "new.pth", tmp_path / "empty.pth", tmp_path / "none.pth", tmp_path):
        assert read_old_pth(file, SHAPES) is None


def test_a_spoilt_file_is_read_as_none_or_as_something_of_its_shapes(tmp_path: Path) -> None:
    content = save(tmp_path / "old.pth", TENSORS).read_bytes()
    generator = np.random.default_rng(0)
    for _ in range(300):
        spoilt = bytearray(content)
        place = int(generator.integers(15, len(spoilt)))
        if generator.random() < 0.5:
            spoilt[place] ^= int(generator.integers(1, 256))
        else:
            del spoilt[place:]
        (tmp_path / "spoilt.pth").write_bytes(spoilt)
        found = read_old_pth(tmp_path / "spoilt.pth", SHAPES)
        assert found is None or [values.shape for values in found.values()] == SHAPES


class _Order:
    """When unpickled, makes a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.folder),)


def test_no_instruction_is_carried_out(tmp_path: Path) -> None:
    head = save(tmp_path / "old.pth", TENSORS).read_bytes()[:15]
    said: tuple[Any, ...] = (1001, {}, _Order(tmp_path / "made"), [])
    parts = [pickle.dumps(part, protocol=2) for part in said]
    (tmp_path / "hostile.pth").write_bytes(head + b"".join(parts))
    assert read_old_pth(tmp_path / "hostile.pth", SHAPES) is None
    assert not (tmp_path / "made").exists()
    pickle.loads(parts[2])  # which would have carried it out
    assert (tmp_path / "made").exists()
