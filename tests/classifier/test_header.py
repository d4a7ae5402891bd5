"""What a file is that is no classifier."""

import json
import struct
import zipfile
from pathlib import Path

import pytest

from catseye.classifier.header import is_model, read_description
from catseye.errors import CatseyeError
from tests.classifier.test_lite_file import DESCRIPTION


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


@pytest.mark.parametrize("length", [0x10280, 0x10380, 0x10480, 0x10580])
def test_a_header_whose_length_begins_like_a_pickle_is_read(tmp_path: Path, length: int) -> None:
    # The lowest two bytes of the length are the first two of a pickle; a header may end in any number of spaces.
    text = json.dumps(DESCRIPTION.to_json())
    header = json.dumps({"__metadata__": {"catseye": text}}).encode()
    (tmp_path / "mine.safetensors").write_bytes(struct.pack("<Q", length) + header.ljust(length))
    assert read_description(tmp_path / "mine.safetensors").classes == DESCRIPTION.classes
