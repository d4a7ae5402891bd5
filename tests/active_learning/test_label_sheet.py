"""What is written to be filled in is read again, whatever pictures are called."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import catseye
from catseye.active_learning.label_sheet import can_be_named, check_sheet, write_sheet
from catseye.errors import UsageError
from tests.conftest import draw

NAMES = (
    *("1.png", "=1+1.png", "-x.png", "+y.png", "@z.png", "＝wide.png", "\ttab.png", " lead.png", "a,b.png"),
    *("a;b;c.png", "d;e;f.png", "g;h;i.png", '"quoted".png', "apostrophe'.png", "'begin.png", "new\nline.png"),
    *("猫.png", "кошка.png", "e\u0301.png", "back\\slash.png", "|p|q.png", "sep=;.png", "#1.png", "1e5.png"),
    *("=sub, folder/=x.png", "sub/1.png", "file.png", "label.png", "https:__x.png"),
)


@pytest.mark.parametrize("inside", [True, False])
def test_a_filled_in_sheet_labels_every_picture_whatever_its_name(tmp_path: Path, inside: bool) -> None:
    folder = tmp_path / "in box"
    for seed, name in enumerate(NAMES):
        draw(folder / name, seed=seed)
    sheet = folder / "to-label.csv" if inside else tmp_path / "to-label.csv"
    write_sheet(sheet, folder, [folder / name for name in NAMES])
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        columns, *rows = csv.reader(file)
    assert columns == ["file", "label"]
    assert {label for _, label in rows} == {""}
    assert not [cell for cell, _ in rows if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))]
    with sheet.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *([cell, "ab"[number % 2]] for number, (cell, _) in enumerate(rows))])
    dataset = catseye.load(sheet)
    assert dataset.left_out == ()
    found = {
        Path(pictures.name(index)): pictures.classes[pictures.labels[index]]
        for pictures in dataset.splits.values()
        for index in range(len(pictures))
    }
    assert found == {folder / name: "ab"[number % 2] for number, name in enumerate(NAMES)}


def test_rows_without_a_label_are_left_out_and_counted(tmp_path: Path) -> None:
    for seed in range(4):
        draw(tmp_path / f"{seed}.png", seed=seed)
    sheet = write_sheet(tmp_path / "x.csv", tmp_path, [tmp_path / f"{seed}.png" for seed in range(4)])
    lines = sheet.read_text().splitlines()
    sheet.write_text("\n".join([lines[0], f"{lines[1]}cat", lines[2], f"{lines[3]}dog", lines[4]]))
    dataset = catseye.load(sheet)
    assert sum(map(len, dataset.splits.values())) == 2
    assert [out.reason for out in dataset.left_out] == [f"it has no label (x.csv, line {line})" for line in (3, 5)]


@pytest.mark.parametrize("name", ["car\rret.png", "half\udcff.png", "=back\\slash.png", "ends \n.png"])
def test_names_that_a_csv_file_cannot_contain(name: str) -> None:
    assert can_be_named(name) == (name == "ends \n.png")
    assert all(map(can_be_named, NAMES))


def test_a_byte_order_mark_is_written_only_for_non_ascii_names(tmp_path: Path) -> None:
    assert write_sheet(tmp_path / "a.csv", tmp_path, [tmp_path / "a.png"]).read_bytes() == b"file,label\na.png,\n"
    assert write_sheet(tmp_path / "b.csv", tmp_path, [tmp_path / "猫.png"]).read_bytes().startswith(b"\xef\xbb\xbffile")


def test_the_sheet_must_be_where_it_finds_the_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "photos" / "inbox").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path)
    inbox = Path("photos/inbox")
    assert check_sheet(Path("x.csv"), inbox) == "photos/inbox/"
    assert check_sheet(inbox / "x.csv", inbox) == ""
    assert check_sheet(tmp_path / "photos" / "x.csv", inbox) == "inbox/"
    (tmp_path / "link").symlink_to(tmp_path / "photos")
    assert check_sheet(Path("link/x.csv"), inbox) == "inbox/"
    with pytest.raises(UsageError, match=r"use photos/inbox/x\.csv\.$"):
        check_sheet(Path("other/x.csv"), inbox)
