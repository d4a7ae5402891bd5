"""Loading by name: real data sets, in the order in which their archives are looked for."""

from __future__ import annotations

import gzip
import logging
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from sklearn.datasets import load_digits

import catseye
from catseye.datasets import describe, names
from catseye.datasets import loading as catalogue
from catseye.datasets.catalogue.mnist import MNIST
from catseye.datasets.preparation import locate as fetch
from catseye.errors import CatseyeError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.datasets import Dataset


def test_digits_are_scikit_learns_in_train_and_test() -> None:
    digits = catseye.load("digits")
    together = digits["train+test"]
    ours = sorted(picture.tobytes() for picture in together.batch(range(len(together))))
    theirs = sorted(np.round(picture * 255 / 16).astype(np.uint8).tobytes() for picture in load_digits().images)
    assert ours == theirs
    assert np.bincount(digits["test"].labels).tolist() == [36, 36, 35, 37, 36, 36, 36, 36, 35, 36]
    assert "no test split of its own" in digits.notes[0]


def test_mnist_is_whole_and_in_order(mnist: Dataset) -> None:
    assert mnist["train"].labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]  # as in every text on MNIST
    assert mnist["test"].labels[:5].tolist() == [7, 2, 1, 0, 4]
    assert {name: len(split) for name, split in mnist.splits.items()} == {"train": 60_000, "test": 10_000}
    assert mnist["train"].batch([0]).mean() == pytest.approx(35.1, abs=0.1)
    assert mnist.notes == ()


def test_fashion_mnist_comes_from_the_system(fashion_mnist: Dataset) -> None:
    assert fashion_mnist.info.classes[int(fashion_mnist["train"].labels[0])] == "Ankle boot"
    assert np.bincount(fashion_mnist["test"].labels).tolist() == [1000] * 10


@pytest.mark.parametrize("name", names())
def test_a_description_needs_no_data_and_fits_them(name: str, tmp_path: Path) -> None:
    info = describe(name, data_dir=tmp_path)
    assert not list(tmp_path.iterdir())
    json = info.to_json()
    assert set(json) == {
        "name", "version", "versions", "description", "address", "features", "classes", "splits", "supervised",
        "citation", "licence", "notes", "left_out",
    }  # fmt: skip
    assert json["features"]["label"]["classes"] == json["classes"]
    assert json["supervised"] == ["image", "label"]


def test_the_descriptions_counts_are_the_datas(mnist: Dataset, fashion_mnist: Dataset) -> None:
    for dataset in (mnist, fashion_mnist, catseye.load("digits")):
        assert dict(describe(dataset.info.name).splits) == dict(dataset.info.splits)
        assert dataset["train"].shape == dataset.info.shape


def test_versions_are_part_of_the_name() -> None:
    assert catseye.load("digits:1.*.*").info.version == "1.0.0"
    with pytest.raises(UsageError, match=r"digits has no version 2\.\*\.\*; there is 1\.0\.0"):
        catseye.load("digits:2.*.*")


def test_the_newest_of_several_versions_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    digits = catalogue.find("digits")
    newer = replace(digits, info=replace(digits.info, version="1.1.0"))
    monkeypatch.setattr(catalogue, "ENTRIES", (*catalogue.ENTRIES, newer))
    assert catseye.load("digits:1.*.*").info.version == "1.1.0"
    assert catseye.load("digits:1.0.*").info.version == "1.0.0"


@pytest.mark.parametrize("name", ["mnits", "digit", "./mnist", "nothing.zip"])
def test_an_unknown_name_is_a_usage_error(name: str) -> None:
    with pytest.raises(UsageError):
        catseye.load(name)


def test_pairs_and_records_show_a_picture_as_it_is_looked_at() -> None:
    pictures = catseye.load("digits", split="train[:3]")
    image, label = pictures[0]
    assert image.shape == (8, 8, 1)
    assert image.dtype == np.uint8
    records = list(pictures.records())
    assert [record["label"] for record in records] == pictures.labels.tolist()
    assert np.array_equal(records[0]["image"], image)
    assert label == pictures.labels[0]
    assert np.array_equal(pictures.batch([0])[0, 0], image[:, :, 0])


def _user_folder(tmp_path: Path, archives: Path) -> Path:
    shutil.copytree(archives / "mnist", tmp_path / "own" / "mnist")
    return tmp_path / "own"


def test_an_unofficial_copy_is_used_and_said(tmp_path: Path, archives: Path, caplog: pytest.LogCaptureFixture) -> None:
    own = _user_folder(tmp_path, archives)
    labels = own / "mnist" / "t10k-labels-idx1-ubyte.gz"
    labels.chmod(0o644)
    content = bytearray(gzip.decompress(labels.read_bytes()))
    content[8] = 3  # the first label, in truth a 7
    labels.write_bytes(gzip.compress(bytes(content)))
    with caplog.at_level(logging.WARNING, "catseye"):
        changed = catseye.load("mnist", archives=own, data_dir=tmp_path / "home")
    assert changed["test"].labels[0] == 3
    assert f"unofficial copy: {labels}" in changed.notes[0]
    assert "unofficial copy" in caplog.text


def test_the_users_folder_comes_first_and_is_not_asked_for_again(tmp_path: Path, archives: Path) -> None:
    own, home = _user_folder(tmp_path, archives), tmp_path / "home"
    catseye.load("mnist", archives=own, data_dir=home)
    shutil.rmtree(own)
    assert len(catseye.load("mnist", data_dir=home, archives=tmp_path)["test"]) == 10_000


@pytest.mark.slow
def test_what_was_prepared_from_one_copy_is_prepared_anew_from_another(tmp_path: Path, archives: Path) -> None:
    home = tmp_path / "home"
    catseye.load("mnist", archives=archives, data_dir=home)
    stamp = (home / "prepared" / "mnist-1.0.0" / "prepared.json").read_text()
    catseye.load("mnist", archives=archives, data_dir=home)
    assert (home / "prepared" / "mnist-1.0.0" / "prepared.json").read_text() == stamp
    catseye.load("mnist", archives=_user_folder(tmp_path, archives), data_dir=home)
    assert (home / "prepared" / "mnist-1.0.0" / "prepared.json").read_text() != stamp


def test_a_spoilt_cache_is_made_again(tmp_path: Path) -> None:
    catseye.load("digits", data_dir=tmp_path)
    array = tmp_path / "prepared" / "digits-1.0.0" / "train-images.npy"
    array.write_bytes(array.read_bytes()[:1000])
    assert catseye.load("digits", data_dir=tmp_path)["train"].shape == (8, 8, 1)


def test_a_damaged_archive_of_the_users_is_named(tmp_path: Path, archives: Path) -> None:
    own = _user_folder(tmp_path, archives)
    images = own / "mnist" / "train-images-idx3-ubyte.gz"
    images.chmod(0o644)
    images.write_bytes(images.read_bytes()[:-1000])
    with pytest.raises(CatseyeError, match=r"train-images-idx3-ubyte\.gz is damaged or truncated"):
        catseye.load("mnist", archives=own, data_dir=tmp_path / "home")
    assert not (tmp_path / "home" / "prepared" / "mnist-1.0.0").exists()


def test_a_missing_folder_of_archives_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no folder"):
        catseye.load("mnist", archives=tmp_path / "nowhere")


def test_archives_are_looked_for_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "SYSTEM", tmp_path / "system")
    archive = MNIST.archives[0]
    places = [tmp_path / "user" / "my_data", tmp_path / "system" / "my-data", tmp_path / "downloads"]
    for place in reversed(places):
        place.mkdir(parents=True)
        (place / archive.name).write_bytes(b"")
        found = fetch.local_path("my_data", archive, tmp_path / "user", tmp_path / "downloads")
        assert found == place / archive.name


@pytest.mark.parametrize("kind", [list, tuple])
def test_several_splits_are_a_list(kind: type) -> None:
    train, test = catseye.load("digits", split=kind(["train[:10]", "test"]))
    assert (len(train), len(test)) == (10, 359)
    with pytest.raises(UsageError, match="unknown split 'tets'; did you mean test"):
        catseye.load("digits", split=["train", "tets"])
    with pytest.raises(UsageError, match="indexed by the name of a split"):
        catseye.load("digits", split=kind([3]))
