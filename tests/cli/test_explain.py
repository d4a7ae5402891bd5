"""``catseye explain``, as a person types it."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

import catseye
from catseye.cli import main
from catseye.insight.explanation.attribution import METHODS

if TYPE_CHECKING:
    from _pytest.capture import CaptureFixture

    from catseye.runs.run import Run


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, digits_run: Run) -> None:
    assert digits_run.folder is not None
    monkeypatch.chdir(tmp_path)
    Path("run").symlink_to(digits_run.folder)
    Image.fromarray(catseye.load("digits", split="test").picture(0)[:, :, 0]).save("digit.png")
    Path("here.png").write_text("mine")
    Path("words.png").write_text("no picture")


@pytest.mark.parametrize(
    ("line", "says", "status"),
    [
        ("explain run", "Missing argument 'PICTURE'.", 2),
        ("explain run digit.png --class four", "unknown class 'four'", 2),
        ("explain run digit.png --layer relu9", "did you mean relu3 or relu2 or relu1?", 2),
        ("explain run digit.png --methods gradcam", "did you mean grad_cam?", 2),
        ("explain run digit.png -o here.png", "here.png already exists", 2),
        ("explain run digit.png -o no/why.png", "there is no folder no.", 2),
        ("explain run digit.png -o why.gif", ".png, .svg or .html; got why.gif.", 2),
        ("explain nothing digit.png", "there is no classifier at nothing", 2),
        ("explain run nowhere.png", "nowhere.png: there is no such file", 1),
        ("explain run words.png", "words.png: ", 1),
    ],
)
def test_what_cannot_be_is_said_and_nothing_written(
    capsys: CaptureFixture[str], line: str, says: str, status: int
) -> None:
    before = sorted(path.name for path in Path().iterdir())
    assert main(shlex.split(line)) == status
    out, error = capsys.readouterr()
    assert out == ""
    assert error.startswith("error: ")
    assert says in error
    assert len(error.splitlines()) <= 2
    assert sorted(path.name for path in Path().iterdir()) == before
    assert Path("here.png").read_text() == "mine"


@pytest.mark.slow
def test_one_json_document_and_a_figure(capsys: CaptureFixture[str]) -> None:
    assert main(shlex.split("explain run digit.png --methods all --scores --check -o why.svg --json")) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["picture"], found["figure"], len(found["maps"])) == ("digit.png", "why.svg", len(METHODS))
    for one in found["maps"]:
        assert 0 <= one["deletion"] <= 1
        assert 0 <= one["insertion"] <= 1
        assert one["random"]["orders"] == 10
        assert one["sanity"]["depths"][0]["layer"] == "dense2"
    assert found["maps"][1]["completeness"]["holds"]
    text = Path("why.svg").read_text()
    for words in ("Grad-CAM", "Integrated gradients", "Occlusion", "SmoothGrad", "Sanity check", "insertion"):
        assert words in text


def test_words_and_a_page_with_the_same_numbers(capsys: CaptureFixture[str]) -> None:
    line = "explain run digit.png --class 3 --methods integrated-gradients,occlusion --scores -o why.html"
    assert main(shlex.split(line)) == 0
    out, _ = capsys.readouterr()
    assert "Integrated gradients" in out
    assert "Grad-CAM" not in out
    assert "Squares in random order" in out
    assert out.endswith("wrote why.html\nnext: catseye attack run digit.png\n")
    page = Path("why.html").read_text()
    assert "Why 3? run on digit.png" in page
    assert "Occlusion: deletion" in page


def test_by_default_a_sentence_and_one_map_and_the_next_line_shows_the_rest(capsys: CaptureFixture[str]) -> None:
    assert main(shlex.split("explain run digit.png -o why.svg")) == 0
    sentence, wrote, following = capsys.readouterr().out.splitlines()
    assert sentence.startswith("Orange places speak for ")
    assert (wrote, following) == (
        "wrote why.svg",
        "next: catseye explain run digit.png --methods all --scores -o why-all.png",
    )
    drawing = Path("why.svg").read_text()
    assert "(Occlusion)" in drawing  # Grad-CAM would be of 4×4 positions or fewer
    assert "run on digit.png" in drawing
    assert "Grad-CAM" not in drawing
