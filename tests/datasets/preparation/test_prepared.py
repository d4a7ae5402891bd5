"""Preparing once, even when several processes want the same at the same time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

import catseye
from catseye.errors import CatseyeError

LOAD = "import catseye, logging; logging.basicConfig(level=20); print(len(catseye.load('digits')['train']))"


@pytest.mark.slow
def test_one_process_prepares_while_others_wait(tmp_path: Path) -> None:
    environment = os.environ | {"CATSEYE_HOME": str(tmp_path)}
    lock = FileLock(tmp_path / "prepared" / "digits-1.0.0.lock")
    (tmp_path / "prepared").mkdir()
    with lock:  # all of them come to wait
        processes = [
            subprocess.Popen([sys.executable, "-c", LOAD], env=environment, stdout=-1, stderr=-1, text=True)
            for _ in range(3)
        ]
        for process in processes:
            assert process.stderr
            assert "another process is preparing" in process.stderr.readline()
    outputs = [process.communicate(timeout=120) for process in processes]
    assert [out.strip() for out, _ in outputs] == ["1438"] * 3
    assert sum("preparing digits in" in error for _, error in outputs) == 1


def test_nothing_is_left_of_a_preparation_that_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("numpy.save", full)
        with pytest.raises(CatseyeError, match="No space left on device"):
            catseye.load("digits", data_dir=tmp_path)
    assert [path.name for path in (tmp_path / "prepared").iterdir()] == ["digits-1.0.0.lock"]
    assert len(catseye.load("digits", data_dir=tmp_path)["train"]) == 1438


def test_a_home_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CatseyeError, match="choose another folder with data_dir"):
        catseye.load("digits", data_dir=tmp_path / "file")
