"""Functions by name and as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from catseye.errors import UsageError
from catseye.insight.integral.functions import read_function

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("gausian", "unknown function 'gausian'; did you mean gaussian"),
        ("box:0", "1/8 to 8 times as wide, in eighths, e.g. box:0.5; got 'box:0'."),
        ("box:0.3", "in eighths"),
        ("box:nan", "in eighths"),
        ("box:1/0", "in eighths"),
        ("1 2; 3 4", "1 to 512 numbers in one row or column; got 2×2."),
        ([], "got 0."),
        (3.0, "got one number."),
        ([1.0, float("nan")], "numbers are finite"),
        (["a"], "a function is a name"),
        ([[1], [1, 2]], "a function is a name"),
        ("nowhere.csv", "there is no file nowhere.csv."),
        (np.zeros(513), "got 513."),
    ],
)
def test_what_is_no_function_is_refused(source: object, message: str) -> None:
    with pytest.raises(UsageError, match=message.replace(".", r"\.")):
        read_function(source)


def test_numbers_hold_around_their_whole_number(tmp_path: Path) -> None:
    (tmp_path / "values.csv").write_text("1\n2\n-4\n")
    for source in ([1, 2, -4], "1, 2, -4", np.array([1, 2, -4], np.int8), tmp_path / "values.csv"):
        x = np.array([-0.6, -0.4, 0.4, 0.6, 2.4, 2.6])
        assert read_function(source).evaluate(x).tolist() == [0, 1, 1, 2, -4, 0]


def test_a_wider_function_says_so_and_a_density_keeps_its_area() -> None:
    assert read_function("BOX:3").evaluate(np.array([1.4, 1.6])).tolist() == [1, 0]
    assert read_function("box:3").formula == "1 for |x| < 1.5"
    middle = np.zeros(1)
    assert read_function("gaussian:2").evaluate(middle) == pytest.approx(read_function("gaussian").evaluate(middle) / 2)
