"""Folders with every fault that is looked for: each is found once, ranked, and in words; nothing else is."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

import catseye
from catseye.quality import KINDS, check_dataset
from catseye.quality.finding import Kind
from tests.datasets.folders.test_folder import huge_png
from tests.quality.scenes import save, scene

if TYPE_CHECKING:
    from catseye.datasets import Pictures
    from catseye.quality import Checkup


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two classes of ten pictures in training and two in the test, with no fault."""
    for number in range(24):
        split, name = "train" if number < 20 else "test", "ab"[number % 2]
        save(tmp_path / "data" / split / name / f"{number}.png", scene(number))
    return tmp_path / "data"


def found(checkup: Checkup) -> list[tuple[str, str, list[str]]]:
    """Return kind, reason and file names of each finding."""
    return [
        (finding.kind, finding.reason, sorted(Path(place.path).name for place in finding.pictures))
        for finding in checkup.findings
    ]


def test_nothing_is_found_where_nothing_is_wrong(folder: Path) -> None:
    checkup = check_dataset(catseye.load(folder))
    assert checkup.findings == ()
    assert checkup.counts == {}
    assert checkup.pictures == 24
    assert checkup.classes == {"a": {"train": 10, "test": 2}, "b": {"train": 10, "test": 2}}
    said = {KINDS[kind].message_if_none for kind in KINDS} - {"", KINDS[Kind.SUSPECT_LABEL].message_if_none}
    assert set(checkup.passed) == said


def test_copies_across_splits_and_classes_come_first(folder: Path) -> None:
    shutil.copy(folder / "train/a/0.png", folder / "test/a/zero.png")
    save(folder / "train/b/two.jpg", scene(2).resize((60, 60)))
    shutil.copy(folder / "train/a/4.png", folder / "train/a/four.png")
    save(folder / "train/a/six.png", scene(6).transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    shutil.copy(folder / "train/a/8.png", folder / "test/b/eight.png")
    save(folder / "train/a/white.png", Image.new("RGB", (50, 50), "white"))
    checkup = check_dataset(catseye.load(folder))
    same, alike = "2 pictures with the same content", "2 pictures that look nearly the same"
    in_both, in_both_classes = "; in train and test", "; labelled a and b"
    assert sorted(found(checkup)[:4]) == [
        ("class_conflict", alike + in_both_classes, ["2.png", "two.jpg"]),
        ("class_conflict", same + in_both_classes, ["8.png", "eight.png"]),
        ("split_overlap", same + in_both, ["0.png", "zero.png"]),
        ("split_overlap", same + in_both, ["8.png", "eight.png"]),
    ]
    assert [finding.kind for finding in checkup.findings[:4]] == ["split_overlap"] * 2 + ["class_conflict"] * 2
    assert found(checkup)[4:] == [
        ("duplicate", same, ["4.png", "four.png"]),
        ("near_duplicate", alike + ", 1 of them mirrored", ["6.png", "six.png"]),
        ("one_colour", "the standard deviation of its values is 0.0 (range 0 to 255)", ["white.png"]),
    ]
    assert checkup.counts == {
        "split_overlap": 2,
        "class_conflict": 2,
        "duplicate": 1,
        "near_duplicate": 1,
        "one_colour": 1,
    }


@pytest.mark.slow
def test_a_thousand_copies_are_one_finding(folder: Path) -> None:
    for number in range(1000):
        os.link(folder / "train/a/0.png", folder / f"train/a/copy{number}.png")
    checkup = check_dataset(catseye.load(folder))
    assert checkup.counts == {"duplicate": 1, "imbalance": 1}
    assert checkup.findings[0].reason == "1001 pictures with the same content"
    assert len(checkup.findings[0].pictures) == 1001


def test_odd_pictures_are_named_with_what_is_odd(folder: Path) -> None:
    own = folder / "train" / "a"
    picture = scene(100)
    deep = np.random.default_rng(0).integers(0, 65536, (40, 40)).astype(np.uint16)
    save(own / "tiny.png", scene(101, 31))
    save(own / "just.png", scene(102, 32))
    save(own / "wide.png", scene(103, 256).crop((0, 0, 256, 50)))
    picture.convert("CMYK").save(own / "cmyk.jpg")
    save(own / "deep.png", Image.fromarray(deep))
    save(own / "palette.png", scene(104).quantize(64))
    save(own / "glass.png", scene(105).convert("RGBA"))
    scene(106).save(own / "moving.gif", save_all=True, append_images=[scene(107)])
    scene(108).save(own / "lies.jpg", "PNG")
    (own / "cut.png").write_bytes((own / "0.png").read_bytes()[:500])
    (own / "claims.png").write_bytes(huge_png())
    (own / "nothing.jpg").write_bytes(b"")
    checkup = check_dataset(catseye.load(folder))
    singles = {names[0]: (kind, reason) for kind, reason, names in found(checkup)}
    assert len(singles) == len(checkup.findings)
    assert singles.pop("cut.png")[0] == "broken"
    assert singles == {
        "claims.png": ("broken", "claims too many pixels; at most 89,478,485 are decoded"),
        "nothing.jpg": ("broken", "the file is empty"),
        "tiny.png": ("tiny", "31×31 pixels"),
        "wide.png": ("proportions", "256×50 pixels"),
        "cmyk.jpg": ("mode", "CMYK"),
        "deep.png": ("mode", "16 bits per channel"),
        "palette.png": ("mode", "palette"),
        "glass.png": ("mode", "transparent"),
        "moving.gif": ("mode", "several frames or pages"),
        "lies.jpg": ("misnamed", "a PNG file called .jpg"),
    }
    assert any("1 of 33 pictures have a side under 32 pixels" in note for note in checkup.notes)


@pytest.mark.slow
def test_a_huge_picture_of_one_colour_is_both(folder: Path) -> None:
    """56 million times 255 is more than a sum of 32-bit fractions can count."""
    save(folder / "train/a/large.png", Image.new("RGB", (8000, 7000), "red"))
    assert found(check_dataset(catseye.load(folder))) == [
        ("one_colour", "the standard deviation of its values is 0.0 (range 0 to 255)", ["large.png"]),
        ("huge", "8000×7000 pixels", ["large.png"]),
    ]


def test_a_picture_that_goes_while_we_look_is_broken(folder: Path) -> None:
    dataset = catseye.load(folder)
    (folder / "train/a/0.png").unlink()
    checkup = check_dataset(dataset)
    assert found(checkup) == [("broken", "there is no such file", ["0.png"])]
    assert checkup.pictures == 23
    assert checkup.findings[0].classes == ("a",)


def test_pictures_in_memory_are_compared_by_content_alone() -> None:
    checkup = check_dataset(catseye.load("digits"))
    assert checkup.findings == ()
    assert checkup.pictures == 1797
    assert "no near duplicates within a class and split" not in checkup.passed
    assert any("all pictures are 8×8 pixels" in note for note in checkup.notes)
    assert any("1,797 of 1,797 pictures have a side under 32" in note for note in checkup.notes)


def test_an_archive_s_pictures_are_named_as_in_it(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "train/a/0.png", folder / "test/a/zero.png")
    archive = shutil.make_archive(str(tmp_path / "pictures"), "zip", folder)
    finding = check_dataset(catseye.load(archive)).findings[0]
    assert {place.path for place in finding.pictures} == {f"{archive}/train/a/0.png", f"{archive}/test/a/zero.png"}


def test_names_that_are_no_text_are_no_trouble(folder: Path) -> None:
    for name in ("two\nlines.png", os.fsdecode(b"no\xfftext.png")):
        shutil.copy(folder / "train/a/0.png", folder / "train/a" / name)
    (finding,) = check_dataset(catseye.load(folder)).findings
    assert len(finding.pictures) == 3


def test_a_link_to_the_same_picture_is_a_copy(folder: Path) -> None:
    (folder / "test/b/link.png").symlink_to(folder / "train/b/1.png")
    assert [kind for kind, *_ in found(check_dataset(catseye.load(folder)))] == ["split_overlap"]


def test_with_a_judge_labels_are_judged(folder: Path) -> None:
    """A judge that knows the truth, which for picture 0 is not its label."""
    dataset = catseye.load(folder)

    def judge(pictures: Pictures) -> Any:
        ones = pictures.labels.astype(float)
        ones[[pictures.name(index).endswith("/0.png") for index in range(len(pictures))]] = 1
        return np.stack([1 - ones, ones], axis=1) * 0.9 + 0.05

    checkup = check_dataset(dataset, judge=judge)
    assert found(checkup) == [("suspect_label", "labelled a (5 %), looks like b (95 %)", ["0.png"])]
    assert "no label looks wrong" in check_dataset(dataset, judge=lambda p: np.eye(2)[p.labels]).passed


def test_all_is_in_the_json(folder: Path) -> None:
    shutil.copy(folder / "train/a/0.png", folder / "test/a/zero.png")
    document = check_dataset(catseye.load(folder)).to_json()
    assert document["data"] == str(folder)
    assert document["counts"] == {"split_overlap": 1}
    assert document["findings"] == [
        {
            "kind": "split_overlap",
            "severity": "serious",
            "pictures": [f"{folder}/train/a/0.png", f"{folder}/test/a/zero.png"],
            "classes": ["a", "a"],
            "splits": ["train", "test"],
            "reason": "2 pictures with the same content; in train and test",
        }
    ]
