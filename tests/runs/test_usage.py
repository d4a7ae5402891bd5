"""How a run's classifier is used, written so that it can be copied."""

from pathlib import Path

import pytest

from catseye.runs.usage import explain_usage


def test_a_run_below_the_current_folder_has_its_path_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in (Path("runs/my run"), tmp_path / "runs" / "my run"):
        usage = explain_usage(folder, "cat.jpg", "photos")
        assert usage.commands == (
            "catseye predict 'runs/my run' cat.jpg",
            "catseye explain 'runs/my run' cat.jpg",
            "catseye evaluate 'runs/my run' photos",
        )
        assert "run = catseye.Run.open('runs/my run')" in usage.python
        assert usage.where == "the folder in which the run was made"


def test_of_a_run_elsewhere_nothing_but_its_name_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    usage = explain_usage(tmp_path / "there" / "r", "cat.jpg", "photos")
    assert usage.commands[0] == "catseye predict r cat.jpg"
    assert usage.where == "the folder that holds r"
