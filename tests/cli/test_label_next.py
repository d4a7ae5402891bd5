"""``catseye label-next``: its files, what it says, and what it refuses before any work."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

import catseye
from catseye.cli import main

if TYPE_CHECKING:
    from catseye.runs.run import Run


@pytest.fixture
def inbox(digits_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of twelve digits and a broken picture, beside the run."""
    monkeypatch.chdir(tmp_path)
    assert digits_run.folder
    Path("my-run").symlink_to(digits_run.folder, target_is_directory=True)
    folder = Path("in box")
    folder.mkdir()
    digits = catseye.load("digits", "test")
    for number in range(12):
        Image.fromarray(digits.picture(number)[:, :, 0]).save(folder / f"{number}.png")
    (folder / "broken.png").write_bytes(b"no picture")
    return folder


def test_the_table_says_why_and_a_command_writes_the_sheet(inbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["label-next", "my-run", str(inbox), "-n", "3"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("3 of 12 unlabelled pictures in in box to label next, most uncertain first\n")
    assert "why it was chosen" in said.out
    assert "note: 1 picture cannot be used:\n  in box/broken.png: " in said.err
    assert said.out.endswith("\nnext: catseye label-next my-run 'in box' -n 3 -o 'in box/to-label.csv'\n")
    assert sorted(path.name for path in Path().iterdir()) == ["in box", "my-run"]


def test_page_and_sheet_contain_the_same_pictures(inbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["label-next", "my-run", str(inbox), "-n", "4", "-o", "next.html", "-o", "next.csv"]
    assert main([*line, "--json"]) == 0
    pictures = [one["picture"] for one in json.loads(capsys.readouterr().out)["pictures"]]
    assert Path("next.csv").read_text().splitlines() == ["file,label", *(f"{one}," for one in pictures)]
    assert all(f'alt="{Path(one).name}"' in Path("next.html").read_text() for one in pictures)
    Path("next.csv").write_text("file,label\nin box/0.png,0\n")  # filled in
    assert main(line) == 2
    assert "next.html already exists" in capsys.readouterr().err
    assert Path("next.csv").read_text() == "file,label\nin box/0.png,0\n"
    assert main([*line, "--force"]) == 0
    said = capsys.readouterr().out
    assert said.endswith(
        "wrote next.html and next.csv\n"
        "fill in the label column of next.csv; leave it empty for pictures that you want to skip.\n"
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-n", "0"], "-n must be at least 1; got 0."),
        (["-n", "few"], "Invalid value for '-n'"),
        (["-o", "next.xlsx"], "-o must end in .html, .png, .svg or .csv; got next.xlsx."),
        (["-o", "next.json"], "to write JSON, use --json > next.json."),
        (["-o", "a.csv", "-o", "a.csv"], "-o names the same file twice."),
        (["-o", "other/a.csv"], "other/a.csv would be neither in in box nor in a folder above it"),
        (["-o", "nowhere/a.csv"], "there is no folder nowhere"),
    ],
)
def test_what_cannot_be_done_is_refused(
    inbox: Path, words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("other").mkdir()
    assert main(["label-next", "my-run", str(inbox), *words]) == 2
    said = capsys.readouterr()
    assert message in said.err
    assert said.out == ""
    assert list(Path("other").iterdir()) == []
