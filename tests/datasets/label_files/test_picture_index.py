"""Files found by what a table says of them, and never outside their folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.datasets.label_files.picture_index import PictureIndex, index_folder

FILES = (
    "top.jpg",
    "cats/1.jpg",
    "cats/2.JPG",
    "dogs/1.jpg",
    "dogs/Ünder.png",
    "scan0001",
    "notes.txt",
    ".hidden/9.jpg",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of files, each of which holds its name, beside a secret one."""
    (tmp_path / "secret.jpg").touch()
    for name in FILES:
        path = tmp_path / "inside" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path / "inside"


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ("top.jpg", "top.jpg"),
        ("./top.jpg", "top.jpg"),
        ("cats/1.jpg", "cats/1.jpg"),
        ("cats\\1.jpg", "cats/1.jpg"),
        ("cats//1.jpg", "cats/1.jpg"),
        ("/home/ann/data/cats/1.jpg", "cats/1.jpg"),
        ("C:\\data\\cats\\1.jpg", "cats/1.jpg"),
        ("../input/cats/1.jpg", "cats/1.jpg"),
        ("inside/cats/1.jpg", "cats/1.jpg"),
        ("2.jpg", "cats/2.JPG"),
        ("2", "cats/2.JPG"),
        ("cats/1", "cats/1.jpg"),
        ("top", "top.jpg"),
        ("u\u0308nder.PNG", "dogs/Ünder.png"),
        ("scan0001", "scan0001"),
    ],
)
def test_a_value_is_a_path_or_its_end(folder: Path, value: str, place: str) -> None:
    assert index_folder(folder).find(value).place == place


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("3.jpg", "there is no such file"),
        ("", "there is no such file"),
        ("cats/Ünder.png", "there is no such file"),
        (".hidden/9.jpg", "there is no such file"),
        ("cats/1.jpg\0", "there is no such file"),
        ("x" * 10_000, "there is no such file"),
        ("1.jpg", "2 pictures have this name, e.g. cats/1.jpg and dogs/1.jpg"),
        ("../secret.jpg", "it is outside the folder"),
        ("cats/../../secret.jpg", "it is outside the folder"),
        ("../../../../etc/passwd", "it is outside the folder"),
        ("/etc/passwd", "it is outside the folder"),
        ("..", "it is outside the folder"),
    ],
)
def test_what_is_not_there_has_a_reason(folder: Path, value: str, reason: str) -> None:
    found = index_folder(folder).find(value)
    assert not found.place
    assert found.reason.startswith(reason)


def test_a_path_is_seen_from_the_label_file_first(folder: Path) -> None:
    index = index_folder(folder)
    assert index.find("1.jpg", "dogs/").place == "dogs/1.jpg"
    assert index.find("cats/1.jpg", "dogs/").place == "cats/1.jpg"


def test_links_to_folders_are_followed_once(folder: Path, tmp_path: Path) -> None:
    (folder / "again").symlink_to(folder)
    (folder / "away").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "7.jpg").touch()
    index = index_folder(folder)
    assert index.pictures == ("away/7.jpg", "cats/1.jpg", "cats/2.JPG", "dogs/1.jpg", "dogs/Ünder.png", "top.jpg")


def test_a_value_costs_as_much_in_a_large_folder_as_in_a_small_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No lookup touches the disk."""
    for number in range(200):
        (tmp_path / f"{number}.jpg").touch()
    index = index_folder(tmp_path)

    def fail(*_: object, **__: object) -> None:
        pytest.fail("the disk was asked")

    monkeypatch.setattr("os.stat", fail)
    monkeypatch.setattr("os.scandir", fail)
    assert all(index.find(f"images/{number}").place for number in range(200))


steps = st.sampled_from(["..", ".", "", "cats", "dogs", "1.jpg", "secret.jpg", "top.jpg", "C:", "~", "\0", "x" * 300])


@given(parts=st.lists(steps, max_size=8), separator=st.sampled_from("/\\"))
def test_whatever_a_value_says_only_files_of_the_folder_are_found(parts: list[str], separator: str) -> None:
    files = ("top.jpg", "cats/1.jpg", "dogs/1.jpg", "dogs/2.jpg")
    index = PictureIndex(Path("/data/inside"), frozenset(files), files)
    found = index.find(separator.join(parts), "cats/")
    assert found.place in (*files, "")
    assert bool(found.place) != bool(found.reason)
