"""Label files as spreadsheets, scripts and people write them."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.datasets.label_files.table import read_table
from catseye.errors import CatseyeError

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.datasets.label_files.table import LabelTable

PLAIN = "image,label\n1.jpg,cat\n2.jpg,dog\n"
EXPECTED = {"image": ["1.jpg", "2.jpg"], "label": ["cat", "dog"]}


def read(folder: Path, content: str | bytes, name: str = "labels.csv") -> LabelTable:
    """Read a table of this content."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table(path, name, lambda value: value.endswith(".jpg"))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (PLAIN, "labels.csv"),
        (PLAIN.replace("\n", "\r\n"), "labels.csv"),
        (PLAIN.replace("\n", "\r"), "labels.csv"),
        (PLAIN.replace("\n", "\r", 1), "labels.csv"),
        (PLAIN.replace("\n", "\n\n") + "\n , \n", "labels.csv"),
        (PLAIN.strip(), "labels.csv"),
        (PLAIN.replace(",", ";"), "labels.csv"),
        (PLAIN.replace(",", "\t"), "labels.csv"),
        (PLAIN.replace(",", "\t"), "labels.tsv"),
        (PLAIN.replace(",", "|"), "labels.txt"),
        (PLAIN.replace(",", " "), "labels.txt"),
        (PLAIN.replace(",", ", "), "labels.csv"),
        ("sep=;\r\n" + PLAIN.replace(",", ";"), "labels.csv"),
        ('"image","label"\n"1.jpg","cat"\n"2.jpg","dog"\n', "labels.csv"),
        ('"image", "label"\n"1.jpg", "cat"\n"2.jpg", "dog"\n', "labels.csv"),
        (PLAIN.replace("\n", ",\n").replace("label,", "label"), "labels.csv"),
        (PLAIN.encode("utf-8-sig"), "labels.csv"),
        (PLAIN.encode("utf-16"), "labels.csv"),
        (PLAIN.encode("utf-16-le"), "labels.csv"),
        (PLAIN.encode("utf-16-be"), "labels.csv"),
        (PLAIN.encode("utf-32"), "labels.csv"),
        ('{"image": "1.jpg", "label": "cat"}\n\n{"label": "dog", "image": "2.jpg"}\n', "labels.jsonl"),
        ('[{"image": "1.jpg", "label": "cat"},\n {"image": "2.jpg", "label": "dog"}]', "labels.json"),
    ],
)
def test_one_table_is_read_however_it_was_written(tmp_path: Path, content: str | bytes, name: str) -> None:
    table = read(tmp_path, content, name)
    assert {column: values for column, values in table.columns.items() if any(values)} == EXPECTED
    assert not table.notes
    assert not table.malformed


def test_text_that_is_not_utf8_is_windows_1252_and_that_is_said(tmp_path: Path) -> None:
    table = read(tmp_path, "image,label\n1.jpg,Löwe\n2.jpg,Šakal\n".encode("cp1252"))
    assert table.columns["label"] == ["Löwe", "Šakal"]
    assert table.notes == ("labels.csv is not UTF-8; it was read as Windows-1252.",)


def test_a_first_row_that_names_a_picture_is_no_header(tmp_path: Path) -> None:
    table = read(tmp_path, "1.jpg,cat\n2.jpg,dog\n")
    assert table.columns == {"1": ["1.jpg", "2.jpg"], "2": ["cat", "dog"]}
    assert table.lines == [1, 2]


def test_values_keep_what_quotes_protect(tmp_path: Path) -> None:
    table = read(tmp_path, 'image,label,text\n"a, b.jpg",cat,"two\nlines"\n2.jpg,"5"" dog",x\n')
    assert table.columns["image"] == ["a, b.jpg", "2.jpg"]
    assert table.columns["label"] == ["cat", '5" dog']
    assert table.lines == [3, 4]


def test_columns_without_a_name_and_with_the_same_are_told_apart(tmp_path: Path) -> None:
    table = read(tmp_path, ",image,label,label\n0,1.jpg,cat,x\n")
    assert list(table.columns) == ["column 1", "image", "label", "label (2)"]


def test_a_row_with_too_many_values_is_reported_and_a_short_one_is_filled(tmp_path: Path) -> None:
    table = read(tmp_path, "image,label\n1.jpg,cat\na, b.jpg,dog\n3.jpg\n")
    assert table.columns == {"image": ["1.jpg", "3.jpg"], "label": ["cat", ""]}
    assert table.malformed == [(3, "it has 3 values, the first line 2; quote values that contain a delimiter")]


def test_json_values_become_words(tmp_path: Path) -> None:
    lines = [
        '{"file_name": "1.jpg", "label": 3}',
        '{"file_name": "2.jpg", "label": 4.0, "ok": true}',
        '{"label": null}',
    ]
    table = read(tmp_path, "\n".join(lines), "metadata.jsonl")
    assert table.columns == {"file_name": ["1.jpg", "2.jpg", ""], "label": ["3", "4", ""], "ok": ["", "true", ""]}


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        ("", "labels.csv", "labels.csv has no rows"),
        ("image,label\n", "labels.csv", "labels.csv has no rows"),
        ('image,label\n"1.jpg,cat\n2.jpg,dog\n', "labels.csv", "is a quotation mark left open"),
        ('image,label\n"1.jpg"x,cat\n', "labels.csv", "line 2: .*quotation mark inside"),
        ('image,label\n"' + "x" * 200_000, "labels.csv", "longer than 131,072 characters"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1", "labels.csv", "is not a text file"),
        (b"image,label\n1.jpg,\x81\n", "labels.csv", "neither UTF-8 nor Windows-1252"),
        (b"\xff\xfei\0m\0\0\xd8", "labels.csv", "is damaged"),
        ('{"image": "1.jpg"}\n{"image": \n', "labels.jsonl", "labels.jsonl, line 2 is not JSON"),
        ("[1]\n", "labels.jsonl", "entry 1: expected an object"),
        ("3\n", "labels.jsonl", "line 1: expected an object"),
        ("[" * 100_000, "labels.json", "is not JSON"),
        ("1" * 5000, "labels.jsonl", "is not JSON"),
        (json.dumps({str(n): 0 for n in range(10_001)}), "labels.jsonl", "more than 10,000 different keys"),
        ("a" + ",a" * 10_000 + "\n1", "labels.csv", "has 10,001 columns"),
    ],
)
def test_what_is_no_table_is_refused_in_a_line(tmp_path: Path, content: str | bytes, name: str, says: str) -> None:
    with pytest.raises(CatseyeError, match=says) as caught:
        read(tmp_path, content, name)
    assert len(str(caught.value).splitlines()) == 1


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One path for all examples of a property."""
    return tmp_path_factory.mktemp("table") / "labels.csv"


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@given(rows=st.lists(st.tuples(cells, cells), min_size=1), delimiter=st.sampled_from(",;\t|"))
def test_what_python_writes_is_read_back(rows: list[tuple[str, str]], delimiter: str, file: Path) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([("file", "class"), ("first.jpg", "x"), *rows])
    file.write_bytes(out.getvalue().encode())
    table = read_table(file, "labels.csv", lambda _: False)
    rows = [(_with_line_feeds(one), _with_line_feeds(other)) for one, other in rows]
    kept = [(one.strip(), other.strip()) for one, other in rows if one.strip() or other.strip()]
    assert list(zip(*table.columns.values(), strict=True)) == [("first.jpg", "x"), *kept]
