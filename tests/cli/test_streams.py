"""The command with streams that are closed, full or abandoned, and with names that no file can have."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

import pytest

from catseye.cli import main

FULL = Path("/dev/full")
SAID = "error: the output cannot be written: No space left on device.\n"
COMMAND = f"{sys.executable} -c 'import sys; from catseye.cli import main; sys.exit(main())'"

pytestmark = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")


def shell(line: str) -> tuple[int, str, str]:
    """Return the exit status, stdout and stderr of a line of a shell, in which CATSEYE is the command."""
    done = subprocess.run(
        ["sh", "-c", line.replace("CATSEYE", COMMAND)], capture_output=True, text=True, timeout=300, check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("words", ["--help", "--version", "datasets", "datasets --json", "train --help"])
def test_an_output_that_cannot_be_written_is_one_line(
    words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with FULL.open("w") as full:
        monkeypatch.setattr("sys.stdout", full)
        assert main(words.split()) == 1
    assert capsys.readouterr().err == SAID


@pytest.mark.parametrize("words", ["--help", "--version", "datasets", "datasets --json"])
def test_nothing_is_written_where_there_is_no_stdout(
    words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout", None)
    assert main(words.split()) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("where", ["2>&-", "2>/dev/full"])
def test_errors_that_nobody_can_read_keep_their_exit_status(where: str) -> None:
    assert shell(f"CATSEYE info no/such/folder {where}") == (2, "", "")


def test_whoever_reads_only_the_beginning_gets_that_and_no_word_more() -> None:
    status, out, err = shell("{ CATSEYE datasets; echo $? >&2; } | sed -n 2q")
    assert (status, out, err) == (0, "", "0\n") or (status, out, err) == (0, "", "1\n")


def test_a_pipe_that_nobody_reads_is_no_error(capfd: pytest.CaptureFixture[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(["sh", "-c", f"{COMMAND} datasets"], stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
@pytest.mark.usefixtures("empty_folder")
@pytest.mark.parametrize("streams", ["2>/dev/full", ">&- 2>&-", "<&- >&- 2>&-"])
def test_a_training_does_not_end_because_nobody_can_read_how_it_goes(streams: str) -> None:
    status, _, err = shell(f"CATSEYE train digits --epochs 1 --out run {streams}")
    assert (status, err) == (0, "")
    assert Path("run/classifier.safetensors").is_file()
    assert "</html>" in Path("run/report.html").read_text("utf-8")


@pytest.mark.slow
@pytest.mark.usefixtures("empty_folder")
def test_a_training_is_saved_although_its_result_cannot_be_printed() -> None:
    status, _, err = shell("CATSEYE train digits --epochs 1 --out run >/dev/full")
    assert (status, err.splitlines(keepends=True)[-1]) == (1, SAID)
    assert Path("run/classifier.safetensors").is_file()


@pytest.mark.parametrize("columns", ["0", "-1", "many", "1"])
def test_no_width_breaks_a_table(columns: str, digit: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", columns)
        assert main(["predict", "run", "digit.png"]) == 0
    said = capfd.readouterr().out
    lines = said.splitlines()
    rule = next(place for place, line in enumerate(lines) if "─" in line)
    rows = list(takewhile(str.strip, lines[rule + 1 :]))
    assert "".join(line[1:].split("  ")[0] for line in rows) == "digit.png"  # wrapped, not cut
    assert f" {digit} " in said
    assert columns != "1" or max(map(len, lines[: rule + 1 + len(rows)])) == 40


def test_a_name_is_one_line_and_commands_no_terminal(digit: str, capfd: pytest.CaptureFixture[str]) -> None:
    names = ["new\nline.png", "right\u202eleft.png", "red\x1b[31m.png"]
    for name in names:
        Path(name).write_bytes(Path("digit.png").read_bytes())
    assert main(["predict", "run", *names, "mis\nsing.png"]) == 1
    out, err = capfd.readouterr()
    rows = [line.split() for line in takewhile(str.strip, out.splitlines()[3:])]
    assert [row[:2] for row in rows] == [
        [r"new\nline.png", digit],
        [r"right\u202eleft.png", digit],
        [r"red\x1b[31m.png", digit],
        [r"mis\nsing.png", "error"],
    ]
    assert err == ""
    assert main(["predict", "r\nun", "digit.png"]) == 2
    assert capfd.readouterr().err == "error: there is no classifier at r\\nun.\n"
    assert main(["predict", "run", "digit.png", "-o", "no\n/a.png"]) == 2
    assert len(capfd.readouterr().err.splitlines()) == 1
    assert main(["predict", "run", "digit.png", "-o", "o\nut.png"]) == 0
    assert r"wrote o\nut.png" in capfd.readouterr().out.splitlines()


def test_a_name_too_long_for_a_file_costs_no_answer_of_the_others(
    digit: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", "run", "digit.png", "a" * 5000, "digit.png"]) == 1
    out, _ = capfd.readouterr()
    assert sum(line.split()[:2] == ["digit.png", digit] for line in out.splitlines()) == 2
    assert "File name too long" in out
    assert len(out) < 4000


LONG = "a" * 5000


@pytest.mark.parametrize(
    "words",
    [
        ["predict", LONG, "digit.png"],
        ["summary", LONG],
        ["train", LONG],
        ["train", "digits", "--network", LONG],
        ["train", "digits", "--out", LONG],
        ["train", "digits", "--data-dir", LONG],
        ["transfer", "digits", "--weights", LONG],
        ["check", LONG],
        ["info", LONG],
        ["show", "digits", "-o", f"{LONG}.png"],
        ["evaluate", "run", LONG],
        ["compare", LONG, "run"],
        ["explain", "run", LONG],
        [LONG],
    ],
)
@pytest.mark.usefixtures("digit")
def test_such_a_name_is_a_short_error_anywhere(words: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert main(words) in (1, 2)
    out, err = capfd.readouterr()
    said = [line for line in err.splitlines() if not line.startswith("note: ")]
    assert (out, said[0].startswith("error: "), len(said) <= 2) == ("", True, True)
    assert "bug in Catseye" not in err
    assert max(map(len, said)) < 1000
