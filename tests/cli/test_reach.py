"""``catseye reach``, as a person types it."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from catseye.cli import main
from tests.conftest import draw_folder

if TYPE_CHECKING:
    from _pytest.capture import CaptureFixture

pytestmark = pytest.mark.usefixtures("empty_folder")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("reach", "Missing argument 'DATA'."),
        ("reach mnits", "did you mean mnist"),
        ("reach digits --shots 1,two", "--shots must be numbers of examples per class, e.g. 1,2,5; got '1,two'."),
        ("reach digits --shots 0,1", "at least 1; got [0, 1]."),
        ("reach digits --seeds 0", "seeds must be at least 1; got 0."),
        ("reach digits --backbone resnet19", "unknown backbone 'resnet19'"),
        ("reach digits --network resnet18", "resnet18 is a backbone; from scratch, a small network"),
        ("reach digits --network 'conv 8, maxpool'", 'write "conv 8, pool"'),
        ("reach digits --network 'conv 8, pool 9'", "layer 2, pool 9x9"),
        ("reach digits -o reach.gif", "-o must end in .png, .svg or .html; got reach.gif."),
        ("reach digits -o no/reach.png", "there is no folder no."),
        ("reach digits -o here.png", "here.png already exists; choose another name or use --force."),
        ("reach one", "a classifier tells at least two classes apart"),
    ],
)
def test_what_makes_no_sense_is_said_before_any_work(capsys: CaptureFixture[str], line: str, says: str) -> None:
    Path("here.png").write_text("mine")
    draw_folder(Path("one"), {"cats": 5})
    assert main(shlex.split(line)) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.startswith("error: ")
    assert says in error
    assert len(error.splitlines()) <= 2
    assert Path("here.png").read_text() == "mine"


@pytest.mark.slow
def test_numbers_words_figure_and_page(capsys: CaptureFixture[str]) -> None:
    Path("reach.svg").write_text("old")
    draw_folder(Path("toys"), {"cats": 10, "dogs": 10, "eels": 10})
    line = "reach digits toys --shots 2,1,2 --seeds 1 -o reach.svg --force --json"
    assert main(shlex.split(line)) == 0
    out, error = capsys.readouterr()
    measured = json.loads(out)
    assert (measured["backbone"], measured["seeds"], measured["figure"]) == ("efficientnet_lite0", 1, "reach.svg")
    assert [(data["name"], data["classes"], data["test_pictures"]) for data in measured["data"]] == [
        ("digits", 10, 359),
        ("toys", 3, 6),
    ]
    for data in measured["data"]:
        points = [(point["method"], point["shots"], point["n"]) for point in data["curves"]]
        assert points == [("transfer", 1, 1), ("transfer", 2, 1), ("scratch", 1, 1), ("scratch", 2, 1)]
        for point in data["curves"]:
            assert point["accuracies"] == [point["mean"]]
            assert point["sd"] is None
        assert data["verdict"].endswith("with one seed, nothing is known about other draws of examples.")
    assert "digits, 10 classes" in Path("reach.svg").read_text()
    # Features, and each number of examples, of both; on a slow machine also how long the features take.
    assert len([line for line in error.splitlines() if line.startswith(("digits", "toys"))]) == 6

    assert main(shlex.split("reach toys --shots 1 --seeds 2 -o reach.html")) == 0
    out, error = capsys.readouterr()
    assert "from scratch" in out
    assert "n = 2" in out
    assert "toys (3 classes, 6 test pictures): Transfer" in out
    assert out.endswith(
        "wrote reach.html\n"
        "next: catseye transfer toys --backbone efficientnet_lite0 --out runs/toys-efficientnet_lite0\n"
    )
    assert "How far does transfer reach?" in Path("reach.html").read_text()
