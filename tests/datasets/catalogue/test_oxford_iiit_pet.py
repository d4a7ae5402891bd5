"""Oxford-IIIT Pet, from archives of its layout: breeds and species, honest lists and hostile ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import catseye
from catseye.datasets import describe
from catseye.datasets.catalogue.oxford_iiit_pet import OXFORD_IIIT_PET
from catseye.datasets.preparation.entry import Archive
from catseye.errors import CatseyeError, UsageError
from catseye.images.preprocess import Preprocess
from tests.conftest import draw
from tests.datasets.preparation.test_archive import pack_tar

if TYPE_CHECKING:
    from catseye.datasets import Dataset

TRAINVAL = """#Image CLASS-ID SPECIES BREED ID
Abyssinian_1 1 1 1
Abyssinian_2 1 1 1
american_bulldog_10 2 2 1
american_bulldog_11 2 2 1
Bengal_7 6 1 2
"""
TEST = """Abyssinian_3 1 1 1
american_bulldog_12 2 2 1
yorkshire_terrier_9 37 2 25
"""
NAMES = [line.split()[0] for line in (TRAINVAL + TEST).splitlines() if line[0] != "#"]


def pack(tmp_path: Path, trainval: str | None = TRAINVAL, test: str = TEST, missing: str = "") -> Path:
    """Make archives as Oxford's are; return the folder that holds the data set's folder."""
    for number, name in enumerate(NAMES):
        if name != missing:
            path = draw(tmp_path / "images" / "images" / f"{name}.png", seed=number)
            path.rename(path.with_suffix(".jpg"))
    lists = tmp_path / "annotations" / "annotations"
    lists.mkdir(parents=True)
    (lists / "list.txt").write_text("of no use here\n")
    (lists / "test.txt").write_text(test)
    if trainval is not None:
        (lists / "trainval.txt").write_text(trainval)
    own = tmp_path / "own"
    (own / "oxford_iiit_pet").mkdir(parents=True)
    for part in ("images", "annotations"):
        pack_tar(tmp_path / part, own / "oxford_iiit_pet" / f"{part}.tar.gz")
    return own


def load(tmp_path: Path, own: Path, label: str | None = None) -> Dataset:
    return catseye.load("oxford_iiit_pet", archives=own, data_dir=tmp_path / "home", label=label)


@pytest.fixture
def pets(tmp_path: Path) -> Dataset:
    return load(tmp_path, pack(tmp_path))


def _named(dataset: Dataset, split: str) -> dict[str, str]:
    pictures = dataset[split]
    return {Path(pictures.name(i)).stem: pictures.classes[pictures.labels[i]] for i in range(len(pictures))}


def test_breeds_and_splits_are_those_of_the_lists(pets: Dataset) -> None:
    assert dict(pets.info.splits) == {"train": 5, "test": 3}
    assert _named(pets, "train") == {
        "Abyssinian_1": "Abyssinian",
        "Abyssinian_2": "Abyssinian",
        "american_bulldog_10": "american bulldog",
        "american_bulldog_11": "american bulldog",
        "Bengal_7": "Bengal",
    }
    assert _named(pets, "test")["yorkshire_terrier_9"] == "yorkshire terrier"
    assert len(pets.info.classes) == 37
    assert pets.notes[0].startswith("train has no picture of american pit bull terrier, basset hound, ")
    assert "unofficial copy" in pets.notes[-1]


def test_species_is_a_second_label(pets: Dataset) -> None:
    by_species = pets.labelled("species")
    assert _named(by_species, "test") == {
        "Abyssinian_3": "cat",
        "american_bulldog_12": "dog",
        "yorkshire_terrier_9": "dog",
    }
    assert by_species.info.classes == ("cat", "dog")
    assert by_species.info.supervised == ("image", "species")
    assert pets.info.supervised == ("image", "label")
    assert pets.info.features.keys() == by_species.info.features.keys() == {"image", "label", "species"}
    assert by_species.info.features["label"].classes == pets.info.classes
    assert by_species.labelled("label")["train"].labels.tolist() == pets["train"].labels.tolist()


def test_records_hold_both_labels_whichever_is_used(pets: Dataset) -> None:
    species = {"Abyssinian": 0, "Bengal": 0, "american bulldog": 1, "yorkshire terrier": 1}
    for dataset in (pets, pets.labelled("species")):
        for record in dataset["train+test"].records():
            assert record.keys() == {"image", "label", "species"}
            assert record["species"] == species[pets.info.classes[record["label"]]]


def test_loading_by_a_label_is_labelling_what_was_loaded(tmp_path: Path) -> None:
    own = pack(tmp_path)
    direct, after = load(tmp_path, own, "species"), load(tmp_path, own).labelled("species")
    assert direct.info == after.info
    assert direct["train"].fingerprint() == after["train"].fingerprint()
    alone = catseye.load("oxford_iiit_pet", "train", archives=own, data_dir=tmp_path / "home", label="species")
    assert alone.classes == ("cat", "dog")


def test_an_unknown_label_is_a_usage_error_with_the_nearest(pets: Dataset) -> None:
    for ask in (pets.labelled, pets["train"].labelled, describe("oxford_iiit_pet").labelled):
        with pytest.raises(UsageError, match="unknown label 'speces'; did you mean species"):
            ask("speces")
    with pytest.raises(UsageError, match="unknown label 'species'"):
        catseye.load("digits", label="species")


def test_both_labels_go_along_with_the_pictures(pets: Dataset) -> None:
    files = pets["train"]
    memory = files.through(Preprocess(8, 8, 3)).in_memory()  # type: ignore[attr-defined]
    for pictures in (files, memory):
        for part in (pictures.take([4, 0, 2]), pictures.take(range(1, 4)), pictures.take(range(3, 0, -1))):
            swapped = part.labelled("species")
            assert swapped.label == "species"
            assert len(part) == len(swapped) == 3
            for index in range(3):
                assert swapped.labels[index] == int(part.classes[part.labels[index]].islower())  # a dog's breed
    assert pets["train[:2]+test"].labelled("species").labels.tolist() == [
        *pets.labelled("species")["train[:2]"].labels,
        *pets.labelled("species")["test"].labels,
    ]


def test_a_fingerprint_is_over_the_labels_used(pets: Dataset) -> None:
    assert pets["train"].fingerprint() != pets.labelled("species")["train"].fingerprint()
    again = pets.labelled("species").labelled("label")
    assert again["train"].fingerprint() == pets["train"].fingerprint()


def test_a_picture_that_is_listed_but_missing_is_left_out_by_name(tmp_path: Path) -> None:
    pets = load(tmp_path, pack(tmp_path, missing="Bengal_7"))
    assert [out.to_json() for out in pets.left_out] == [
        {"picture": "oxford_iiit_pet/images/Bengal_7.jpg", "reason": "there is no such file"}
    ]
    assert len(pets["train"]) == 4


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("../../etc/passwd_1 1 1 1", "expected 'name class species breed', got '../../etc/passwd_1 1 1 1'"),
        ("Abyssinian_1/../x_2 1 1 1", "expected"),
        ("/Abyssinian_4 1 1 1", "expected"),
        ("Abyssinian_4 1 1", "expected"),
        ("Abyssinian 1 1 1", "expected"),
        ("Abyssinian_4 1 3 1", "expected"),
        ("Abyssinian_4 one 1 1", "expected"),
        ("Abyssinian_4\x1b[2J 1 1 1", r"got 'Abyssinian_4\x1b[2J 1 1 1'"),
        ("Größe_4 1 1 1", "expected"),
        ("x" * 10_000, "expected"),
        ("Abyssinian_4 38 1 1", "class 38 is not that of the breed Abyssinian"),
        ("Abyssinian_4 0 1 1", "class 0 is not that of the breed Abyssinian"),
        ("Abyssinian_4 2 1 1", "class 2 is not that of the breed Abyssinian"),
        ("Abyssinian_1 1 1 1", "images/Abyssinian_1.jpg is named a second time"),
    ],
)
def test_a_malformed_line_is_one_line_that_says_where(tmp_path: Path, line: str, says: str) -> None:
    own = pack(tmp_path, TRAINVAL + line + "\n")
    with pytest.raises(CatseyeError) as caught:
        load(tmp_path, own)
    message = str(caught.value)
    assert message.startswith("oxford_iiit_pet: annotations/trainval.txt, line 7: ")
    assert says in message
    assert message.isprintable()
    assert len(message) < 200
    assert not (tmp_path / "home" / "prepared" / "oxford_iiit_pet-1.0.0").exists()


def test_one_picture_is_not_in_both_splits(tmp_path: Path) -> None:
    with pytest.raises(CatseyeError, match=r"test\.txt, line 4: images/Bengal_7\.jpg is named a second time"):
        load(tmp_path, pack(tmp_path, test=TEST + "Bengal_7 6 1 2\n"))


@pytest.mark.parametrize(
    ("trainval", "says"),
    [(None, "annotations/trainval.txt cannot be read"), ("#nothing\n\n", "annotations/trainval.txt lists no pictures")],
)
def test_a_missing_or_empty_list_is_said(tmp_path: Path, trainval: str | None, says: str) -> None:
    with pytest.raises(CatseyeError, match=says):
        load(tmp_path, pack(tmp_path, trainval))


def test_hashing_an_archive_does_not_hold_it_in_memory(tmp_path: Path) -> None:
    import tracemalloc

    large = tmp_path / "images.tar.gz"
    with large.open("wb") as file:
        file.truncate(100 * 2**20)
    zeros = "20492a4d0d84f8beb1767f6616229f85d44c2827b64bdbfb260ee12fa1109e0e"  # sha256sum of 100 MiB of them
    tracemalloc.start()
    assert Archive("images.tar.gz", zeros).is_official(large)
    assert not OXFORD_IIIT_PET.archives[0].is_official(large)
    assert tracemalloc.get_traced_memory()[1] < 2 * 2**20
    tracemalloc.stop()


@pytest.mark.slow
def test_the_real_sample(pet_archives: Path) -> None:
    dataset = catseye.load("oxford_iiit_pet", archives=pet_archives)
    assert np.bincount(dataset["train"].labels).tolist() == [7] * 37
    assert np.bincount(dataset["test"].labels).tolist() == [3] * 37
    assert np.bincount(dataset.labelled("species")["train"].labels).tolist() == [12 * 7, 25 * 7]
    assert not dataset.left_out
    cats = {name for name in dataset.info.classes if name[0].isupper()}
    for record_breed, record_species in zip(
        dataset["test"].labels, dataset.labelled("species")["test"].labels, strict=True
    ):
        assert (dataset.info.classes[record_breed] in cats) == (record_species == 0)
