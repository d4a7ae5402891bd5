"""Microsoft's cats and dogs, from archives of its layout."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

import catseye
from catseye.datasets import loading as catalogue
from catseye.datasets.preparation.entry import Archive
from catseye.errors import CatseyeError
from tests.conftest import draw_folder
from tests.datasets.preparation.test_archive import pack_zip

NAME = "kagglecatsanddogs_5340.zip"


def pack(tmp_path: Path) -> Path:
    """Make an archive as Microsoft's is, with one broken picture of each; return its folder's parent."""
    source = tmp_path / "source"
    draw_folder(source / "PetImages", {"Cat": 10, "Dog": 10})
    for path in sorted(source.rglob("*.png")):
        path.rename(path.with_suffix(".jpg"))
    (source / "PetImages/Cat/666.jpg").write_bytes(b"")
    (source / "PetImages/Dog/11702.jpg").write_bytes(b"no picture")
    (source / "PetImages/Dog/Thumbs.db").write_bytes(b"x")
    (source / "PetImages/Cat/._1.jpg").write_bytes(b"x")
    (source / "MSR-LA - 3467.docx").write_bytes(b"x")
    (tmp_path / "own/cats_vs_dogs").mkdir(parents=True)
    pack_zip(source, tmp_path / "own/cats_vs_dogs" / NAME)
    return tmp_path / "own"


def test_broken_pictures_are_left_out_and_a_fifth_of_each_class_is_set_aside(tmp_path: Path) -> None:
    dataset = catseye.load("cats_vs_dogs:1.*.*", archives=pack(tmp_path), data_dir=tmp_path / "home")
    assert dataset.info.classes == ("Cat", "Dog")
    assert dict(dataset.info.splits) == {"train": 16, "test": 4}
    assert np.bincount(dataset["test"].labels).tolist() == [2, 2]
    assert {out.picture: out.reason for out in dataset.left_out} == {
        "cats_vs_dogs/PetImages/Cat/666.jpg": "the file is empty",
        "cats_vs_dogs/PetImages/Dog/11702.jpg": "not a picture in a supported format",
    }
    assert dataset.notes == (
        "cats_vs_dogs has no test split of its own: 20 % of each class was set aside (seed 0).",
        f"cats_vs_dogs comes from an unofficial copy: {tmp_path / 'own/cats_vs_dogs' / NAME}.",
    )
    for split in dataset.splits.values():
        for index in range(len(split)):
            assert Path(split.name(index)).parent.name == split.classes[split.labels[index]]


def test_pictures_are_those_of_the_folder_in_the_same_order(tmp_path: Path) -> None:
    named = catseye.load("cats_vs_dogs", archives=pack(tmp_path), data_dir=tmp_path / "home")
    folder = catseye.load(tmp_path / "source" / "PetImages")
    assert named["train"].fingerprint() == folder["train"].fingerprint()
    assert named["test"].fingerprint() == folder["test"].fingerprint()


def test_strict_makes_a_broken_picture_an_error(tmp_path: Path) -> None:
    with pytest.raises(CatseyeError, match=r"2 broken pictures, first cats_vs_dogs/PetImages/Cat/666\.jpg"):
        catseye.load("cats_vs_dogs", archives=pack(tmp_path), data_dir=tmp_path / "home", strict=True)


def test_an_archive_is_hashed_and_unpacked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own, home = pack(tmp_path), tmp_path / "home"
    hashed = []

    def official(_: Archive, path: Path) -> bool:
        hashed.append(path)
        return True

    monkeypatch.setattr(Archive, "is_official", official)
    for _ in range(3):
        dataset = catseye.load("cats_vs_dogs", archives=own, data_dir=home)
    assert hashed == [own / "cats_vs_dogs" / NAME]
    assert len(dataset.notes) == 1  # an official copy is not talked of
    shutil.rmtree(own)
    assert len(catseye.load("cats_vs_dogs", archives=tmp_path, data_dir=home)["train"]) == 16


def test_what_lost_some_files_is_not_ready_and_is_unpacked_anew(tmp_path: Path) -> None:
    own, home = pack(tmp_path), tmp_path / "home"
    assert not catalogue.is_prepared("cats_vs_dogs", data_dir=home)
    whole = catseye.load("cats_vs_dogs", archives=own, data_dir=home)
    assert catalogue.is_prepared("cats_vs_dogs", data_dir=home)
    Path(whole["train"].name(0)).unlink()
    assert not catalogue.is_prepared("cats_vs_dogs", data_dir=home)
    again = catseye.load("cats_vs_dogs", archives=own, data_dir=home)
    assert again["train"].fingerprint() == whole["train"].fingerprint()


@pytest.mark.parametrize("lacks", ["Cat", "Dog"])
def test_an_archive_of_another_layout_is_refused_and_not_kept(tmp_path: Path, lacks: str) -> None:
    own, home = pack(tmp_path), tmp_path / "home"
    for path in (tmp_path / "source/PetImages" / lacks).glob("*.jpg"):
        path.unlink()
    pack_zip(tmp_path / "source", own / "cats_vs_dogs" / NAME)
    with pytest.raises(CatseyeError, match=f"holds no PetImages/{lacks}/<number>.jpg"):
        catseye.load("cats_vs_dogs", archives=own, data_dir=home)
    assert not catalogue.is_prepared("cats_vs_dogs", data_dir=home)


@pytest.mark.slow
def test_the_real_sample(archives: Path, photographs: Path) -> None:
    dataset = catseye.load("cats_vs_dogs", archives=archives)
    assert np.bincount(dataset["train"].labels).tolist() == [400, 400]
    assert np.bincount(dataset["test"].labels).tolist() == [100, 100]
    assert dataset["train"].fingerprint() == catseye.load(photographs, "train").fingerprint()
    assert "unofficial copy" in dataset.notes[1]
    assert dataset["train"].picture(0).shape[2] == 3
