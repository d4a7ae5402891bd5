"""Matrices as text against what NumPy and PyTorch print, and worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from catseye.errors import UsageError
from catseye.insight.convolution.matrices import parsed
from catseye.insight.convolution.matrix_text import is_matrix, parse_csv, parse_text

VALUES = np.array([[1.5, 2, -3], [4, 5, 0.25]])
PRINTS = {
    "str": str(VALUES),
    "on one line, as a shell may make it": str(VALUES).replace("\n", ""),
    "repr": repr(VALUES),
    "with a type": repr(VALUES.astype(np.float32)),
    "with a module": f"np.{VALUES!r}",
    "lists": repr(VALUES.tolist()),
    "lists of NumPy's numbers": repr([list(row) for row in VALUES]),
    "tuples": repr(tuple(tuple(row) for row in VALUES.tolist())),
    "rows alone": "[1.5, 2, -3], [4, 5, .25]",
    "MATLAB": "[1.5 2 -3; 4 5 .25]",
    "a weight (1, 1, 2, 3)": repr(VALUES[None, None]),
    "PyTorch": repr(torch.tensor(VALUES)),
    "PyTorch with gradients": repr(torch.tensor(VALUES, dtype=torch.float16, requires_grad=True)),
    "PyTorch's parameter": repr(torch.nn.Parameter(torch.tensor(VALUES))),
    "TensorFlow": f"<tf.Tensor: shape=(2, 3), dtype=float64, numpy=\n{VALUES!r}>",
}


@pytest.mark.parametrize("print_", PRINTS)
def test_a_print_is_read_as_it_stands(print_: str) -> None:
    text = PRINTS[print_]
    assert is_matrix(text)
    assert parsed(text).tolist() == VALUES.tolist()


def test_a_print_whose_rows_are_folded_is_read() -> None:
    wide = np.arange(120).reshape(3, 40)
    assert str(wide).count("\n") > 3
    assert parsed(str(wide)).tolist() == wide.tolist()
    assert parsed(repr(np.array([[True, False]]))).tolist() == [[1, 0]]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("1,2\n3,4", [[1, 2], [3, 4]]),
        ("1,5;2\n3;4,5", [[1.5, 2], [3, 4.5]]),
        ("1,5\t2\n3\t4,5", [[1.5, 2], [3, 4.5]]),
        ("1,\t2\n3,\t4", [[1, 2], [3, 4]]),
        ("1;2;3", [[1, 2, 3]]),
        ("1;2;\n3;4;\n", [[1, 2], [3, 4]]),
        ("# of numpy.savetxt\n1.0e+00 2.0e+00\n\n3 4\n", [[1, 2], [3, 4]]),
        ('"1","2"\n"3","4"', [[1, 2], [3, 4]]),
        ("[[1 2]\n [3 4]]", [[1, 2], [3, 4]]),
    ],
)
def test_csv_has_a_row_per_line_and_a_decimal_comma_between_semicolons_or_tabs(
    text: str, rows: list[list[float]]
) -> None:
    assert parse_csv(text) == rows


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[0 1 ... 9]\n [3 4 ... 8]]", "printed with ..., which leaves numbers out"),
        ("[[1,2],[3]]", "the rows of a matrix are equally long; row 1 has 2 numbers, row 2 has 1."),
        ("[[1,2],[3,4]", "a bracket is not closed"),
        ("[1,2]]", "a bracket is closed that was not opened"),
        ("[[[1,2]],[[3,4]]]", "the text holds several matrices"),
        ("[[1,2],[]]", "a row of the matrix is empty"),
        ("[[1 2] 3]", "numbers stand outside the rows' brackets"),
        ("[]", "got no number"),
        ("[" * 50_000, "a matrix has two levels of brackets"),
        ("[[1,2],[3,four]]", "in row 2, 'four' is not a number"),
        ("1,5 2,5", "row 1 has both commas and spaces between numbers"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_text(text)
    assert says in str(caught.value)
    assert len(str(caught.value)) < 250


def test_one_line_that_can_be_rows_or_decimal_commas_is_not_guessed() -> None:
    with pytest.raises(UsageError, match="can be several rows or decimal commas"):
        parse_csv("1,5;2,5")
