"""Pictures sorted in Python: nothing is written unasked, nothing lost."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

import catseye
from catseye.errors import CatseyeError, UsageError

if TYPE_CHECKING:
    from catseye.runs.run import Run

COUNT = 12


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of digits in two sub-folders with equal names, and a broken picture."""
    digits = catseye.load("digits", "test")
    for number in range(COUNT):
        path = tmp_path / "mixed" / "ab"[number % 2] / f"{number // 2}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(digits.picture(number)[:, :, 0]).save(path)
    (tmp_path / "mixed" / "broken.png").write_bytes(b"")
    return tmp_path / "mixed"


def files(folder: Path) -> list[str]:
    """Return the paths of all files below a folder."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_nothing_is_written_unless_asked(digits_run: Run, folder: Path, tmp_path: Path) -> None:
    sorting = catseye.sort(digits_run, folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert sorting.action is None
    assert len(sorting.pictures) == COUNT
    assert [error.reason for error in sorting.broken] == ["the file is empty"]
    assert repr(sorting).endswith("1 broken; nothing is copied or linked yet)")
    assert sum(sorting.folders.values()) == COUNT


@pytest.mark.parametrize("action", ["copy", "link"])
def test_pictures_are_copied_or_linked_and_stay_where_they_were(
    digits_run: Run, folder: Path, tmp_path: Path, action: str
) -> None:
    before = {path: (folder / path).read_bytes() for path in files(folder)}
    sorting = catseye.sort(digits_run, folder, tmp_path / "out", copy=action == "copy", link=action == "link")
    assert {path: (folder / path).read_bytes() for path in files(folder)} == before
    assert files(tmp_path / "out") == sorted(one.target for one in sorting.pictures)
    predicted = {str(one.picture): one for one in catseye.predict(digits_run, folder) if not isinstance(one, Exception)}
    for one in sorting.pictures:
        target = tmp_path / "out" / one.target
        assert target.read_bytes() == one.picture.read_bytes()
        assert target.samefile(one.picture) == (action == "link")
        found = predicted[str(one.picture)]
        assert Path(one.target).parts[0] == (found.class_name if found.probability >= 0.8 else "doubtful")
    again = catseye.sort(digits_run, folder, tmp_path / "out", copy=True)
    assert {one.state for one in again.pictures} == {"there"}
    assert files(tmp_path / "out") == sorted(one.target for one in sorting.pictures)


def test_the_threshold_parts_sure_from_doubtful(digits_run: Run, folder: Path, tmp_path: Path) -> None:
    assert catseye.sort(digits_run, folder, tmp_path / "out", threshold=0).doubtful == 0
    everything = catseye.sort(digits_run, folder, tmp_path / "out", threshold=1)
    assert everything.folders["doubtful"] == everything.doubtful
    assert everything.doubtful >= COUNT - 1


def test_the_folder_of_an_earlier_call_is_passed_over(digits_run: Run, folder: Path) -> None:
    catseye.sort(digits_run, folder, folder / "sorted", copy=True)
    again = catseye.sort(digits_run, folder, folder / "sorted", copy=True)
    assert len(again.pictures) == COUNT
    assert any(f"skipped {COUNT} pictures in" in note for note in again.notes)


def test_an_answer_is_saved_as_a_table(digits_run: Run, folder: Path, tmp_path: Path) -> None:
    sorting = catseye.sort(digits_run, folder, tmp_path / "out")
    sorting.save(tmp_path / "plan.csv")
    with (tmp_path / "plan.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["target"] for row in rows] == [one.target for one in sorting.pictures]
    assert list(rows[0]) == ["picture", "class", "probability", "target", "state"]
    assert "<table" in sorting._repr_html_()
    assert sorting.to_json()["doubtful"] == sorting.doubtful


def test_what_makes_no_sense_is_refused(digits_run: Run, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(UsageError, match="copied or linked, not both; choose one"):
        catseye.sort(digits_run, folder, out, copy=True, link=True)
    with pytest.raises(UsageError, match="from 0 to 1; got 80"):
        catseye.sort(digits_run, folder, out, threshold=80)
    with pytest.raises(UsageError, match="there is no folder"):
        catseye.sort(digits_run, tmp_path / "nothing", out)
    with pytest.raises(UsageError, match="is a file; expected a folder of pictures"):
        catseye.sort(digits_run, folder / "broken.png", out)
    with pytest.raises(UsageError, match="is the folder to be sorted"):
        catseye.sort(digits_run, folder, folder / ".." / "mixed", copy=True)
    with pytest.raises(UsageError, match="is not a folder"):
        catseye.sort(digits_run, folder, folder / "broken.png")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="holds no pictures"):
        catseye.sort(digits_run, tmp_path / "empty", out)


def test_a_folder_whose_name_is_too_long_is_refused(digits_run: Run, folder: Path) -> None:
    with pytest.raises(CatseyeError, match="cannot be created: File name too long"):
        catseye.sort(digits_run, folder, "x" * 300, copy=True)
