"""What a file is that is no classifier."""

import zipfile
from pathlib import Path

import pytest

from catseye.classifier.header import is_model, read_description
from catseye.errors import CatseyeError


def archive(path: Path, member: str) -> Path:
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr(member, "{}")
    return path


def test_a_file_of_keras_under_another_name_is_told_apart_from_a_pickle(tmp_path: Path) -> None:
    with pytest.raises(CatseyeError, match=r"is a file of Keras; give it the ending \.keras\.$"):
        read_description(archive(tmp_path / "mine.safetensors", "config.json"))
    with pytest.raises(CatseyeError, match="such files can run code"):
        read_description(archive(tmp_path / "mine.safetensors", "archive/data.pkl"))


def test_the_beginning_of_an_archive_is_no_file_of_keras(tmp_path: Path) -> None:
    (tmp_path / "mine.safetensors").write_bytes(b"PK\x03\x04" + bytes(60))
    with pytest.raises(CatseyeError, match="such files can run code"):
        read_description(tmp_path / "mine.safetensors")
    assert not is_model(tmp_path / "mine.safetensors")
