"""Matrices as they are typed and read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from catseye.drawing.numbers import exact
from catseye.errors import UsageError
from catseye.insight.convolution.kernels import KERNELS, kernel
from catseye.insight.convolution.matrices import parsed, read_matrix
from catseye.insight.convolution.matrix_text import is_matrix


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 2 3; 4 5 6", [[1, 2, 3], [4, 5, 6]]),
        ("-1, .5 ,1/4;\n2,3e2,−4;", [[-1, 0.5, 0.25], [2, 300, -4]]),
        ("7", [[7]]),
    ],
)
def test_rows_end_with_semicolons_or_lines_and_numbers_may_be_fractions(text: str, expected: list[list[float]]) -> None:
    assert is_matrix(text)
    assert parsed(text).tolist() == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1 2; 3", "row 1 has 2 numbers, row 2 has 1"),
        ("1 2; 3 nan", "row 2, column 2 is nan"),
        ("1 -inf", "row 1, column 2 is -inf"),
        ("1 2e99", "at most 1,000,000,000"),
        ("1 two", "'two' is not a number"),
        ("1/0 2", "divides by zero"),
        (" ; ", "got no number"),
        ("1,,2", "'' is not a number"),
    ],
)
def test_what_is_no_matrix_says_where(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        parsed(text)


def test_kernels_go_by_name_in_any_case_and_unknown_ones_offer_the_nearest() -> None:
    assert np.array_equal(kernel("Sobel-X"), kernel("sobel"))
    assert kernel("blur").sum() == pytest.approx(1)
    assert kernel("edge").sum() == 0
    with pytest.raises(UsageError, match="did you mean sharpen"):
        kernel("sharp")


def test_the_names_of_kernels_keep_their_promises() -> None:
    """Of a picture that gets brighter to the right."""
    ramp = np.tile(np.arange(3.0), (3, 1))
    answers = {name: float((kernel(name) * ramp).sum()) for name in KERNELS}
    assert answers["sobel_x"] == 8
    assert answers["prewitt_x"] == 6
    assert answers["sobel_y"] == answers["prewitt_y"] == answers["edge"] == answers["laplacian"] == 0
    for name in ("identity", "sharpen", "blur", "gaussian"):
        assert answers[name] == pytest.approx(1), name  # the middle's own value


def test_a_matrix_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "numbers.csv"
    path.write_bytes(b"\xef\xbb\xbf1,2\r\n3,4\r\n")
    assert read_matrix(path).tolist() == [[1, 2], [3, 4]]
    path.write_bytes(b"1,2\n3\n")
    with pytest.raises(UsageError, match=r"numbers.csv: the rows"):
        read_matrix(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="cannot be read as text"):
        read_matrix(path)


@pytest.mark.parametrize(
    ("value", "text"),
    [(3.0, "3"), (-2.5, "−2.5"), (1 / 9, "1/9"), (0.0625, "0.0625"), (28.33333, "28.33"), (1234.56, "1,234.6"),
     (float("nan"), "·"), (1e8, "100,000,000"), (-1 / 3, "−1/3"), (0.123456, "0.1235")],
)  # fmt: skip
def test_numbers_are_shown_short(value: float, text: str) -> None:
    assert exact(value) == text
