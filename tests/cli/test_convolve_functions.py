"""``catseye convolve-functions``, as a person types it."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from catseye.cli import main
from catseye.insight.integral.film import FRAMES

if TYPE_CHECKING:
    from _pytest.capture import CaptureFixture

pytestmark = pytest.mark.usefixtures("empty_folder")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("convolve-functions bix", "unknown function 'bix'; did you mean box?"),
        ("convolve-functions box ramp --kind autocorrelation", "leave out g"),
        ("convolve-functions box --kind corelation", "did you mean autocorrelation"),
        ("convolve-functions step --kind autocorrelation", "is infinite for every x"),
        ("convolve-functions box:9", "in eighths"),
        ("convolve-functions box -o film.mp4", "-o must end in .png, .svg, .html or .gif; got film.mp4."),
        ("convolve-functions nowhere.csv", "there is no file nowhere.csv."),
    ],
)
def test_what_makes_no_sense_is_said(capsys: CaptureFixture[str], line: str, says: str) -> None:
    assert main(shlex.split(line)) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert says in error
    assert len(error.splitlines()) <= 2
    assert not list(Path().iterdir())


def test_a_table_and_the_same_numbers_as_json(capsys: CaptureFixture[str]) -> None:
    assert main(["convolve-functions", "box", "box"]) == 0
    out = capsys.readouterr().out
    assert "(f∗g)(x) = ∫ f(z) g(x−z) dz" in out
    assert "areas multiply: 1 × 1 = 1" in out
    assert "variances add: 0.08333 + 0.08333 = 0.1667" in out
    assert main(["convolve-functions", "-1 2", "3", "--kind", "cross_correlation", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    values = dict(zip(found["x"], found["result"], strict=True))
    assert (values[0.0], values[1.0]) == (pytest.approx(-3), pytest.approx(6))


@pytest.mark.slow
def test_a_film_shows_the_result_growing(capsys: CaptureFixture[str]) -> None:
    assert main(["convolve-functions", "box", "ramp", "-o", "film.gif"]) == 0
    assert "wrote film.gif" in capsys.readouterr().out
    with Image.open("film.gif") as film:
        assert getattr(film, "n_frames", 1) == FRAMES
        sizes = []
        for number in (0, FRAMES // 2, FRAMES - 1):
            film.seek(number)
            lower = film.convert("RGB").crop((0, film.height // 2, film.width, film.height))
            sizes.append(sum(count for count, (red, green, _) in lower.getcolors(2**20) or [] if green > red + 8))  # type: ignore[misc]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1]
