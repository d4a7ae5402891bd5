"""The lesson's formula, O = (I − F + 2P)/S + 1, in letters and in numbers, worked out by hand."""

from __future__ import annotations

import pytest

from catseye.insight.convolution.size_formula import size_described, size_in_figure
from catseye.networks.windows import Window


@pytest.mark.parametrize(
    ("window", "line"),
    [
        (Window((3, 3)), "rows: O = (I − F + 2P)/S + 1 = (5 − 3 + 2·0)/1 + 1 = 3"),
        (Window((3, 3), (2, 2), (1, 1)), "rows: O = (I − F + 2P)/S + 1 = (5 − 3 + 2·1)/2 + 1 = 3"),
        (Window((2, 2), (2, 2)), "rows: O = (I − F + 2P)/S + 1 = ⌊(5 − 2 + 2·0)/2⌋ + 1 = 2"),
        (Window((2, 2), padding=("same", "same")), "rows: O = (I − F + 2P)/S + 1 = (5 − 2 + 0 + 1)/1 + 1 = 5"),
        (
            Window((2, 2), dilation=(3, 1)),
            "rows: O = (I − D·(F − 1) − 1 + 2P)/S + 1 = (5 − 3·(2 − 1) − 1 + 2·0)/1 + 1 = 2",
        ),
    ],
)
def test_dilation_stands_in_the_formula_only_if_there_is_some(window: Window, line: str) -> None:
    assert size_described(window, (5, 5))[0] == line


def test_a_figure_has_one_line_for_both_axes() -> None:
    assert size_in_figure(Window((3, 3)), (5, 5)) == "O = (I − F + 2P)/S + 1: (5 − 3 + 2·0)/1 + 1 = 3"
    assert "= 3 rows, (4 − 3 + 2·0)/1 + 1 = 2 columns" in size_in_figure(Window((3, 3)), (5, 4))
