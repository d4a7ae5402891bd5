"""Where pictures go when they are sorted: names, doubts, and what is there already."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.classifier.sorting import SortedPicture, carry_out, name_folders, plan_targets
from catseye.errors import CatseyeError

if TYPE_CHECKING:
    from pathlib import Path


def pictures(folder: Path, *places: str, class_name: str = "cat", probability: float = 0.9) -> list[SortedPicture]:
    """Write files of different content at ``places``; return them as classified."""
    for place in places:
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(place)
    return [SortedPicture(folder / place, class_name, probability) for place in places]


def targets(planned: list[SortedPicture]) -> list[tuple[str, str]]:
    """Return where pictures go, and their states."""
    return [(one.target, one.state) for one in planned]


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("cat", "cat"),
        ("T-shirt/top", "T-shirt_top"),
        ("..", "_._"[:1] + "_"),
        (".hidden", "_hidden"),
        ("C:\\x", "C__x"),
        ("猫", "猫"),
        ("end.", "end_"),
        (" ", "_"),
        ("x" * 200, "x" * 120),
    ],
)
def test_a_class_has_a_folder_that_every_system_takes(name: str, folder: str) -> None:
    assert name_folders([name])[name] == folder


def test_folders_differ_in_more_than_case() -> None:
    assert name_folders(["Cat", "cat", "a/b", "a_b", "doubtful"]) == {
        **{"Cat": "Cat", "cat": "cat (2)", "a/b": "a_b", "a_b": "a_b (2)", "doubtful": "doubtful"},
        "": "doubtful (2)",
    }


@given(st.lists(st.text(min_size=1, max_size=200), max_size=8, unique=True))
def test_no_folder_leads_elsewhere(names: list[str]) -> None:
    folders = list(name_folders(names).values())
    assert len({folder.casefold() for folder in folders}) == len(names) + 1
    for folder in folders:
        assert folder not in (".", "..", "")
        assert not set(folder) & set("/\\\0")
        assert not folder.startswith(".")
        assert len(os.fsencode(folder)) <= 255


def test_pictures_go_to_their_class_and_doubtful_ones_apart(tmp_path: Path) -> None:
    sure = pictures(tmp_path / "in", "1.jpg", probability=0.8)
    unsure = pictures(tmp_path / "in", "2.jpg", probability=0.79)
    planned = plan_targets(sure + unsure, ["cat", "dog"], tmp_path / "in", tmp_path / "out", 0.8)
    assert targets(planned) == [("cat/1.jpg", "planned"), ("doubtful/2.jpg", "planned")]


def test_equal_names_do_not_collide(tmp_path: Path) -> None:
    found = pictures(tmp_path / "in", "a/1.jpg", "b/1.JPG", "c/d/1.jpg", "2.jpg")
    planned = plan_targets(found, ["cat"], tmp_path / "in", tmp_path / "out", 0.5)
    assert [target for target, _ in targets(planned)] == ["cat/a-1.jpg", "cat/b-1.JPG", "cat/c-d-1.jpg", "cat/2.jpg"]
    found += pictures(tmp_path / "in", "a-1.jpg")
    planned = plan_targets(found, ["cat"], tmp_path / "in", tmp_path / "out", 0.5)
    assert planned[-1].target == "cat/a-1 (2).jpg"


def test_what_is_there_already_is_seen_and_other_files_stay(tmp_path: Path) -> None:
    found = pictures(tmp_path / "in", "1.jpg", "2.jpg")
    out = tmp_path / "out"
    (out / "cat").mkdir(parents=True)
    (out / "cat" / "1.jpg").write_text("1.jpg")
    (out / "cat" / "2.jpg").write_text("another")
    planned = plan_targets(found, ["cat"], tmp_path / "in", out, 0.5)
    assert targets(planned) == [("cat/1.jpg", "there"), ("cat/2 (2).jpg", "planned")]
    done, failed = carry_out(planned, out, "copy")
    assert targets(done) == [("cat/1.jpg", "there"), ("cat/2 (2).jpg", "copied")]
    assert not failed
    again = plan_targets(found, ["cat"], tmp_path / "in", out, 0.5)
    assert [state for _, state in targets(again)] == ["there", "there"]
    assert (out / "cat" / "2.jpg").read_text() == "another"


def test_a_long_name_stays_short_enough(tmp_path: Path) -> None:
    name = "x" * 251 + ".jpg"
    found = pictures(tmp_path / "in", f"a/{name}", f"b/{name}")
    planned = plan_targets(found, ["cat"], tmp_path / "in", tmp_path / "out", 0.5)
    carry_out(planned, tmp_path / "out", "copy")
    assert len(list((tmp_path / "out" / "cat").iterdir())) == 2


def test_a_picture_that_has_gone_is_reported_and_the_others_are_copied(tmp_path: Path) -> None:
    found = pictures(tmp_path / "in", "1.jpg", "2.jpg")
    planned = plan_targets(found, ["cat"], tmp_path / "in", tmp_path / "out", 0.5)
    (tmp_path / "in" / "1.jpg").unlink()
    _, failed = carry_out(planned, tmp_path / "out", "copy")
    assert failed == {0: "No such file or directory"}
    assert [path.name for path in (tmp_path / "out" / "cat").iterdir()] == ["2.jpg"]


def test_what_a_killed_call_left_is_removed(tmp_path: Path) -> None:
    planned = plan_targets(pictures(tmp_path / "in", "1.jpg"), ["cat"], tmp_path / "in", tmp_path / "out", 0.5)
    (tmp_path / "out" / "cat").mkdir(parents=True)
    (tmp_path / "out" / "cat" / ".1.jpg.01234567.part").write_text("1.j")
    carry_out(planned, tmp_path / "out", "copy")
    assert [path.name for path in (tmp_path / "out" / "cat").iterdir()] == ["1.jpg"]


def test_a_file_in_the_place_of_a_folder_is_an_error(tmp_path: Path) -> None:
    planned = plan_targets(pictures(tmp_path / "in", "1.jpg"), ["cat"], tmp_path / "in", tmp_path / "out", 0.5)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "cat").write_text("mine")
    with pytest.raises(CatseyeError, match="cannot be created: File exists"):
        carry_out(planned, tmp_path / "out", "copy")
    assert (tmp_path / "out" / "cat").read_text() == "mine"
