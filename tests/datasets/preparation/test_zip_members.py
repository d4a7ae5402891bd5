"""Names and members of .zip files, as many programs write them."""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path

import pytest

import catseye
from catseye.errors import CatseyeError
from tests.datasets.preparation.packing import UTF8_FLAG, png, write_zip, write_zip_members


def test_names_in_utf8_are_read_with_and_without_their_flag(tmp_path: Path) -> None:
    names = [f"{name}/{number}.png".encode() for name in ("猫", "Größe") for number in range(3)]
    for flags in (0, UTF8_FLAG):
        dataset = catseye.load(write_zip(tmp_path / f"{flags}.zip", names, flags=flags))
        assert dataset.info.classes == ("Größe", "猫")
        assert not any("encoding" in note for note in dataset.notes)


def test_other_names_are_code_page_437_and_said(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "p.zip", ["café/1.png".encode("cp437"), b"tea/1.png"])
    dataset = catseye.load(path)
    assert dataset.info.classes == ("café", "tea")
    assert dataset.notes[0].startswith("read 1 name in p.zip as code page 437")


@pytest.mark.parametrize(("encoding", "letters"), [("shift_jis", "ソ表能"), ("gbk", "誠許"), ("big5", "功許")])
def test_a_backslash_in_a_letter_of_two_bytes_parts_nothing(tmp_path: Path, encoding: str, letters: str) -> None:
    folder = letters.encode(encoding)
    assert b"\\" in folder
    dataset = catseye.load(write_zip(tmp_path / "p.zip", [folder + b"/1.png", folder + b"\\2.png", b"dog/1.png"]))
    assert sorted(dataset.info.classes) == sorted(["dog", folder.decode("cp437")])
    assert len(dataset["all"]) == 3


def test_a_unicode_path_beside_a_name_is_the_name(tmp_path: Path) -> None:
    raw = "ソ/1.png".encode("shift_jis")
    names = [raw, b"dog/1.png"]
    good = write_zip(tmp_path / "good.zip", names, unicode_path={raw: "ソ/1.png".encode()})
    assert catseye.load(good).info.classes == ("dog", "ソ")
    stale = good.read_bytes().replace(raw, b"cat" + raw[3:])  # renamed by a program that does not know the field
    (tmp_path / "stale.zip").write_bytes(stale)
    assert catseye.load(tmp_path / "stale.zip").info.classes != ("dog", "ソ")


def test_a_name_that_is_not_the_utf8_it_claims_to_be_is_damage(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "p.zip", [b"caf\xe9/1.png"], flags=UTF8_FLAG)
    with pytest.raises(CatseyeError, match=r"damaged \(a name in it is marked as UTF-8 but is not"):
        catseye.load(path)


def test_of_equal_names_the_last_is_used_and_the_others_are_named(tmp_path: Path) -> None:
    path = tmp_path / "p.zip"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(path, "w") as file:
            for seed, name in enumerate(["a/1.png", "a/1.png", "b/1.png", "a/./1.png"]):
                file.writestr(name, png(seed))
    dataset = catseye.load(path)
    assert [(out.picture, out.reason) for out in dataset.left_out] == [
        (f"{path}/a/1.png", "a later member with the same name is used")
    ] * 2
    every = dataset["all"]
    kept = [index for index in range(len(every)) if every.classes[every.labels[index]] == "a"]
    assert len(kept) == 1
    assert Path(every.name(kept[0])).read_bytes() == png(3)
    with pytest.raises(CatseyeError, match=r"2 members left out, first .*/a/1.png: a later member"):
        catseye.load(path, strict=True)


def test_names_that_differ_by_case_are_two(tmp_path: Path) -> None:
    dataset = catseye.load(write_zip(tmp_path / "p.zip", [b"a/X.png", b"a/x.png", b"b/1.png"]))
    assert len(dataset["all"]) == 3
    assert not dataset.left_out


def test_symbolic_links_in_a_zip_are_the_pictures_they_lead_to(tmp_path: Path) -> None:
    members: dict[str, bytes | str] = {
        "a/1.png": png(1),
        "b/1.png": png(2),
        "b/2.png": "../a/2.png",
        "a/2.png": "1.png",
        "c": "a",
    }
    dataset = catseye.load(write_zip_members(tmp_path / "p.zip", members | {"b/3.png": "none.png"}))
    assert len(dataset["all"]) == 4
    assert {out.picture.rpartition("p.zip/")[2]: out.reason for out in dataset.left_out} == {
        "c": "a link to the folder a; its content is not repeated",
        "b/3.png": "a broken link",
    }
    with pytest.raises(CatseyeError, match="points outside its folder"):
        catseye.load(write_zip_members(tmp_path / "q.zip", {"a/1.png": png(1), "b/1.png": "/etc/passwd"}))


def test_names_that_no_file_can_have_are_left_out_and_named(tmp_path: Path) -> None:
    names = [b"a/1.png", b"b/1.png", b"b/" + b"x" * 300 + b".png", b"a/1.png/2.png", b"b", b"b/new\nline.png"]
    dataset = catseye.load(write_zip(tmp_path / "p.zip", names))
    assert len(dataset["all"]) == 3
    assert [out.reason for out in dataset.left_out] == [
        "the file system cannot store its name (File name too long)",
        "its folder has the same name as a file",
        "a folder has the same name",
    ]


def test_a_way_of_compression_that_is_not_read_is_not_called_damage(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "p.zip", [b"a/1.png"])
    content = bytearray(path.read_bytes())
    content[8] = 9  # Deflate64, as Windows packs large files
    content[content.index(b"PK\1\2") + 10] = 9
    path.write_bytes(bytes(content))
    with pytest.raises(CatseyeError, match=r"packed in an unsupported way .*; unpack it yourself"):
        catseye.load(path)
