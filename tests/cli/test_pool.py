"""``catseye pool``, as a person types it."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from catseye.cli import main
from tests.conftest import draw

if TYPE_CHECKING:
    from collections.abc import Callable

MATRIX = "'[[1, 5, 0, 2], [2, 3, 1, 1]]'"


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Run a command that goes well in an empty folder, and return what it says on stdout."""
    monkeypatch.chdir(tmp_path)

    def run(line: str) -> str:
        capsys.readouterr()
        assert main(shlex.split(line)) == 0
        out, error = capsys.readouterr()
        assert error == ""
        return out

    return run


@pytest.mark.parametrize(
    ("words", "output"),
    [
        ("", [[5, 2]]),
        ("--kind average", [[2.75, 1]]),
        ("--kind stride", [[1, 0]]),
        ("--size global", [[5]]),
        ("--size global --kind average", [[1.875]]),
        ("--size 2x1 --stride 1", [[2, 5, 1, 2]]),
        ("--size 3 --stride 2 --padding same", [[5, 2]]),
    ],
)
def test_kind_window_stride_and_padding(said: Callable[[str], str], words: str, output: list[list[float]]) -> None:
    assert json.loads(said(f"pool {MATRIX} {words} --json"))["output"] == output


def test_the_terminal_compares_the_kinds_and_shows_a_few_steps(said: Callable[[str], str]) -> None:
    out = said(f"pool {MATRIX}")
    assert "Max pooling of the matrix (2×4), window 2×2, stride 2, padding 0." in out
    assert "rows: O = (I − F + 2P)/S + 1 = (2 − 2 + 2·0)/2 + 1 = 1" in out
    assert re.search(r"average pooling +1×2 +1 +1\.875 +2\.75", out)
    assert "5 with max pooling, 2.75 with average pooling and 1 with sampling by stride" in " ".join(out.split())
    assert "largest 5 → row 0, column 0" in out


@pytest.mark.slow
def test_a_film_has_a_frame_for_each_step_of_the_three_planes(said: Callable[[str], str]) -> None:
    draw(Path("picture.png"), side=12)
    assert said("pool picture.png --colour --size 4 -o steps.gif").startswith(
        "wrote steps.gif: it shows all 9 steps.\nnext: catseye convolve picture.png --pool max"
    )
    with Image.open("steps.gif") as film:
        assert film.n_frames == 9  # type: ignore[attr-defined]


def test_the_figure_has_every_kind_and_the_formula(said: Callable[[str], str]) -> None:
    said(f"pool {MATRIX} -o figure.svg")
    texts = {text.strip() for text in re.findall(r">([^<>]+)</text>", Path("figure.svg").read_text())}
    assert {"input", "max pooling", "average pooling", "sampling by stride", "2.75"} <= texts
    assert "O = (I − F + 2P)/S + 1: (2 − 2 + 2·0)/2 + 1 = 1 row, (4 − 2 + 2·0)/2 + 1 = 2 columns" in texts


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("pool drawing --kind maxx", "unknown pooling 'maxx'; did you mean max"),
        (
            "pool drawing --size big",
            "--size must be global, a number, or two (down and across) such as 2x1; got 'big'.",
        ),
        ("pool drawing --size 9", "the window must fit"),
        ("pool drawing --kind stride --padding 1", "takes no padding; got 1."),
        ("pool '[[1, 2], [3]]'", "row 1 has 2 numbers, row 2 has 1."),
        ("pool nowhere.png", "there is no file nowhere.png"),
        ("pool drawing -o pool.pdf", "-o must end in .gif, .png, .svg or .html; got pool.pdf."),
    ],
)
def test_what_makes_no_sense_is_one_line(capsys: pytest.CaptureFixture[str], line: str, says: str) -> None:
    assert main(shlex.split(line)) == 2
    out, error = capsys.readouterr()
    assert (out, len(error.splitlines())) == ("", 1)
    assert says in error
