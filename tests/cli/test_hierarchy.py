"""``catseye hierarchy``, as a person types it."""

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
        ("hierarchy run mnits", "did you mean mnist"),
        ("hierarchy run digits --class cat", "cat"),
        ("hierarchy run digits --channels 9", "channels must be between 1 and 4; got 9."),
        ("hierarchy run digits --split tset", "unknown split 'tset'"),
        ("hierarchy nothing digits", "there is no classifier at nothing"),
        ("hierarchy run digits -o here.png", "here.png already exists"),
    ],
)
def test_what_makes_no_sense_is_said_before_any_work(capsys: CaptureFixture[str], line: str, says: str) -> None:
    assert main(shlex.split(line)) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert says in error
    assert not Path("hierarchy.png").exists()


@pytest.mark.slow
def test_a_page_and_the_same_channels_as_json(capsys: CaptureFixture[str]) -> None:
    line = "hierarchy run digits --class 3 --channels 2 --count 1 --steps 2"
    assert main(shlex.split(f"{line} -o all.svg")) == 0
    out = capsys.readouterr().out
    assert main(shlex.split(f"{line} --json")) == 0
    found = json.loads(capsys.readouterr().out)
    drawn = Path("all.svg").read_text()
    for level in found["levels"]:
        assert level["layer"] in out
        for example in level["examples"]:
            ideal = "ideal " if example["ideal_is_found"] else "no ideal found"
            assert f"channel {example['number']}: {ideal}" in drawn
    assert found["class"] == "3"
    assert found["figure"] is None
