"""Every verb, as a person types it: what it prints, its status, its files."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

import catseye
from catseye.cli import main
from catseye.errors import UsageError
from tests.conftest import draw_folder
from tests.datasets.catalogue.test_oxford_iiit_pet import pack as pack_pets

if TYPE_CHECKING:
    from catseye.runs.run import Run


class Said:
    """What a command said, and its status."""

    def __init__(self, status: int, out: str, error: str) -> None:
        self.status, self.out, self.error = status, out, error

    @property
    def json(self) -> Any:
        """The one document on stdout."""
        return json.loads(self.out)


class Shell:
    """Runs commands in this process."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def __call__(self, line: str) -> Said:
        self._capture.readouterr()
        status = main(shlex.split(line))
        return Said(status, *self._capture.readouterr())


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Run commands in an empty folder, on a terminal of 80 columns."""
    catseye.load("digits")  # so that no command says that it prepares them
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return Shell(capsys)


def test_help_names_every_verb(run: Shell) -> None:
    said = run("--help")
    assert said.status == 0
    for verb in (
        "demo",
        "doctor",
        "datasets",
        "info",
        "show",
        "check",
        "summary",
        "train",
        "transfer",
        "reach",
        "compare",
        "evaluate",
        "predict",
        "sort",
        "label-next",
        "convert",
        "tensors",
        "convolve",
        "pool",
        "convolve-functions",
        "equivariance",
        "hierarchy",
        "receptive-field",
        "maps",
        "ideal",
        "attack",
        "explain",
        "shifts",
    ):
        assert f"  {verb}" in said.out
        assert run(f"{verb} --help").status == 0
    assert run("--version").out == f"catseye {catseye.__version__}\n"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("trian mnist", "No such command 'trian'. Did you mean 'train', 'transfer'?\nSee catseye --help."),
        ("train", "Missing argument 'DATA'.\nSee catseye train --help."),
        ("train digits --epochs many", "'--epochs'"),
        ("train digits --epochs 0", "epochs must be between 1 and 100,000; got 0."),
        ("train digits --lr 0", "--lr must be above 0"),
        ("train digits --network convent", "unknown network 'convent'; did you mean convnet"),
        ("train digits --network convnet", "too small for the network: layer 4, pool: its window reaches over 2×2"),
        ("train digits --network convnet", "The smallest is 18×18. The network small_convnet takes smaller ones."),
        ("train digits --size 0", "picture sides are 1 to 4096 pixels; got 0×0."),
        ("train digits --size big", "expected HxW as numbers"),
        ("train digits --recipe lessons", "the recipe must be default, lesson or the path"),
        ("train mnits", "did you mean mnist"),
        ("info mnits", "did you mean mnist"),
        ("info mnist:9.*.*", "mnist has no version 9.*.*; there is 1.0.0."),
        ("show digits --split trian", "unknown split 'trian'; did you mean train?"),
        ("show digits -o grid.gif", "-o must end in .png, .svg or .html; got grid.gif."),
        ("show digits -o no/grid.png", "there is no folder no."),
        ("show digits --label species", "unknown label 'species'; available: label."),
        ("show digits --count 0", "count must be between 1 and 400; got 0."),
        ("show digits --archives nowhere", "there is no folder nowhere"),
        ("summary convnet --shape 28x28", "expected HxWxC as numbers, e.g. 28x28x1; got '28x28'."),
        (
            "summary convnet --shape 10x10x1",
            "layer 5, conv 128: its window reaches over 3×3 values, but only 1×1 reach it.",
        ),
        ("summary nonet", "unknown network 'nonet'"),
        ("train digits[:2%]", "a split of digits is stated by itself: give digits, with --split 'train[:2%]'."),
        ("transfer digits:train[:9]", "give digits, with --split 'train[:9]'."),
        ("train digits --split trian", "unknown split 'trian'; did you mean train?"),
        ("evaluate nowhere digits", "there is no classifier at nowhere"),
        ("predict nowhere a.png", "there is no classifier at nowhere"),
        ("compare nowhere", "nowhere does not hold a run."),
    ],
)
def test_what_makes_no_sense_has_status_2_and_at_most_two_lines(run: Shell, line: str, says: str) -> None:
    said = run(line)
    assert said.status == 2
    assert said.out == ""
    assert says in said.error
    assert said.error.startswith("error: ")
    assert len(said.error.splitlines()) <= 2
    assert not list(Path().glob("*.png"))


def test_an_unforeseen_fault_is_two_lines_and_debug_shows_it(run: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("of a kind that nobody thought of\nand a second line")

    monkeypatch.setattr("catseye.datasets.loading.find", fault)
    said = run("info digits")
    assert said.status == 1
    assert said.error.startswith("error: ZeroDivisionError: of a kind that nobody thought of\nThis is a bug")
    assert len(said.error.splitlines()) == 2
    with pytest.raises(ZeroDivisionError):
        main(["info", "digits", "--debug"])


def test_being_stopped_is_said_without_a_traceback(run: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("catseye.datasets.loading.find", stop)
    said = run("info digits")
    assert (said.status, said.error) == (130, "stopped.\n")


@pytest.mark.slow
def test_a_reader_that_has_had_enough_is_no_error() -> None:
    line = f"{sys.executable} -m catseye summary convnet --json | head -c 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_datasets(run: Shell) -> None:
    rows = {row["name"]: row for row in run("datasets --json").json}
    assert set(rows) == {"digits", "mnist", "fashion_mnist", "kmnist", "cats_vs_dogs", "oxford_iiit_pet"}
    assert set(rows["mnist"]) == {"name", "description", "classes", "splits", "prepared"}
    assert rows["mnist"]["splits"] == {"train": 60_000, "test": 10_000}
    catseye.load("digits", data_dir="home")
    prepared = {row["name"]: row["prepared"] for row in run("datasets --json --data-dir home").json}
    assert {name for name, ready in prepared.items() if ready} == {"digits"}
    assert "Cursive" in run("datasets").out


def test_info(run: Shell) -> None:
    found = run("info mnist --json").json
    assert found["splits"] == {"train": 60_000, "test": 10_000}
    assert found["features"]["image"] == {"shape": [28, 28, 1], "type": "uint8"}
    assert found["versions"] == ["1.0.0"]
    said = run("info fashion_mnist")
    assert "Ankle boot" in said.out
    assert "MIT" in said.out
    draw_folder(Path("photos"), {"cat": 5, "dog": 5})
    assert run("info photos --json").json["classes"] == ["cat", "dog"]


@pytest.mark.slow
def test_show(run: Shell) -> None:
    assert run("show digits --split test[:50] -o d.png --count 12").status == 0
    with Image.open("d.png") as image:
        assert image.width > 300
    before = Path("d.png").read_bytes()
    assert "use --force" in run("show digits -o d.png").error
    assert Path("d.png").read_bytes() == before
    assert run("show digits -o d.png --force").status == 0
    assert Path("d.png").read_bytes() != before
    assert run("show digits -o d.svg").status == 0


def test_summary(run: Shell, digits_run: Run) -> None:
    said = run("summary convnet")
    assert all(len(line) <= 80 for line in said.out.splitlines())
    assert "104,202" in said.out
    assert run("summary convnet --json").json["parameters"] == 104_202
    assert run("summary dense --shape 32x32x3 --classes 7 --json").json["parameters"] == 3072 * 512 + 512 + 512 * 7 + 7
    assert run(f"summary {digits_run.folder} --json").json["network"] == "small_convnet"


@pytest.mark.slow
def test_train_evaluate_predict(run: Shell) -> None:
    draw_folder(Path("photos"), {"cat": 30, "dog": 30})
    Path("photos/cat/broken.png").write_bytes(b"")
    said = run("train photos --network dense --epochs 5 --out r --json")
    assert said.status == 0
    assert said.json["test"]["accuracy"] == 1.0
    assert said.json["left_out"] == [{"picture": "photos/cat/broken.png", "reason": "the file is empty"}]
    assert "epoch 5/5" in said.error
    assert all(len(line) <= 80 for line in said.error.splitlines() if line.startswith("epoch"))
    assert "recipe: default, except epochs 5 (all options: r/recipe.json)" in said.error

    numbers = run("evaluate r photos --json").json
    assert numbers["accuracy"] == 1.0
    assert numbers["confusion"] == [[6, 0], [0, 6]]
    said = run("evaluate r photos --split train[:10]")
    assert "photos (train[:10]): 10 pictures" in said.out
    assert "photos/cat/broken.png: the file is empty" in said.error

    said = run("predict r photos/cat/0.png nowhere.png photos/dog/1.png --json")
    assert said.status == 1
    first, second, third = said.json
    assert set(first) == {"picture", "class", "probability", "calibrated", "top", "unfamiliarity", "unfamiliar"}
    assert (first["class"], third["class"]) == ("cat", "dog")
    assert first["top"][0] == {"class": "cat", "probability": first["probability"]}
    assert second == {"picture": "nowhere.png", "error": "there is no such file"}
    assert run("predict r photos/cat/0.png").status == 0
    assert "there is no such file" in run("predict r photos/cat/0.png nowhere.png").out
    assert len(run("predict r photos/dog --json").json) == 30

    assert run("train photos --network dense --epochs 5 --out r").status == 2
    assert run("train photos --network dense --epochs 5 --out r --resume").status == 0
    assert "test accuracy 100.00 %" in run("train photos --out r --resume").out


@pytest.mark.slow
def test_evaluate_draws_confusion_and_calibration(run: Shell, digits_run: Run, tmp_path: Path) -> None:
    figure = tmp_path / "digits.svg"
    said = run(f"evaluate {digits_run.folder} digits -o {figure}")
    assert said.status == 0
    assert "confusion" in said.out
    assert said.out.endswith(f"wrote {figure}\nnext: catseye explain {digits_run.folder} PICTURE\n")
    assert "calibration" in figure.read_text("utf-8").lower()
    assert run(f"evaluate {digits_run.folder} digits -o {figure}").status == 2  # not written over


@pytest.mark.slow
def test_pictures_are_labelled_by_what_is_asked_for(run: Shell, tmp_path: Path) -> None:
    where = f"oxford_iiit_pet --archives {pack_pets(tmp_path)} --data-dir home"
    said = run("info oxford_iiit_pet --json").json
    assert said["features"]["species"]["classes"] == ["cat", "dog"]
    assert run("info cats_vs_dogs --json").json["features"]["image"]["shape"] == [None, None, 3]
    assert not Path("home").exists()
    assert run(f"show {where} --label species -o s.svg").status == 0
    assert ">dog<" in Path("s.svg").read_text()

    train = f"train {where} --network dense --size 8 --epochs 1 --validation 0"
    assert run(f"{train} --label species --out r").status == 0
    assert catseye.Classifier.load("r").classes == ("cat", "dog")
    assert run(f"evaluate r {where} --label species --json").json["classes"] == ["cat", "dog"]
    assert run(f"evaluate r {where}").status == 2
    assert run(f"{train} --out r --resume").status == 0
    assert "started with label species, not label" in run(f"{train} --label label --out r --resume").error


def test_a_loss_that_is_not_finite_has_status_1(run: Shell) -> None:
    said = run("train digits --optimizer sgd --lr 1000 --schedule constant --epochs 2 --out r")
    assert said.status == 1
    assert "no longer finite" in said.error
    assert "smaller learning rate" in said.error
    assert said.out == ""


@pytest.mark.slow
def test_compare_shows_parameters_and_gaps_and_draws_curves(run: Shell, digits_run: Run) -> None:
    run("train digits --network dense --epochs 2 --out dense")
    said = run(f"compare dense {digits_run.folder} -o curves.png")
    assert said.status == 0
    assert "gap" in said.out
    assert re.search(r"\d points ", said.out)
    assert Path("curves.png").stat().st_size > 10_000
    compared = run(f"compare dense {digits_run.folder} --json").json
    assert [row["network"] for row in compared["runs"]] == ["dense", "small_convnet"]
    assert (compared["same_data"], len(compared["differences"])) == (True, 1)


@pytest.mark.slow
def test_demo_goes_the_whole_way_without_a_network(run: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a minute that is worth it: everything at once, as a newcomer first sees it."""

    def closed(*_: Any, **__: Any) -> None:
        raise AssertionError("the demo asked for the network")

    monkeypatch.setattr("socket.socket.connect", closed)
    Path("catseye-demo").mkdir()  # somebody's: the demo takes another name
    said = run("demo")
    assert said.status == 0
    assert "Then try" in said.out
    assert not list(Path("catseye-demo").iterdir())
    folder = Path("catseye-demo-2")
    assert (folder / "report.html").exists()
    page = (folder / "tour.html").read_text()
    assert [page.count(f'id="stop{number}"') for number in range(1, 9)] == [1] * 7 + [0]
    assert page.count("<svg") == 8  # two curves at the first stop
    assert re.search(r"Fooled: .+ \(\d+\.\d %\) → tabby", page)
    for linked in re.findall(r'href="([a-z-]+\.html)"', page):
        assert (folder / linked).exists()


def test_names_and_errors_cannot_command_the_terminal(run: Shell) -> None:
    said = run("info '\x1b[31mred'")
    assert "\x1b" not in said.error
    assert r"\x1b[31mred" in said.error
    draw_folder(Path("photos"), {"a": 3, "b": 3})
    Path("photos/a/\x1b[31m.png").write_bytes(b"")
    said = run("info photos")
    assert r"photos/a/\x1b[31m.png: the file is empty" in said.out
    assert "\x1b" not in said.out + said.error


def test_info_says_what_is_wrong_with_a_folder(run: Shell) -> None:
    draw_folder(Path("photos"), {"a": 3, "b": 3})
    Path("photos/a/broken.png").write_bytes(b"")
    found = run("info photos --json").json
    assert found["left_out"] == [{"picture": "photos/a/broken.png", "reason": "the file is empty"}]
    assert "no test split came" in found["notes"][0]
    assert run("info photos --strict").status == 1


@pytest.mark.slow
def test_a_stdout_without_the_letters_is_no_error() -> None:
    for line in ("info digits", "info digits --json"):
        command = [sys.executable, "-m", "catseye", *line.split()]
        done = subprocess.run(command, capture_output=True, env=os.environ | {"PYTHONIOENCODING": "ascii"}, check=True)
        assert done.stdout


def test_predicting_a_split_shows_the_true_classes(run: Shell, digits_run: Run) -> None:
    said = run(f"predict {digits_run.folder} digits --split test[:3] --json").json
    labels = [str(label) for label in catseye.load("digits")["test[:3]"].labels]
    assert [one["true_class"] for one in said] == labels
    assert "true class" in run(f"predict {digits_run.folder} digits --split test[:3]").out
    for words, error in (
        ("digits", "digits is a data set: to predict its pictures, give it alone, with --split 'test[:20]'."),
        ("a.png --label species", "--label is for the pictures of a data set, and needs --split."),
        ("a.png --label-column c", "--label-column is for the pictures of a data set, and needs --split."),
        ("digits mnist --split test", "--split is for one data set; got 2: digits, mnist."),
        ("digits --split tset", "unknown split 'tset'; did you mean test?"),
    ):
        failed = run(f"predict {digits_run.folder} {words}")
        assert (failed.status, failed.error.strip()) == (2, f"error: {error}")


def test_an_empty_folder_to_predict_is_said(run: Shell, digits_run: Run) -> None:
    Path("empty").mkdir()
    said = run(f"predict {digits_run.folder} empty")
    assert (said.status, said.error) == (2, "error: empty holds no pictures.\n")


def test_two_runs_of_one_name_are_both_drawn(run: Shell, digits_run: Run) -> None:
    for place in ("one", "two"):
        shutil.copytree(str(digits_run.folder), Path(place) / "run")
    assert run("compare one/run two/run -o c.svg").status == 0
    assert ">one/run: small_convnet<" in Path("c.svg").read_text()
    assert ">two/run: small_convnet<" in Path("c.svg").read_text()


def test_debug_shows_where_an_error_of_ours_arose() -> None:
    with pytest.raises(UsageError) as caught:
        main(["summary", "convnot", "--debug"])
    assert caught.traceback[-1].name == "definition"  # the function that knows no such network
    assert main(["summary", "convnot"]) == 2
