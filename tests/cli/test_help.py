"""What a command refuses before any work: empty texts, and texts that no path can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from catseye.cli import main

if TYPE_CHECKING:
    from pathlib import Path

_COMMANDS = [
    (["predict", "run", "{}"], "PICTURE"),
    (["predict", "{}", "1.png"], "CLASSIFIER"),
    (["predict", "run", "1.png", "--csv", "{}"], "--csv"),
    (["evaluate", "run", "{}"], "DATA"),
    (["sort", "run", "{}", "--into", "out"], "FOLDER"),
    (["sort", "run", ".", "--into", "{}"], "--into"),
    (["label-next", "run", "{}"], "FOLDER"),
    (["label-next", "run", ".", "-o", "{}"], "-o"),
    (["train", "{}"], "DATA"),
    (["train", "digits", "--out", "{}"], "--out"),
    (["train", "digits", "--network", "{}"], "--network"),
    (["transfer", "digits", "--weights", "{}"], "--weights"),
    (["check", "{}"], "DATA"),
    (["info", "digits", "--data-dir", "{}"], "--data-dir"),
    (["show", "digits", "--archives", "{}"], "--archives"),
    (["show", "digits", "-o", "{}"], "-o"),
    (["compare", "run", "{}"], "RUN"),
    (["summary", "{}"], "NETWORK"),
    (["explain", "run", "{}"], "PICTURE"),
    (["convolve", "{}"], "INPUT"),
]


@pytest.mark.parametrize(
    ("text", "says"), [("", "must not be empty"), ("a\0b", "zero"), ("\ud800", "half a character")]
)
@pytest.mark.parametrize(("words", "name"), _COMMANDS)
def test_no_argument_can_be_empty_or_hold_what_no_path_does(
    words: list[str],
    name: str,
    text: str,
    says: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([word.replace("{}", text) for word in words]) == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith(f"error: {name} ")
    assert says in said
    assert not list(tmp_path.iterdir())


def test_bytes_that_are_no_utf_8_are_a_path_like_any_other(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    name = b"\xff.csv".decode("utf-8", "surrogateescape")
    assert main(["info", str(tmp_path / name)]) == 2
    assert "there is no label file" in capsys.readouterr().err
