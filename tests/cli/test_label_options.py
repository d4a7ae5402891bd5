"""Every command that takes DATA takes label files and says where their labels are."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from catseye.cli import main
from tests.conftest import draw

COMMANDS = ("info", "show", "check", "train", "transfer", "reach", "evaluate", "shifts", "maps")


@pytest.fixture(autouse=True)
def _labelled(empty_folder: None) -> None:  # noqa: ARG001 (the folder to work in)
    """Work beside pictures of two colours and a table that has two columns of labels."""
    lines = ["image,mood,shade"]
    for number in range(24):
        is_red = number % 2
        draw(Path(f"images/{number}.png"), (220, 40, 40) if is_red else (40, 40, 220), seed=number)
        lines.append(f"{number}.png,{'angry' if is_red else 'calm'},{'dark' if number < 12 else 'light'}")
    Path("labels.csv").write_text("\n".join([*lines, "gone.png,calm,dark"]))


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run a command; return its status, stdout and stderr."""
    capsys.readouterr()
    status = main(words)
    return status, *capsys.readouterr()


def test_a_label_file_is_trained_on_evaluated_and_resumed(capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--file-column", "image", "--label-column", "mood")
    train = ("train", "labels.csv", *options, "--network", "dense", "--epochs", "3", "--out", "run")
    status, out, _ = run(capsys, *train, "--json")
    assert status == 0
    result = json.loads(out)
    assert result["left_out"] == [
        {"picture": "gone.png", "reason": "there is no such file (labels.csv, line 26)"},
    ]
    assert f"catseye evaluate run labels.csv {' '.join(options)}" in Path("run/report.html").read_text()
    status, out, error = run(capsys, "evaluate", "run", "labels.csv", *options, "--csv", "e.csv", "--all")
    assert status == 0
    assert "left out: gone.png" in error
    with Path("e.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["picture", "class", "predicted", "probability", "correct", "angry", "calm"]
    assert all((row["class"] == row["predicted"]) == (row["correct"] == "yes") for row in rows)
    assert all(float(row["probability"]) == max(float(row["angry"]), float(row["calm"])) for row in rows)
    assert run(capsys, *train, "--resume")[0] == 0
    other = [word if word != "mood" else "shade" for word in train]
    status, _, error = run(capsys, *other, "--resume")
    assert (status, error) == (
        2,
        "error: the run in run was started with label mood, not shade; choose another --out.\n",
    )


def test_a_row_a_picture(capsys: pytest.CaptureFixture[str]) -> None:
    train = ("train", "labels.csv", "--label-column", "mood", "--network", "dense", "--epochs", "3", "--out", "run")
    assert run(capsys, *train)[0] == 0
    Path("=cmd.png").write_bytes(b"")
    status, out, _ = run(capsys, "predict", "run", "images", "=cmd.png", "--csv", "p.csv", "--all")
    assert status == 1
    assert out.splitlines()[1] == "wrote p.csv"
    with Path("p.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["picture", "class", "probability", "error", "angry", "calm"]
    assert rows[-1] == dict.fromkeys(rows[0], "") | {"picture": "'=cmd.png", "error": "the file is empty"}
    assert len(rows) == 25
    status, _, error = run(capsys, "predict", "run", "images", "--csv", "p.csv")
    assert (status, error) == (2, "error: p.csv already exists; choose another name or use --force.\n")
    assert run(capsys, "predict", "run", "images", "--csv", "p.csv", "--force")[0] == 0
    assert Path("p.csv").read_text().startswith("picture,class,probability,error\n")
    assert "needs --csv" in run(capsys, "predict", "run", "images", "--all")[2]
    status, _, error = run(capsys, "predict", "run", "images/0.png", "--csv", "images/0.png", "--force")
    assert (status, "would be overwritten" in error) == (2, True)
    status, out, _ = run(capsys, "sort", "run", "images", "--into", "sorted")
    assert "next: catseye sort run images --into sorted --copy" in out
    assert not Path("sorted").exists()
    assert run(capsys, "sort", "run", "images", "--into", "sorted", "--copy")[0] == 0
    assert len(list(Path("sorted").rglob("*.png"))) == 24


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_asks_which_column_is_meant(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = [command, "labels.csv"]
    if command in ("evaluate", "maps"):
        words.insert(1, "efficientnet_lite0")
    if command == "maps":
        words[2:] = ["--data", "labels.csv", "--layer", "stem", "--channel", "0"]
    status, _, error = run(capsys, *words)
    assert status == 2
    assert "several columns could be the labels: mood (2 different values), shade (2" in error
    status, _, error = run(capsys, *words, "--label-column", "moood")
    assert (status, "unknown column of labels.csv 'moood'; did you mean mood?" in error) == (2, True)


def test_what_is_said_next_has_the_options(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "show", "labels.csv", "--label-column", "mood")
    assert "next: catseye train labels.csv --label-column mood --out runs/labels" in out
    assert "next: catseye train images --label-from" not in out
    assert "needs it" in run(capsys, "maps", "efficientnet_lite0", "images/0.png", "--label-column", "mood")[2]


@pytest.mark.parametrize(
    "words", [["predict", "run", "x.png"], ["sort", "run", "x", "--into", "y"], ["evaluate", "run", "x"]]
)
def test_a_table_does_not_go_to_standard_output(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Else it would become a file called -."""
    expected = "error: --csv needs the name of a file; to print the answers to standard output, use --json.\n"
    assert (main([*words, "--csv", "-"]), capsys.readouterr().err) == (2, expected)


def test_two_answers_do_not_go_into_one_file(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, error = run(capsys, "predict", "run", "a.png", "-o", "x.png", "--csv", "x.png")
    assert (status, error) == (
        2,
        "error: -o and --csv name the same file, x.png; choose another name for one of them.\n",
    )
