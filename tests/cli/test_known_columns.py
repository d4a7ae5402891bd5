"""The columns that the shell offers, whatever the label file."""

from __future__ import annotations

from pathlib import Path

import pytest

from catseye.cli.known_columns import column_names


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.csv", b"file,emotion\n1.jpg,sad\n", ["file", "emotion"]),
        ("a.csv", '\ufefffile ; "a;b" ; caf\u00e9\r\n'.encode(), ["file", "a;b", "caf\u00e9"]),
        ("a.tsv", b"file\tlabel", ["file", "label"]),
        ("a.jsonl", b'{"file_name": "1.jpg", "label": 3}\n', ["file_name", "label"]),
        ("a.jsonl", b"[" * 60_000, []),
        ("a.jsonl", b"[1]\n", []),
        ("a.csv", b"\xff\xfe\x00", []),
        ("a.csv", b"", []),
        ("a.png", b"file,label\n", []),
    ],
)
def test_the_first_line_names_the_columns(name: str, content: bytes, expected: list[str], tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    assert column_names(str(tmp_path / name)) == expected


def test_a_folder_has_the_columns_of_its_label_file(tmp_path: Path) -> None:
    assert column_names(str(tmp_path)) == column_names(str(tmp_path / "none.csv")) == column_names("\0.csv") == []
    (tmp_path / "labels.csv").write_text("file,breed\n")
    assert column_names(str(tmp_path)) == ["file", "breed"]
