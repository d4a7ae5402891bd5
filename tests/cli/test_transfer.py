"""``catseye transfer``, ``predict`` with a backbone, and ``check --labels``, as a person types them."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from catseye.cli import main
from tests.conftest import draw_folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with drawn photographs of two colours."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return draw_folder(tmp_path / "photos", {"red": 12, "blue": 12})


def status(line: str) -> int:
    return main(shlex.split(line))


@pytest.mark.slow
def test_from_a_folder_to_predictions(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "red" / "broken.jpg").write_bytes(b"no picture")
    assert status("transfer photos --out run") == 0
    said = capsys.readouterr()
    assert "note: 1 picture left out:\n  photos/red/broken.jpg: not a picture" in said.err
    assert "efficientnet_lite0: 24 pictures in " in said.out
    assert "cross-validated accuracy" in said.out
    assert "test accuracy 100.00 %" in said.out
    assert status("predict run photos/red/3.png photos/blue/3.png --json") == 0
    assert [answer["class"] for answer in json.loads(capsys.readouterr().out)] == ["red", "blue"]
    assert status("evaluate run photos") == 0
    assert status("summary run") == 0


@pytest.mark.slow
def test_json_is_one_document_with_what_is_promised(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "blue" / "broken.png").write_bytes(b"")
    assert status("transfer photos --mirrored --balanced --json") == 0
    result = json.loads(capsys.readouterr().out)
    assert result["backbone"]["name"] == "efficientnet_lite0"
    assert set(result["seconds"]) == {"total", "training", "extract", "head", "fine_tune"}
    assert result["features"]["pictures_per_second"] > 0
    assert result["validation"]["accuracy"] == result["test"]["accuracy"] == 1
    assert result["left_out"] == [{"picture": "photos/blue/broken.png", "reason": "the file is empty"}]
    assert result["run"] == "runs/photos-efficientnet_lite0"
    assert Path(result["classifier"]).is_file()
    assert Path(result["report"]).is_file()


@pytest.mark.parametrize(
    ("line", "says", "code"),
    [
        ("transfer photos --backbone resnet81", "did you mean resnet18", 2),
        ("transfer photos --weights none.pth", "there is no weight file none.pth", 2),
        ("transfer photos --epochs 3", "only for fine-tuning; add", 2),
        ("transfer photos --size medium", "--size must be small or best; got 'medium'", 2),
        ("transfer photos --size best --fine-tune", "--size must not be given with --fine-tune: a search", 2),
        ("transfer photos --time-limit -1", "--time-limit must be at least 0", 2),
        ("transfer photos --backbone resnet18+vgg11", "unknown backbone 'resnet18+vgg11'", 2),
        ("transfer nowhere", "unknown data set, folder or archive 'nowhere'", 2),
        ("predict efficientnet_lite9 photos", "did you mean the backbone efficientnet_lite4", 2),
        ("check photos --labels --backbone resnet81", "did you mean resnet18", 2),
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_makes_no_sense_is_said_in_a_line(
    line: str, says: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status(line) == code
    said = capsys.readouterr()
    assert says in said.err
    assert said.err.count("\n") <= 2
    assert "Traceback" not in said.err


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
def test_a_backbone_by_its_name_knows_imagenet(capsys: pytest.CaptureFixture[str]) -> None:
    assert status("predict efficientnet_lite0 photos/red/1.png --json") == 0
    (answer,) = json.loads(capsys.readouterr().out)
    assert len(answer["top"]) == 5
    assert status("summary efficientnet_lite0 --json") == 0
    assert json.loads(capsys.readouterr().out)["parameters"] == 4_652_008


@pytest.mark.slow
def test_check_finds_labels_that_are_wrong(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "red" / "7.png").rename(folder / "blue" / "wrong.png")
    assert status("check photos --labels --json") == 0
    findings = json.loads(capsys.readouterr().out)["findings"]
    (suspect,) = [finding for finding in findings if finding["kind"] == "suspect_label"]
    assert suspect["pictures"] == ["photos/blue/wrong.png"]


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
def test_compare_takes_runs_whose_head_was_solved(capsys: pytest.CaptureFixture[str]) -> None:
    assert status("transfer photos --out one") == 0
    assert status("compare one one -o compared.svg") == 0
    assert "efficientnet_lite0" in capsys.readouterr().out
    assert "95 % interval" in Path("compared.svg").read_text()


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
def test_a_search_says_what_it_tried(capsys: pytest.CaptureFixture[str]) -> None:
    assert status("transfer photos --size small --out run") == 0
    said = capsys.readouterr()
    assert "trying efficientnet_lite0, mirrored\n" in said.err
    assert "better by" in said.out
    assert " 1  efficientnet_lite0: " in said.out
    assert "The best of 2 tried without a limit of time and at no higher cost of a prediction" in said.out
    assert status("transfer photos --size small --resume --out run --json") == 0
    trials = json.loads(capsys.readouterr().out)["search"]["trials"]
    assert [trial["name"] for trial in trials] == ["efficientnet_lite0", "efficientnet_lite0, mirrored"]
    assert sum(trial["chosen"] for trial in trials) == 1
    assert all(trial["why"] and trial["seconds"] > 0 and trial["milliseconds"] > 0 for trial in trials)
