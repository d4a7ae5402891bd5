"""Numbers are written in one way everywhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from matplotlib.figure import Figure

import catseye
from catseye.drawing.numbers import exact, percent, points, thousands, three_digits
from catseye.drawing.style import show_percent

SOURCES = sorted(Path(catseye.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-2.0, "−2"),
        (0.0, "0"),
        (-0.0, "0"),
        (-1 / 9, "−1/9"),
        (-0.25, "−0.25"),
        (-12345.67, "−12,345.7"),
        (3.0, "3"),
        (4096.0, "4,096"),
    ],
)
def test_a_minus_is_a_minus_sign(value: float, text: str) -> None:
    assert exact(value) == text


def test_shares_differences_and_large_numbers() -> None:
    assert (percent(0.98606), percent(0.728, 0), percent(None)) == ("98.6 %", "73 %", "–")
    assert (points(-0.0123), three_digits(-0.01234), three_digits(-151461.0)) == ("−1.2 points", "−0.0123", "−151,461")
    assert thousands(151461) == "151,461"


def test_an_axis_has_the_same_space() -> None:
    axes = Figure().subplots()
    axes.set(xlim=(0, 1), xticks=[0, 0.5, 1])
    show_percent(axes.xaxis)
    axes.figure.canvas.draw()
    assert [label.get_text() for label in axes.get_xticklabels()] == ["0 %", "50 %", "100 %"]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_no_source_writes_per_cent_in_another_way(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r":[.\d]*%\}", text), "use catseye.drawing.numbers.percent"
    if path.name not in ("style.py", "fonts.py"):
        assert "PercentFormatter" not in text, "use catseye.drawing.style.show_percent"
