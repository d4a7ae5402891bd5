"""``catseye equivariance``, as a person types it."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from catseye.cli import main

if TYPE_CHECKING:
    from _pytest.capture import CaptureFixture

pytestmark = pytest.mark.usefixtures("digit")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("equivariance nothing.png", "nothing.png"),
        ("equivariance digit.png --layer relu1", "layer and channel are those of a classifier"),
        ("equivariance digit.png --kernel edge --classifier run", "got both"),
        ("equivariance digit.png --shift 3y2", "shift must be a number, or two"),
        ("equivariance digit.png --shift 8x0", "a picture of 8×8 moves by up to 7 pixels down or up"),
        ("equivariance digit.png --pool 1", "has a window of 2 to 6; got 1"),
        ("equivariance digit.png --classifier run --layer relu9", "unknown layer 'relu9'"),
        ("equivariance digit.png --classifier run --channel 99", "channels 0 to 31; got 99"),
        ("equivariance digit.png -o here.png", "here.png already exists"),
    ],
)
def test_what_makes_no_sense_is_said(capsys: CaptureFixture[str], line: str, says: str) -> None:
    assert main(shlex.split(line)) in (1, 2)
    out, error = capsys.readouterr()
    assert out == ""
    assert says in error
    assert not Path("equivariance.png").exists()


@pytest.mark.slow
def test_words_a_figure_and_the_same_numbers_as_json(capsys: CaptureFixture[str]) -> None:
    assert main(shlex.split("equivariance digit.png --shift=-1,2")) == 0
    out = capsys.readouterr().out
    assert "sobel_x (3×3) on digit.png, moved by −1 pixel down and 2 right" in out
    assert "map: exactly −1 cell down and 2 right; largest difference 0 %" in out
    assert Path("equivariance.png").stat().st_size > 10_000
    assert main(shlex.split("equivariance digit.png --classifier run --shift 1 --json")) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["shift"] == [1, 1]
    assert found["map"]["whole_cells"]
    assert found["figure"] is None
    assert len(found["predictions"]) == 2
