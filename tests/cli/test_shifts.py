"""``catseye shifts``, as a person types it."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from catseye.cli import main

if TYPE_CHECKING:
    from _pytest.capture import CaptureFixture

    from catseye.runs.run import Run

pytestmark = pytest.mark.usefixtures("empty_folder")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("shifts mnits", "did you mean mnist"),
        ("shifts digits --networks dense,convent", "did you mean convnet"),
        ("shifts digits --largest 8", "moved by 1 to 7; got 8."),
        ("shifts digits --seeds 0", "seeds must be at least 1; got 0."),
        ("shifts digits -o shifts.gif", "got shifts.gif."),
        ("shifts digits --classifier nothing", "there is no classifier at nothing"),
    ],
)
def test_what_makes_no_sense_is_said_before_any_work(capsys: CaptureFixture[str], line: str, says: str) -> None:
    assert main(shlex.split(line)) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert says in error
    assert len(error.splitlines()) <= 2
    assert not list(Path().iterdir())


def test_a_table_a_page_and_the_same_numbers_as_json(capsys: CaptureFixture[str], digits_run: Run) -> None:
    line = f"shifts digits --classifier {digits_run.folder} --largest 2"
    assert main(shlex.split(f"{line} -o moved.html")) == 0
    out, _ = capsys.readouterr()
    assert "lost off the edge" in out
    assert out.endswith("wrote moved.html\nnext: catseye train digits --out runs/digits\n")
    assert main(shlex.split(f"{line} -o moved.svg --json")) == 0
    found = json.loads(capsys.readouterr().out)
    (network,) = found["networks"]
    assert (found["pixels"], found["directions"], found["figure"]) == ([0, 1, 2], 4, "moved.svg")
    assert f"{100 * network['mean'][2]:.1f} %" in out
    assert found["verdict"] in Path("moved.html").read_text()
    assert "pixels moved, of 8" in Path("moved.svg").read_text()
