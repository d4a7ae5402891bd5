"""``--merge``, ``--rename`` and ``--drop``, as a person types them."""

from __future__ import annotations

import json
import shlex
from html import unescape
from pathlib import Path

import pytest

from catseye.cli import main
from tests.conftest import draw_folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with drawn photographs of four classes."""
    monkeypatch.chdir(tmp_path)
    return draw_folder(tmp_path / "photos", {"cat": 8, "kitten": 8, "dogs": 8, "other": 8})


def status(line: str) -> int:
    return main(shlex.split(line))


CHANGES = "--merge kitten,cat=cat --rename dogs=dog --drop other"


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
def test_the_report_repeats_them_and_original_names_can_be_evaluated(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(f"train photos --network dense --epochs 1 {CHANGES} --out run --json") == 0
    first = json.loads(capsys.readouterr().out)
    assert first["test"]["examples"] == 6
    report = unescape(Path("run/report.html").read_text())
    command = next(line for line in report.splitlines() if "catseye train photos" in line)
    words = command.removeprefix("<pre>").removesuffix("</pre>").removeprefix("catseye ")
    assert "--merge cat,kitten=cat --rename dogs=dog --drop other" in words
    assert status(words.replace("RUN", "again") + " --json") == 0
    second = json.loads(capsys.readouterr().out)
    assert first["data"] == second["data"]
    assert first["test"] == second["test"]

    assert status(f"evaluate run photos {CHANGES} --json") == 0
    assert json.loads(capsys.readouterr().out)["accuracy"] == first["test"]["accuracy"]
    assert status("evaluate run photos --map kitten=cat --map dogs=dog --drop other --json") == 0
    assert json.loads(capsys.readouterr().out)["accuracy"] == first["test"]["accuracy"]
    assert status("evaluate run photos") == 2
    said = capsys.readouterr().err
    assert "the classifier does not know dogs, kitten, other; it knows cat, dog." in said


@pytest.mark.usefixtures("folder")
def test_resuming_with_other_classes_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert status("train photos --network dense --epochs 1 --drop other --out run") == 0
    assert status("train photos --network dense --epochs 1 --drop cat --out run --resume") == 2
    assert "was started with --drop other, not with --drop cat;" in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_an_unknown_class_is_refused_before_anything_is_trained(capsys: pytest.CaptureFixture[str]) -> None:
    assert status("transfer photos --drop othre") == 2
    assert "unknown class 'othre'; did you mean other?" in capsys.readouterr().err
    assert not Path("runs").exists()
