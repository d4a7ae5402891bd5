"""``catseye summary``, as a person types it."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from catseye.cli import main

if TYPE_CHECKING:
    from _pytest.capture import CaptureFixture

pytestmark = pytest.mark.usefixtures("empty_folder")


@pytest.mark.parametrize(
    ("ending", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("html", b"<!")]
)
def test_a_diagram_is_written_beside_the_table(capsys: CaptureFixture[str], ending: str, start: bytes) -> None:
    assert main(shlex.split(f"summary 'conv 8 3x3 same, pool, flatten, dense 10' --diagram net.{ending}")) == 0
    out, error = capsys.readouterr()
    assert "28×28×8" in out
    assert f"wrote net.{ending}" in out
    assert error == ""
    assert Path(f"net.{ending}").read_bytes().startswith(start)


def test_a_file_and_json_go_together_with_a_diagram(capsys: CaptureFixture[str]) -> None:
    Path("my_net.toml").write_text('layers = "conv 8, pool, flatten"')
    assert main(shlex.split("summary my_net.toml --shape 28x28x1 --json --diagram net.svg")) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["network"] == "my_net"
    assert [layer["output"] for layer in found["layers"]] == [[28, 28, 1], [26, 26, 8], [13, 13, 8], [1352], [10]]
    assert Path("net.svg").exists()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("summary convnet --diagram net.jpg", "--diagram must end in .svg, .png, .pdf or .html; got net.jpg"),
        ("summary convnet --diagram here.svg", "here.svg already exists; choose another name or use --force"),
        ("summary convnet --diagram no/net.svg", "there is no folder no."),
        ("summary 'conv 8, maxpool' --diagram net.svg", 'write "conv 8, pool"'),
        ("summary no.toml", "no.toml cannot be read (No such file or directory)"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_written(capsys: CaptureFixture[str], line: str, says: str) -> None:
    Path("here.svg").write_text("mine")
    assert main(shlex.split(line)) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert says in error
    assert len(error.splitlines()) <= 2
    assert [path.name for path in Path().iterdir()] == ["here.svg"]
    assert Path("here.svg").read_text() == "mine"
