"""``transfer(…, update=run)``: what is learned, what is computed again, and what is said of it."""

from __future__ import annotations

import json
import shlex
import shutil
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import catseye
from catseye.cli import main
from catseye.errors import UsageError
from tests.conftest import draw, draw_folder

if TYPE_CHECKING:
    from catseye.runs.run import Run

pytestmark = pytest.mark.slow  # a backbone computes the features of dozens of pictures


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run on ``photos``, and further pictures in ``new``."""
    root = tmp_path_factory.mktemp("update")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        draw_folder(Path("photos"), {"red": 12, "blue": 12})
        catseye.transfer("photos", out="run", mirrored=True, seed=3)
        for number in range(4):
            draw(Path("new/red") / f"new {number}.png", (120, 60, 60), seed=1000 + number)
    return root


@pytest.fixture
def folder(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a copy of that folder."""
    shutil.copytree(made, tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


@pytest.mark.usefixtures("folder")
def test_only_what_is_new_is_computed_and_the_choices_are_repeated() -> None:
    before = Path("run/classifier.safetensors").read_bytes()
    run = catseye.transfer("new", update="run", out="after")
    assert run.result.features
    assert (run.result.features.pictures, run.result.features.computed) == (28, 2 * 4)  # and their mirror images
    old = catseye.Run.open("run")
    assert run.result.recipe == old.result.recipe
    assert run.result.data.test_fingerprint == old.result.data.test_fingerprint
    assert Path("run/classifier.safetensors").read_bytes() == before
    update = run.result.update
    assert update
    assert (update.run, update.learned) == ("run", 4)
    assert update.counts
    assert update.counts.examples == old.result.test.examples if old.result.test else False
    assert catseye.Run.open("after").result.update == update


@pytest.mark.usefixtures("folder")
def test_the_comparison_is_that_of_the_two_classifiers() -> None:
    run = catseye.transfer("new", update=catseye.Run.open("run"), out="after")
    assert run.result.update
    found = catseye.compare("run", "after", on="photos", split="test")
    assert found.counts == run.result.update.counts


@pytest.mark.usefixtures("folder")
def test_an_updated_run_can_be_updated_and_its_command_repeats_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(shlex.split("transfer new --update run")) == 0
    said = capsys.readouterr()
    assert "4 training pictures added" in said.out
    assert "on the same test pictures" in said.out
    assert "report     run-2/report.html" in said.out
    report = unescape(Path("run-2/report.html").read_text())
    assert "What the update changed" in report
    assert "catseye transfer new --update run --out RUN" in report
    draw_folder(Path("more"), {"green": 5})
    assert main(shlex.split("transfer more --update run-2 --out third --json")) == 0
    values = json.loads(capsys.readouterr().out)
    assert (values["update"]["new_classes"], values["update"]["learned"]) == (["green"], 4)
    assert values["features"]["pictures"] == 24 + 4 + 5
    assert values["test"]["examples"] == values["update"]["counts"]["examples"] + 1


@pytest.mark.usefixtures("folder")
def test_the_classes_of_the_run_are_merged_in_the_added_data_too() -> None:
    joined = catseye.load("photos", rename="red=warm")
    catseye.transfer(joined, out="joined")
    run = catseye.transfer("new", update="joined")
    assert run.classifier.classes == ("blue", "warm")
    assert run.result.update
    assert (run.result.update.corrected, run.result.update.learned) == (0, 4)


@pytest.mark.usefixtures("folder")
def test_a_stopped_update_is_resumed_and_a_finished_one_returned() -> None:
    first = catseye.transfer("new", update="run", out="after")
    again = catseye.transfer("new", update="run", out="after", resume=True)
    assert again.result.test == first.result.test
    with pytest.raises(UsageError, match="was started with added new, not photos"):
        catseye.transfer("photos", update="run", out="after", resume=True)


def _said(run: Run | str, **options: Any) -> str:
    with pytest.raises(UsageError) as caught:
        catseye.transfer("new", update=run, **options)
    return str(caught.value)


@pytest.mark.usefixtures("folder")
def test_what_cannot_be_updated_is_refused() -> None:
    assert _said("run", mirrored=True) == "update repeats the choices of the run; leave out mirrored."
    assert _said("run", backbone="resnet18", seed=2, epochs=2) == (
        "update repeats the choices of the run; leave out backbone, seed, epochs."
    )
    assert "does not hold a run" in _said("new")
    assert "is a run of train" in _said(catseye.train("photos", "dense", epochs=1))
    assert "written into a folder" in _said(catseye.transfer("photos"))
    Path("run/pictures.csv").unlink()
    assert "run does not record which pictures it learned from" in _said("run")


@pytest.mark.usefixtures("folder")
def test_the_licence_of_the_earlier_pictures_is_not_lost() -> None:
    photos = catseye.load("photos")
    licensed = replace(photos, info=replace(photos.info, licence="CC BY-NC 4.0", citation="A. Nobody: Photos. 2026."))
    catseye.transfer(licensed, out="licensed")
    card = catseye.card(catseye.transfer("new", update="licensed", out="after")).to_json()
    assert card["data"]["licence"] == "CC BY-NC 4.0 (the earlier pictures); none stated (the added pictures)"
    assert card["data"]["citation"] == "A. Nobody: Photos. 2026."
