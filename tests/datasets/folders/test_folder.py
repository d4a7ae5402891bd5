"""Folders of the user's: layouts, order, what is left out and what is said."""

from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import catseye
from catseye.errors import CatseyeError, PictureError, UsageError
from tests.conftest import draw, draw_folder


def test_classes_are_the_sorted_folder_names(tmp_path: Path) -> None:
    dataset = catseye.load(draw_folder(tmp_path, {"dog": 5, "Cat": 5, "bird": 5}))
    assert dataset.info.classes == ("Cat", "bird", "dog")
    assert dict(dataset.info.splits) == {"train": 12, "test": 3}
    assert dataset.info.shape == (20, 20, 3)
    assert "no test split came with the pictures: 20 % of each class was set aside (seed 0)." in dataset.notes
    for split in dataset.splits.values():
        for index in range(len(split)):
            assert Path(split.name(index)).parent.name == split.classes[split.labels[index]]


@pytest.mark.parametrize("validation", ["val", "valid", "validation"])
def test_splits_that_come_with_the_pictures_are_kept(tmp_path: Path, validation: str) -> None:
    counts = {"train/a": 4, "train/b": 3, f"{validation}/a": 2, "test/a": 1, "test/b": 2}
    dataset = catseye.load(draw_folder(tmp_path, counts))
    assert dict(dataset.info.splits) == {"train": 7, "validation": 2, "test": 3}
    assert dataset.notes == ("validation has no picture of b.",)


def test_a_class_missing_from_a_split_keeps_its_index(tmp_path: Path) -> None:
    dataset = catseye.load(draw_folder(tmp_path, {"train/a": 2, "train/c": 2, "test/c": 2, "train/b": 2}))
    assert dataset["test"].classes == ("a", "b", "c")
    assert dataset["test"].labels.tolist() == [2, 2]
    assert "test has no picture of a, b." in dataset.notes


def test_a_vehicle_called_train_is_a_class(tmp_path: Path) -> None:
    dataset = catseye.load(draw_folder(tmp_path, {"train": 3, "bus": 3}))
    assert dataset.info.classes == ("bus", "train")


def test_hidden_and_system_files_are_passed_over_and_others_are_said(tmp_path: Path) -> None:
    draw_folder(tmp_path, {"a": 3, "b": 3, ".ipynb_checkpoints": 3, "__MACOSX/a": 2, "a/.thumbnails": 2})
    for name in ("a/Thumbs.db", "a/.DS_Store", "a/._0.png"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "a" / "notes.txt").write_text("x")
    (tmp_path / "a" / "phone.HEIC").write_text("x")
    (tmp_path / "empty").mkdir()
    dataset = catseye.load(tmp_path)
    assert dataset.info.classes == ("a", "b")
    assert len(dataset["train+test"]) == 6
    assert not dataset.left_out
    assert "the folder empty holds no pictures." in dataset.notes
    assert any("1 × .heic, 1 × .txt" in note for note in dataset.notes)


def test_a_folder_around_everything_is_passed_through(tmp_path: Path) -> None:
    draw_folder(tmp_path / "wrapper" / "inner", {"a": 3, "b": 3})
    assert catseye.load(tmp_path).info.classes == ("a", "b")


def test_pictures_in_folders_within_a_class_belong_to_it(tmp_path: Path) -> None:
    draw_folder(tmp_path, {"a/2023/may": 2, "a": 2, "b": 2})
    assert len(catseye.load(tmp_path)["train+test"]) == 6


def huge_png() -> bytes:
    """Return a PNG whose header claims 60,000 × 60,000 pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def break_some(folder: Path) -> dict[str, str]:
    """Write broken pictures into ``folder``; return the reason that each should be left out for."""
    buffer = io.BytesIO()
    Image.effect_noise((64, 64), 50).save(buffer, "JPEG")
    broken = {
        "empty.jpg": (b"", "the file is empty"),
        "text.png": (b"this is no picture", "not a picture"),
        "cut.jpg": (buffer.getvalue()[:1000], "truncated"),
        "huge.png": (huge_png(), "claims too many pixels; at most 89,478,485 are decoded"),
    }
    for name, (content, _) in broken.items():
        (folder / name).write_bytes(content)
    return {name: reason for name, (_, reason) in broken.items()}


def test_broken_pictures_are_left_out_by_path_and_reason(tmp_path: Path) -> None:
    draw_folder(tmp_path, {"a": 5, "b": 5})
    reasons = break_some(tmp_path / "a")
    dataset = catseye.load(tmp_path)
    assert len(dataset["train+test"]) == 10
    found = {Path(out.picture).name: out for out in dataset.left_out}
    assert found.keys() == reasons.keys()
    for name, reason in reasons.items():
        assert reason in found[name].reason
        assert found[name].picture == f"{tmp_path}/a/{name}"


def test_strict_makes_a_broken_picture_an_error(tmp_path: Path) -> None:
    draw_folder(tmp_path, {"a": 2, "b": 2})
    break_some(tmp_path / "b")
    with pytest.raises(CatseyeError, match=r"4 broken pictures, first .*b/cut.jpg: .*truncated"):
        catseye.load(tmp_path, strict=True)


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ({}, "holds no pictures; expected one folder per class"),
        ({".": 2}, "has no class folders; its 2 pictures lie directly in it: put them into one folder"),
        ({".": 1}, "has no class folders; its only picture lies directly in it: put it into a folder for its class"),
    ],
)
def test_a_folder_without_classes_says_what_was_expected(tmp_path: Path, counts: dict[str, int], says: str) -> None:
    with pytest.raises(CatseyeError, match=says):
        catseye.load(draw_folder(tmp_path, counts))


def test_pictures_beside_an_empty_class_folder_are_said(tmp_path: Path) -> None:
    (draw_folder(tmp_path, {".": 2}) / "a").mkdir()
    with pytest.raises(CatseyeError, match="has no pictures in its class folders; its 2 pictures lie directly in it"):
        catseye.load(tmp_path)


def test_when_every_picture_is_broken_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    break_some(tmp_path / "a")
    with pytest.raises(CatseyeError, match="all 4 pictures are broken"):
        catseye.load(tmp_path)


def test_one_class_is_not_enough_to_train(tmp_path: Path) -> None:
    draw_folder(tmp_path / "only", {"a": 5})
    with pytest.raises(UsageError, match="at least two classes"):
        catseye.train(tmp_path, epochs=1)


def test_order_is_mixed_and_depends_on_paths_alone(tmp_path: Path) -> None:
    orders = []
    for root in ("one", "two"):
        draw_folder(tmp_path / root, {"a": 20, "b": 20})
        pictures = catseye.load(tmp_path / root, split="train")
        orders.append([str(Path(pictures.name(i)).relative_to(tmp_path / root)) for i in range(len(pictures))])
    assert orders[0] == orders[1]
    assert 4 < pictures.labels[:16].sum() < 12  # a slice is a fair sample, not the first class


def test_a_fingerprint_knows_pictures_and_labels_but_not_their_place(tmp_path: Path) -> None:
    prints = [
        catseye.load(draw_folder(tmp_path / name, {"a": 5, "b": 5}), split="train").fingerprint() for name in ("x", "y")
    ]
    draw(tmp_path / "y" / "a" / "0.png", seed=99)
    draw(tmp_path / "y" / "a" / "1.png", seed=98)
    assert prints[0] == prints[1] != catseye.load(tmp_path / "y", split="train").fingerprint()


def test_grey_pictures_have_one_channel_and_colour_among_them_makes_three(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        for number in range(3):
            path = draw(tmp_path / folder / f"{number}.png", seed=number)
            Image.open(path).convert("L").save(path)
    assert catseye.load(tmp_path, split="train").shape == (20, 20, 1)
    draw(tmp_path / "a" / "colour.png")
    assert catseye.load(tmp_path, split="train").shape == (20, 20, 3)


def test_pictures_of_several_sizes_come_in_one(tmp_path: Path) -> None:
    draw_folder(tmp_path, {"a": 3, "b": 3})
    draw(tmp_path / "a" / "large.png", side=200)
    pictures = catseye.load(tmp_path, split="train")
    assert pictures.batch(range(len(pictures))).shape == (len(pictures), 3, 64, 64)


def test_a_picture_that_vanishes_is_named(tmp_path: Path) -> None:
    pictures = catseye.load(draw_folder(tmp_path, {"a": 3, "b": 3}), split="train")
    Path(pictures.name(1)).unlink()
    with pytest.raises(PictureError, match="there is no such file"):
        pictures.batch([0, 1])


def test_a_link_back_to_the_folder_does_not_go_round_for_ever(tmp_path: Path) -> None:
    draw_folder(tmp_path, {"a": 3, "b": 3})
    (tmp_path / "a" / "back").symlink_to(tmp_path)
    assert len(catseye.load(tmp_path)["train+test"]) == 6


@pytest.mark.slow
def test_real_photographs_are_all_sound(photographs: Path) -> None:
    dataset = catseye.load(photographs)
    assert dataset.info.classes == ("Cat", "Dog")
    assert np.bincount(dataset["train"].labels).tolist() == [400, 400]
    assert np.bincount(dataset["test"].labels).tolist() == [100, 100]
    assert not dataset.left_out


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a\u3000b", "👩‍🚀", "Größe", "x" * 200])
def test_any_name_that_can_be_shown_can_be_a_class_from_training_to_loading(tmp_path: Path, name: str) -> None:
    folder = draw_folder(tmp_path / "pictures", {name: 4, "b": 4})
    catseye.train(folder, out=tmp_path / "r", epochs=1, network="dense")
    assert set(catseye.Classifier.load(tmp_path / "r").classes) == {name, "b"}


@pytest.mark.parametrize("name", ["a\nb", "\x1b[2J", os.fsdecode(b"bad\xff")])
def test_a_name_that_cannot_be_shown_is_refused_before_training(tmp_path: Path, name: str) -> None:
    folder = draw_folder(tmp_path / "pictures", {name: 4, "b": 4})
    with pytest.raises(CatseyeError, match="cannot be used as a class name; rename it"):
        catseye.load(folder)


def test_a_file_name_that_is_no_text_is_only_a_file_name(tmp_path: Path) -> None:
    folder = draw_folder(tmp_path / "pictures", {"a": 4, "b": 4})
    draw(folder / "a" / os.fsdecode(b"bad\xff.png"))
    assert catseye.train(folder, out=tmp_path / "r", epochs=1, network="dense").folder


@pytest.mark.parametrize("counts", [{"test/a": 3, "test/b": 3}, {"test/a": 3, "val/a": 1, "val/b": 2}])
def test_a_folder_to_evaluate_on_needs_no_training_pictures(tmp_path: Path, counts: dict[str, int]) -> None:
    dataset = catseye.load(draw_folder(tmp_path, counts))
    assert dataset.info.classes == ("a", "b")
    assert sum(dataset.info.splits.values()) == sum(counts.values())
    assert "train" not in dataset.splits
    with pytest.raises(UsageError, match="has no pictures for training, only"):
        catseye.train(tmp_path, epochs=1)


def test_pictures_in_no_class_folder_are_said(tmp_path: Path) -> None:
    draw_folder(tmp_path, {"train/a": 3, "train/b": 3, "test": 2, ".": 1, "more/c": 1})
    notes = " ".join(catseye.load(tmp_path).notes)
    assert "ignored 2 pictures directly in test, not in a class folder." in notes
    assert "ignored 1 picture directly in the top folder, not in a class folder." in notes
    assert "folders beside test, train are ignored: more." in notes


def test_a_class_whose_pictures_are_all_broken_is_said(tmp_path: Path) -> None:
    draw_folder(tmp_path, {"a": 3, "b": 3})
    (tmp_path / "c").mkdir()
    break_some(tmp_path / "c")
    dataset = catseye.load(tmp_path)
    assert dataset.info.classes == ("a", "b")
    assert "all pictures of c are broken, so c is left out." in dataset.notes
