"""What messages of errors say."""

from __future__ import annotations

import shlex
import traceback
from operator import attrgetter
from typing import TYPE_CHECKING

import pytest

import catseye
from catseye.cli import main
from catseye.errors import CatseyeError, UsageError, first_line, unknown

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("error", "line"),
    [(ValueError("one\ntwo"), "one"), (EOFError(), "EOFError"), (ValueError("\ntwo"), "ValueError")],
)
def test_the_first_line_is_never_empty(error: Exception, line: str) -> None:
    assert first_line(error) == line


def test_an_unknown_name_comes_with_similar_ones_or_with_all() -> None:
    assert (
        str(unknown("network", "convent", ["dense", "convnet"])) == "unknown network 'convent'; did you mean convnet?"
    )
    assert str(unknown("split", "x", ["train", "test"])) == "unknown split 'x'; available: train, test."


@pytest.mark.parametrize(
    ("verb", "argument", "command"),
    [
        ("load", "mnits", "info mnits"),
        ("train", "nothing", "train nothing"),
        ("Classifier.load", "efficientnet_lit0", "predict efficientnet_lit0 a.png"),
        ("summary", "convnot", "summary convnot"),
    ],
)
def test_in_python_an_error_ends_in_the_commands_sentence_without_what_led_to_it(
    verb: str, argument: str, command: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    call = attrgetter(verb)(catseye)
    with pytest.raises(UsageError) as caught:
        call(argument)
    printed = "".join(traceback.format_exception(caught.value)).splitlines()
    assert len(printed) <= 8
    assert main([*shlex.split(command), *(["--out", str(tmp_path / "r")] if "train" in command else [])]) == 2
    sentence = capsys.readouterr().err.removeprefix("error: ")
    assert printed[-1] == f"catseye.errors.UsageError: {sentence.rstrip()}"


def test_what_led_to_an_error_can_still_be_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "broken.safetensors"
    file.write_bytes(b'\x08\0\0\0\0\0\0\0{"a": 1}')
    with pytest.raises(CatseyeError, match="not a Catseye classifier") as caught:
        catseye.Classifier.load(file)
    assert caught.value.__suppress_context__
    assert isinstance(caught.value.__context__, KeyError)
