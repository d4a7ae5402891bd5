"""What messages of errors say."""

from __future__ import annotations

import errno
import re
import shlex
import traceback
from importlib import import_module
from inspect import isclass, isfunction
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import pytest

import catseye
from catseye.cli import main
from catseye.errors import CatseyeError, PictureError, UsageError, first_line, unknown, with_short_traceback

if TYPE_CHECKING:
    from collections.abc import Iterator
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


_ROOMS = ("", ".classifier", ".datasets", ".evaluation", ".insight", ".networks", ".quality", ".runs", ".training")
_OURS = re.compile(r"Raises\n\s+-+\n.*(Usage|Catseye|Picture)Error", re.DOTALL)


def _public_functions() -> Iterator[tuple[str, Any]]:
    """Yield the functions that packages export, and the methods of exported classes and of their bases."""
    for room in (*_ROOMS, ".transfer_learning"):
        package = import_module(f"catseye{room}")
        for name in package.__all__:
            offered = getattr(package, name)
            if isfunction(offered):
                yield f"{package.__name__}.{name}", offered
            for kind in offered.__mro__ if isclass(offered) else ():
                for own, method in vars(kind).items():
                    function = getattr(method, "__func__", method)
                    shown = not own.startswith("_") or own in ("__getitem__", "__missing__")
                    if kind.__module__.startswith("catseye") and isfunction(function) and shown:
                        yield f"{kind.__module__}.{kind.__name__}.{own}", function


def test_whatever_documents_an_error_raises_it_without_what_led_to_it() -> None:
    told = {name: function for name, function in _public_functions() if _OURS.search(function.__doc__ or "")}
    assert len(told) > 40
    long = [
        name
        for name, function in told.items()
        if not hasattr(function, "__wrapped__") and not getattr(function, "__isabstractmethod__", False)
    ]
    assert long == []


@pytest.mark.parametrize("name", ["x.pdf", "x", "no/x.png", "no/x.svg", "no/x.html", "no/x.gif"])
def test_a_file_that_cannot_be_written_is_a_sentence_before_any_drawing(name: str, tmp_path: Path) -> None:
    answer = catseye.convolve("1 2; 3 4", kernel="1")
    with pytest.raises(UsageError) as caught:
        answer.save(tmp_path / name)
    folder = tmp_path / "no"
    missing = f"{tmp_path / name} cannot be written: there is no folder {folder}. Create it first."
    wrong = f"the file must end in .png, .svg, .html or .gif; got {tmp_path / name}."
    assert str(caught.value) == (missing if "/" in name else wrong)
    assert len("".join(traceback.format_exception(caught.value)).splitlines()) <= 8
    with pytest.raises(UsageError, match="path must be a path; got None"):
        answer.save(None)  # type: ignore[arg-type]


def test_a_wrong_call_is_told_apart_from_a_fault_inside() -> None:
    @with_short_traceback
    def fail(count: int) -> int:
        return count + "1"  # type: ignore[operator]

    with pytest.raises(TypeError, match="unsupported operand"):
        fail(1)
    with pytest.raises(UsageError, match=r"^unknown option of fail: 'cuont'; did you mean count\?$"):
        fail(cuont=1)  # type: ignore[call-arg]


def test_a_longer_name_that_begins_alike_is_suggested_first() -> None:
    assert str(unknown("option", "all", ["label", "all_layers"])) == "unknown option 'all'; did you mean all_layers?"


def test_an_error_among_predictions_says_why_there_is_none() -> None:
    error = PictureError("a.png", "there is no such file")
    assert not hasattr(error, "class_name")
    with pytest.raises(
        AttributeError, match=r"^there is no class_name, because this is an error: a\.png: there is no such"
    ):
        error.class_name  # noqa: B018
    assert str(error) == "a.png: there is no such file"


@pytest.mark.parametrize(
    ("fault", "kind", "says"),
    [
        (
            OSError(errno.ENAMETOOLONG, "File name too long", "a" * 5000),
            UsageError,
            "^a{60}… cannot be used: this name",
        ),
        (
            PermissionError(errno.EACCES, "Permission denied", "/elsewhere/a"),
            CatseyeError,
            "^/elsewhere/a cannot be used: Permis",
        ),
        (OSError(errno.EIO, "Input/output error", b"\xff"), CatseyeError, "cannot be used: Input/output error"),
    ],
)
def test_what_the_system_says_of_a_file_is_an_error_of_ours(
    fault: OSError, kind: type[CatseyeError], says: str
) -> None:
    @with_short_traceback
    def fail() -> None:
        raise fault

    with pytest.raises(kind, match=says):
        fail()


def test_what_it_says_of_something_else_stays_what_it_is() -> None:
    @with_short_traceback
    def fail() -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    with pytest.raises(BrokenPipeError):
        fail()


@pytest.mark.parametrize("name", ["x" * 5000 + "/end.png", "one two " * 700 + "end.png"])
def test_a_name_of_thousands_of_letters_loses_its_middle_and_keeps_its_end(name: str) -> None:
    error = PictureError(name, "there is no such file")
    assert len(str(error)) < 900
    assert str(error).startswith(name[:50])
    assert str(error).endswith("end.png: there is no such file")
    assert error.picture == name
    assert len(str(unknown("data set", name, ["digits"]))) < 900
    path = "/home/ann/" + "folder/" * 60 + "1.png"  # 435 letters: a path that exists somewhere
    assert str(UsageError(path)) == path


@pytest.mark.parametrize("path", ["\ud800", "a/\udfff.png"])
def test_half_a_character_in_a_name_is_the_usual_error_wherever_it_is_met(path: str) -> None:
    @with_short_traceback
    def verb() -> None:
        path.encode()

    with pytest.raises(UsageError, match="holds half a character"):
        verb()
