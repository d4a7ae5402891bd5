"""That a test split was set aside is said where a result depends on it, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import catseye
from catseye.cli import main
from catseye.datasets import open_dataset
from catseye.datasets.set_aside import NOTE, without_set_aside

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.runs.run import Run


def test_other_notes_stay() -> None:
    digits = catseye.load("digits").notes
    arrays = open_dataset((np.zeros((40, 8, 8), np.uint8), [0, 1] * 20)).notes
    assert NOTE in arrays
    assert without_set_aside([*digits, "test has no picture of a.", *arrays]) == ["test has no picture of a."]


@pytest.mark.slow
def test_training_and_info_say_it_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], digits_run: Run
) -> None:
    monkeypatch.chdir(tmp_path)
    run = str(digits_run.folder)

    def count(*words: str) -> int:
        assert main(words) == 0
        out, error = capsys.readouterr()
        return (out + error).count("was set aside")

    assert count("info", "digits") == count("train", "digits", "--network", "dense", "--epochs", "1") == 1
    assert count("show", "digits") == count("evaluate", run, "digits") == count("check", "digits") == 0
    assert "was set aside" in catseye.evaluate(digits_run, "digits").notes[0]  # the answer has it still


def test_one_version_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "digits"]) == 0
    assert capsys.readouterr().out.count("1.0.0") == 1
