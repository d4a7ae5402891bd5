"""A run's folder: what it says when its files are of another version, damaged or moved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from catseye.errors import CatseyeError, UsageError
from catseye.runs.folder import RunFolder
from catseye.runs.request import Request
from catseye.training.recipe import Recipe
from tests.runs.results import TRAINED, epochs

REQUEST = Request("train", "digits", None, "dense", Recipe(), size=(8, 8), fingerprint="a")


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    (tmp_path / "r").mkdir()
    made = RunFolder(tmp_path / "r")
    made.start(REQUEST)
    return made


def test_what_was_asked_for_comes_back(folder: RunFolder) -> None:
    assert folder.read_request() == REQUEST
    assert folder.read_result() is None
    assert json.loads(folder.recipe.read_text()) == REQUEST.recipe.to_json()


def test_a_finished_run_keeps_its_request(folder: RunFolder) -> None:
    folder.finish(TRAINED)
    result = folder.read_result()
    assert result
    assert result.test == TRAINED.test
    assert folder.read_request() == REQUEST


def test_the_paths_of_a_moved_run_are_those_of_today(folder: RunFolder) -> None:
    folder.finish(TRAINED)
    moved = folder.path.rename(folder.path.with_name("moved"))
    result = RunFolder(moved).read_result()
    assert result
    assert (result.run_path, result.report_path) == (str(moved), str(moved / "report.html"))


def test_an_empty_folder_holds_no_run(tmp_path: Path) -> None:
    assert RunFolder(tmp_path).read_request() is None
    assert RunFolder(tmp_path).read_result() is None


def test_history_comes_back(folder: RunFolder) -> None:
    folder.write_history(epochs(3))
    assert folder.read_history() == epochs(3)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('{"format": 1, "data": "digits", "result": {}}', "is a run of another version of Catseye"),
        ('{"data": "digits"}', "cannot be read"),
        ("[]", "cannot be read"),
        ("{", "cannot be read"),
        ('{"format": 2, "verb": "train"}', "cannot be read"),
        ('{"format": 2, "verb": "train", "size": 3, "recipe": {"epoch": 3}}', "unknown recipe option 'epoch'"),
    ],
)
def test_a_file_of_another_kind_is_said_in_a_line(folder: RunFolder, content: str, says: str) -> None:
    (folder.path / "run.json").write_text(content)
    with pytest.raises(CatseyeError, match=says) as caught:
        folder.read_request()
    assert len(str(caught.value).splitlines()) == 1


def test_a_result_of_another_kind_is_said(folder: RunFolder) -> None:
    values = json.loads((folder.path / "run.json").read_text()) | {"result": {"seconds": 3.0}}
    (folder.path / "run.json").write_text(json.dumps(values))
    with pytest.raises(CatseyeError, match="cannot be read"):
        folder.read_result()


def test_a_folder_in_use_says_how_to_go_on_and_how_to_begin_again(folder: RunFolder) -> None:
    (folder.path / "history.csv").write_text("")
    (folder.path.parent / "r-2").mkdir()
    says = f"{folder.path} is not empty: continue its run with resume=True, or begin again with "
    says += f"out='{folder.path}-3'."
    with pytest.raises(UsageError) as raised, folder.hold(resume=False):
        pass
    assert str(raised.value) == says
    (folder.path.parent / "r-2" / "cat.jpg").touch()
    with pytest.raises(UsageError, match=r"r-2 is not empty: it does not hold a run. Begin one with out='.*r-2-2'\."):
        RunFolder(folder.path.parent / "r-2").hold(resume=False).__enter__()
