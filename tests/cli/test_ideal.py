"""``catseye ideal``, as a person types it."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from PIL import Image

from catseye.classifier.classifier import Classifier
from catseye.cli import main
from catseye.insight.ideal.ascent import Snapshot, find_ideal
from catseye.insight.ideal.figure import draw_ideals
from catseye.insight.ideal.target import class_target

if TYPE_CHECKING:
    from _pytest.capture import CaptureFixture

    from catseye.runs.run import Run


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, digits_run: Run) -> None:
    monkeypatch.chdir(tmp_path)
    assert digits_run.folder
    Path("digits").symlink_to(digits_run.folder)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("ideal digits", "name a class, or a channel as LAYER:NUMBER"),
        ("ideal digits eleven", "unknown class 'eleven'"),
        ("ideal efficientnet_lite0 zebraa", "did you mean zebra"),
        ("ideal digits 3 --channel con1:2", "did you mean conv1"),
        ("ideal digits --channel conv1:99", "got 99"),
        ("ideal digits 3 --variation -1", "variation must be at least 0; got -1."),
        ("ideal digits 3 --variation nan", "variation must be at least 0; got nan."),
        ("ideal digits 3 --steps 0", "steps must be at least 1; got 0."),
        ("ideal digits 3 --parameterisation wavelet", "unknown parameterisation 'wavelet'"),
        ("ideal digits 3 -o ideal.mp4", "-o must end in .png, .svg, .html or .gif"),
        ("ideal digits 3 -o no/ideal.png", "there is no folder no."),
        ("ideal digits 3 -o here.png", "here.png already exists"),
        ("ideal digits 3 4 -o new.png", "new-4.png already exists"),
    ],
)
def test_what_makes_no_sense_is_said_before_any_work(capsys: CaptureFixture[str], line: str, says: str) -> None:
    for name in ("here.png", "new-4.png"):
        Path(name).write_text("mine")
    assert main(shlex.split(line)) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.startswith("error: ")
    assert says in error
    assert len(error.splitlines()) <= 2
    assert sorted(path.name for path in Path().iterdir()) == ["digits", "here.png", "new-4.png"]


@pytest.mark.parametrize("count", [2, 3, 7])
def test_nothing_on_a_sheet_is_cut_off_or_covered(digits_run: Run, count: int) -> None:
    goals = [class_target(digits_run.classifier, number) for number in range(count)]
    figure = draw_ideals([find_ideal(digits_run.classifier, goal, steps=1) for goal in goals], "my-run")
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    texts = [text.get_window_extent() for text in figure.findobj(Text) if text.get_text()]
    assert len(texts) == 2 * count + 2
    assert f"Ideal pictures of {count} classes for my-run" in {text.get_text() for text in figure.findobj(Text)}
    width, height = canvas.get_width_height()
    assert all(0 <= box.x0 < box.x1 <= width and 0 <= box.y0 < box.y1 <= height for box in texts)
    assert not any(one.overlaps(other) for one, other in combinations(texts, 2))


@pytest.mark.parametrize("moments", [1, 8, 9])
@pytest.mark.parametrize("shape", [(20, 60), (60, 20), (30, 30)])
def test_one_picture_with_its_stages_fills_a_slide(digits_run: Run, moments: int, shape: tuple[int, int]) -> None:
    found = find_ideal(digits_run.classifier, class_target(digits_run.classifier, 3), steps=1)
    picture = np.zeros((*shape, 1), np.uint8)
    stages = tuple(Snapshot(step, picture, 0.5) for step in range(moments))
    figure = draw_ideals([replace(found, picture=picture, snapshots=stages)], "a long name of a run " * 5)
    width, height = figure.get_size_inches()
    assert width / height == pytest.approx(16 / 9)
    pictures = [image.get_extent() for image in figure.axes[0].images]
    assert len(pictures) == moments + 1
    for left, right, bottom, top in pictures:
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
    FigureCanvasAgg(figure).draw()  # type: ignore[no-untyped-call]
    texts = [text.get_window_extent() for text in figure.findobj(Text) if text.get_text()]
    assert not any(one.overlaps(other) for one, other in combinations(texts, 2))
    assert all(box.x1 <= width * figure.dpi and box.y0 >= 0 for box in texts)


@pytest.mark.slow
def test_the_probability_told_is_that_of_the_picture_saved(capsys: CaptureFixture[str]) -> None:
    assert main(shlex.split("ideal digits 3 --json -o three.svg")) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["class"], told["picture"], told["seed"]) == ("3", "three-3.png", 0)
    again = Classifier.load("digits").predict(told["picture"])[0]
    assert again.class_name == "3"
    assert again.probability == pytest.approx(told["probability"], abs=1e-6)
    values = np.asarray(Image.open(told["picture"]), float)
    variation = sum(np.abs(np.diff(values, axis=axis)).mean() for axis in (0, 1))
    assert told["total_variation"] == pytest.approx(variation)
    assert "step 0" in Path("three.svg").read_text()


def test_several_come_as_a_list_and_one_sheet(capsys: CaptureFixture[str]) -> None:
    assert main(shlex.split("ideal digits 3 5 3 --channel conv1:2 --steps 20 --json -o some.html")) == 0
    out, error = capsys.readouterr()
    told = json.loads(out)
    assert [next(iter(one.items())) for one in told] == [("class", "3"), ("class", "5"), ("channel", "conv1:2")]
    assert [one["picture"] for one in told] == ["some-3.png", "some-5.png", "some-conv1-2.png"]
    assert all(np.asarray(Image.open(one["picture"])).shape == (8, 8) for one in told)
    assert "wrote" not in error


def test_a_class_that_is_not_reached_is_told(capsys: CaptureFixture[str]) -> None:
    assert main(shlex.split("ideal digits 3 --variation 100000 --steps 2")) == 0
    out, error = capsys.readouterr()
    assert error.startswith("note: 3 has ")
    assert "after 2 steps" in error
    *_, wrote, following = out.splitlines()
    assert wrote == "wrote ideal.png"
    assert following == "next: catseye explain digits ideal-3.png -o ideal-3-explained.png"
    assert main(shlex.split(following.removeprefix("next: catseye "))) == 0
    assert Path("ideal-3-explained.png").exists()


@pytest.mark.slow
def test_a_film_shows_the_pictures_as_they_grow_and_then_rests(capsys: CaptureFixture[str]) -> None:
    assert main(shlex.split("ideal digits 3 5 --steps 20 -o film.gif")) == 0
    capsys.readouterr()
    with Image.open("film.gif") as film:
        assert film.n_frames == 21  # type: ignore[attr-defined]
        assert film.size == (1280, 720)
        times = []
        for number in range(21):
            film.seek(number)
            times.append(film.info["duration"])
    assert len(set(times[:-1])) == 1
    assert times[-1] == 2000
    assert 3000 <= sum(times) <= 6000
    assert {"film-3.png", "film-5.png"} < {path.name for path in Path().iterdir()}
