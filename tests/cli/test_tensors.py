"""``catseye tensors``, as a person types it."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from catseye.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

PIXELS = np.random.default_rng(0).integers(0, 256, (40, 30, 3), np.uint8)


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Run a command that goes well in a folder with pictures, and return what it says on stdout."""
    monkeypatch.chdir(tmp_path)
    Image.fromarray(PIXELS).save("colour.png")
    Image.fromarray(PIXELS[:, :, 0]).save("grey.png")
    Image.new("RGB", (1, 1), (137, 2, 3)).save("one.png")

    def run(line: str) -> str:
        capsys.readouterr()
        assert main(shlex.split(line)) == 0
        out, error = capsys.readouterr()
        assert error == ""
        return out

    return run


def test_json_has_shapes_types_indices_and_the_numbers(said: Callable[[str], str]) -> None:
    found = json.loads(said("tensors colour.png --at 2,3 --zoom 4 --json"))
    value = int(PIXELS[2, 3, 0])
    assert {tensor["name"]: tuple(tensor["shape"]) for tensor in found["tensors"]} == {
        "scalar": (),
        "vector": (30,),
        "matrix": (40, 30),
        "volume": (40, 30, 3),
        "batch": (4, 40, 30, 3),
    }
    assert {tensor["dtype"] for tensor in found["tensors"]} == {"uint8"}
    assert [tensor["index"] for tensor in found["tensors"]] == [
        f"picture[2, 3, 0] = {value}",
        f"vector[3] = {value}",
        f"matrix[2, 3] = {value}",
        f"picture[2, 3, 0] = {value}",
        f"batch[0, 2, 3, 0] = {value}",
    ]
    assert found["region"] == {
        "rows": [0, 4],
        "columns": [1, 5],
        "shape": [4, 4, 3],
        "values": PIXELS[0:4, 1:5].tolist(),
    }


def test_the_terminal_shows_a_table_and_the_numbers_of_each_plane(said: Callable[[str], str]) -> None:
    out = said("tensors colour.png --at 0,0 --zoom 2")
    assert re.search(r"volume +3 +\(40, 30, 3\) +uint8 +RGB volume \(H, W, C\)", out)
    assert "enlarged: picture[0:2, 0:2]" in out
    for plane, name in enumerate(("red", "green", "blue")):
        numbers = re.findall(r"\d+", out.split(f"{name}  ")[-1])[:4]
        assert list(map(int, numbers)) == PIXELS[:2, :2, plane].ravel().tolist()
    assert "batch: 4 versions of the one picture" in out


def test_the_figure_has_every_visible_number_and_shape(said: Callable[[str], str]) -> None:
    said("tensors colour.png --at 2,3 --zoom 3 -o figure.svg")
    texts = [text.strip() for text in re.findall(r">([^<>]+)</text>", Path("figure.svg").read_text())]
    region = PIXELS[1:4, 2:5].astype(int)
    behind = [region[row, column, plane] for plane in (1, 2) for row in range(3) for column in range(3)
              if row == 0 or column == 2]  # fmt: skip
    expected = [*region[:, :, 0].ravel(), *behind, region[1, 1, 0]]  # the last is the scalar
    assert sorted(int(text) for text in texts if text.isdigit()) == sorted(expected)
    assert {"shape (), uint8", "shape (30,), uint8", "shape (4, 40, 30, 3), uint8", "its numbers, red in front"} <= set(
        texts
    )


def test_several_pictures_form_a_batch_of_the_first_ones_size(said: Callable[[str], str]) -> None:
    found = json.loads(said("tensors grey.png colour.png one.png --json"))
    assert found["tensors"][-1]["shape"] == [3, 40, 30, 3]
    assert found["batch"] == (
        "3 pictures: grey.png, colour.png, one.png, 1 of them cropped and resized to 40×30 (height × width), "
        "the first one's size"
    )


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("tensors grey.png --at 40,0", "there is no pixel 40,0: the picture has rows 0 to 39 and columns 0 to 29."),
        ("tensors grey.png --at 3", "at must be the row and the column of a pixel, from 0, e.g. 12,30; got '3'."),
        ("tensors grey.png --at=-1,3", "at must be the row and the column"),
        ("tensors grey.png --zoom 0", "zoom must be between 1 and 16; got 0."),
        ("tensors grey.png --zoom 17", "zoom must be between 1 and 16; got 17."),
        ("tensors one.png -o one.png --force", "one.png is the input"),
        ("tensors grey.png one.png -o one.png --force", "one.png is the input"),
    ],
)
def test_what_makes_no_sense_is_one_line(
    said: object, capsys: pytest.CaptureFixture[str], line: str, says: str
) -> None:
    assert said  # the folder
    assert main(shlex.split(line)) == 2
    out, error = capsys.readouterr()
    assert (out, len(error.splitlines())) == ("", 1)
    assert says in error


def test_a_broken_picture_has_status_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    assert main(["tensors", str(tmp_path / "broken.png")]) == 1
    assert "not a picture in a supported format" in capsys.readouterr().err
