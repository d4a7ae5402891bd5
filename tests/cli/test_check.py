"""``catseye check`` as a person types it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import catseye
from catseye.cli import main
from catseye.quality.finding import KINDS, Kind
from tests.quality.scenes import save, scene


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catseye.load("digits")
    monkeypatch.chdir(tmp_path)
    for number in range(24):
        save(Path("photos", "train" if number < 20 else "test", "ab"[number % 2], f"{number}.png"), scene(number))
    shutil.copy("photos/train/a/0.png", "photos/test/a/zero.png")


def test_it_says_what_is_wrong_and_what_is_fine(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "photos"]) == 0
    said = capsys.readouterr().out
    assert "photos: 25 pictures, 2 classes" in said
    assert "serious   The same picture in several splits" in said
    assert "photos/train/a/0.png, photos/test/a/zero.png" in said
    assert "no picture is left out" in said
    assert said.splitlines()[-4:] == [
        "wrote check.html",
        f"first: The same picture in several splits. {KINDS[Kind.SPLIT_OVERLAP].advice}",
        "next: catseye check photos",
        "then: catseye transfer photos --out runs/photos",
    ]
    assert Path("check.html").is_file()


def test_it_does_not_overwrite_unasked(capsys: pytest.CaptureFixture[str]) -> None:
    Path("check.html").write_text("mine")
    assert main(["check", "photos"]) == 2
    assert capsys.readouterr().err == (
        "error: check.html already exists and is not as Catseye wrote it; "
        "choose another name with -o, or use --force.\n"
    )
    assert Path("check.html").read_text() == "mine"
    assert main(["check", "photos", "--force"]) == 0
    assert Path("check.html").read_text() != "mine"


def test_a_second_check_writes_over_its_own_page_and_over_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "photos"]) == 0
    first = Path("check.html").read_text()
    Path("photos/test/a/zero.png").unlink()
    assert main(["check", "photos"]) == 0
    assert Path("check.html").read_text() != first
    assert main(["show", "photos", "-o", "grid.html", "--count", "2"]) == 0
    before = Path("grid.html").read_text()
    capsys.readouterr()
    assert main(["check", "photos", "-o", "grid.html"]) == 2
    assert "grid.html already exists" in capsys.readouterr().err
    assert Path("grid.html").read_text() == before


def test_what_comes_next_is_a_line_to_copy(capsys: pytest.CaptureFixture[str]) -> None:
    Path("photos").rename("my photos")
    assert main(["check", "my photos", "--data-dir", "home"]) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "next: catseye check 'my photos' --data-dir home",
        "then: catseye transfer 'my photos' --data-dir home --out 'runs/my photos'",
    ]
    Path("my photos/test/a/zero.png").unlink()
    assert main(["check", "my photos", "--data-dir", "home"]) == 0
    said = capsys.readouterr().out
    assert "first:" not in said
    assert said.endswith("next: catseye transfer 'my photos' --data-dir home --out 'runs/my photos'\n")
    assert main(["show", "digits"]) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "wrote grid.png",
        "next: catseye train digits --out runs/digits",
    ]


def test_json_is_one_document_and_writes_a_page_only_if_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "photos", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["counts"] == {"split_overlap": 1}
    assert "no picture is in two classes" in found["passed"]
    assert not Path("check.html").exists()
    assert main(["check", "photos", "--json", "-o", "page.html"]) == 0
    assert json.loads(capsys.readouterr().out)["pictures"] == 25
    assert Path("page.html").is_file()


@pytest.mark.parametrize(
    ("line", "status", "says"),
    [
        ("check", 2, "Missing argument 'DATA'"),
        ("check nowhere", 2, "unknown data set, folder or archive 'nowhere'"),
        ("check photos -o no/page.html", 2, "there is no folder no."),
        ("check photos/train/a", 1, "has no class folders; its 10 pictures lie directly in it"),
    ],
)
def test_errors_are_at_most_two_lines(line: str, status: int, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(line.split()) == status
    said = capsys.readouterr()
    assert said.out == ""
    assert says in said.err
    assert len(said.err.splitlines()) <= 2


def test_with_strict_problems_end_in_status_1_and_notes_do_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "photos", "--strict"]) == 1  # a picture in train and test
    assert Path("check.html").is_file()
    assert main(["check", "photos", "--strict", "--json"]) == 1
    Path("photos/test/a/zero.png").unlink()
    for number in range(24, 40):  # enough to train and test on
        save(Path("photos", "train" if number < 36 else "test", "ab"[number % 2], f"{number}.png"), scene(number))
    Path("photos/train/a/2.png").rename("photos/train/a/2.jpg")  # a note: the name does not fit
    capsys.readouterr()
    assert main(["check", "photos", "--strict", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["counts"] == {"misnamed": 1}
