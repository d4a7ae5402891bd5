"""Matrices as lists, arrays, tensors and .npy files; what is hostile in them is refused."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from catseye.errors import UsageError
from catseye.insight.convolution.kernels import kernel
from catseye.insight.convolution.matrices import matrix, read_matrix, read_npy

if TYPE_CHECKING:
    from pathlib import Path

EYE = [[1.0, 0.0], [0.0, 1.0]]


@pytest.mark.parametrize(
    "values",
    [
        EYE,
        ((1, 0), (0, 1)),
        np.eye(2, dtype=bool),
        np.asfortranarray(np.eye(2, dtype=np.float16)),
        torch.eye(2, requires_grad=True),
        torch.eye(2, dtype=torch.bfloat16)[None, None],
        torch.eye(2, dtype=torch.uint8),
        torch.eye(2).to_sparse(),
    ],
)
def test_a_matrix_is_lists_an_array_or_a_tensor(values: Any) -> None:
    assert matrix(values).tolist() == EYE


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ([[1, 2], [3]], "the rows of a matrix are equally long; row 1 has 2 numbers, row 2 has 1."),
        ([[1, 2], 3], "a list of rows, and each row a list of numbers"),
        ([["a"]], "in lists of equal length or an array"),
        (np.zeros((2, 2), complex), "got complex128"),
        (np.array([["2020"]], "M8[Y]"), "got datetime64"),
        (np.ma.masked_equal([[1, 2]], 1), "masked"),
        (np.zeros((2, 3, 3)), r"got shape \(2, 3, 3\)"),
        ([[10**400]], "expected a matrix of numbers"),
    ],
)
def test_what_is_no_matrix_says_so_in_our_words(values: Any, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        kernel(values)


def test_npy_files_are_read_and_nothing_in_them_is_executed(tmp_path: Path) -> None:
    path = tmp_path / "numbers.npy"
    np.save(path, np.asfortranarray([[1, 2, 3], [4, 5, 6]]))
    assert kernel(path).tolist() == kernel(str(path)).tolist() == [[1, 2, 3], [4, 5, 6]]
    np.save(path, np.array([[object()]], object), allow_pickle=True)
    with pytest.raises(UsageError, match="holds object, not numbers"):
        read_matrix(path)
    np.save(path, np.zeros(3))
    with pytest.raises(UsageError, match=r"numbers.npy: expected a matrix"):
        read_matrix(path)


def test_a_npy_file_takes_no_more_memory_than_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "numbers.npy"
    np.save(path, np.zeros((2, 3)))
    whole = path.read_bytes()
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": (10**9, 10**9)})
    path.write_bytes(header.getvalue() + bytes(48))
    with pytest.raises(UsageError, match="announces 8,000,000,000,000,000,000 bytes of numbers; it has 48"):
        read_npy(path)
    path.write_bytes(whole[:-1])
    with pytest.raises(UsageError, match="its header announces 48 bytes of numbers; it has 47"):
        read_npy(path)
    for content in (b"", b"no array at all", whole[:20], whole.replace(b"(2, 3)", b"(-2,3)")):
        path.write_bytes(content)
        with pytest.raises(UsageError, match=r"cannot be read as a .npy file|is damaged"):
            read_npy(path)


def test_a_kernels_file_that_is_missing_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        kernel(tmp_path / "none.csv")
