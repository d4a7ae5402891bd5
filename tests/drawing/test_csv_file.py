"""Tables that a spreadsheet opens as they are."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from catseye.drawing.csv_file import class_columns, write_csv
from catseye.errors import CatseyeError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1.jpg", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x", '=HYPERLINK("x")']
)
def test_text_is_never_a_formula(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.csv"
    write_csv(path, ["picture", text], [(text, "fine")])
    with path.open(newline="", encoding="utf-8") as file:
        assert list(csv.reader(file)) == [["picture", f"'{text}"], [f"'{text}", "fine"]]


def test_other_text_and_numbers_are_written_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    write_csv(path, ["a", "b"], [('猫, "3"', 0.123456789), ("1=2", -0.5), ("", 3)])
    assert path.read_bytes().decode() == 'a,b\n"猫, ""3""",0.123457\n1=2,-0.5\n,3\n'


def test_names_that_are_no_text_are_escaped(tmp_path: Path) -> None:
    write_csv(tmp_path / "x.csv", ["a"], [("\udcff.jpg",)])
    assert (tmp_path / "x.csv").read_text() == "a\n\\udcff.jpg\n"


def test_what_was_there_stays_if_writing_fails(tmp_path: Path) -> None:
    with pytest.raises(CatseyeError, match="cannot be written"):
        write_csv(tmp_path / "missing" / "x.csv", ["a"], [])
    path = tmp_path / "x.csv"
    path.write_text("mine")

    def rows() -> object:
        yield ("a",)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_csv(path, ["a"], rows())  # type: ignore[arg-type]
    assert path.read_text() == "mine"


def test_a_class_called_like_another_column_gets_a_column_of_its_own() -> None:
    assert class_columns(("cat", "error"), ("picture", "error")) == ("cat", "error (class)")
