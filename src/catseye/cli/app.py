"""All verbs together, and what becomes of their errors."""

from __future__ import annotations

import io
import logging
import os
import re
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from catseye._version import __version__
from catseye.cli import (
    attack,
    check,
    compare,
    convolve,
    datasets,
    demo,
    evaluate,
    explain,
    ideal,
    info,
    maps,
    predict,
    reach,
    receptive_field,
    shifts,
    show,
    summary,
    train,
    transfer,
)
from catseye.cli.common import plain
from catseye.errors import CatseyeError, StoppedError

if TYPE_CHECKING:
    from collections.abc import Sequence

_CLICK_ERROR = typer.BadParameter.__mro__[2]  # typer gives its usage errors no public name in common
_DEBUG = "--debug"

app = typer.Typer(
    help="See what a convnet sees: train, judge and use picture classifiers on an ordinary computer.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for verb, words in (
    (demo.demo, "the tour, with no network: train, judge, report"),
    (datasets.datasets, "list what can be loaded by name"),
    (info.info, "describe a data set, without downloading it"),
    (check.check, "what is wrong with a folder of pictures"),
    (show.show, "draw a labelled grid of pictures"),
    (summary.summary, "show a network layer by layer"),
    (train.train, "from data to a classifier and its report"),
    (transfer.transfer, "from a few pictures to a classifier, by a pretrained backbone"),
    (reach.reach, "how far transfer reaches: accuracy by examples per class"),
    (compare.compare, "training curves of runs, side by side"),
    (evaluate.evaluate, "how far to trust a classifier"),
    (predict.predict, "what is on the pictures"),
    (attack.attack, "fool a classifier by a change that nobody sees"),
    (convolve.convolve, "a convolution by hand, step by step"),
    (receptive_field.receptive_field, "which part of a picture each layer of a network sees"),
    (maps.maps, "what the layers of a network make of a picture"),
    (explain.explain, "why this answer: which parts of a picture speak for a class"),
    (shifts.shifts, "accuracy on shifted pictures: dense against convolutional"),
    (ideal.ideal, "what a network takes for a perfect example of a class"),
):
    app.command(short_help=words)(verb)


def _version(asked: bool) -> None:
    if asked:
        print(f"catseye {__version__}")
        raise typer.Exit


@app.callback()
def catseye(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
    debug: Annotated[bool, typer.Option(_DEBUG, help="Show where an error came from.")] = False,
) -> None:
    """Look at both options before any verb."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 failed, 2 asked in a way that makes no sense."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = _DEBUG in words
    # A matrix may begin with a minus ("-1 0 1; 2 0 2"), which would make it an option.
    words = [f" {word}" if re.match(r"-[\d.].*[\s;]", word) else word for word in words if word != _DEBUG]
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    handler.addFilter(lambda record: record.levelno < logging.WARNING)  # warnings are notes too, which verbs tell
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may lack a letter that a name has
    log = logging.getLogger("catseye")
    log.handlers[:] = [handler]
    log.setLevel(logging.INFO)
    try:
        status = int(app(words, prog_name="catseye", standalone_mode=False) or 0)
        # Typer turns an interruption into the status that shells give to one.
        return _explained(StoppedError("stopped.")) if status == StoppedError.exit_status else status
    except BrokenPipeError:
        # Who reads our output (head, less) has had enough; Python would complain once more while closing it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if debug:
            raise
        return _explained(error)


def _explained(error: Exception) -> int:
    if isinstance(error, StoppedError):
        return _said(str(error), error.exit_status)
    if isinstance(error, CatseyeError):
        return _said(f"error: {error}", error.exit_status)
    if isinstance(error, _CLICK_ERROR):
        message = error.format_message()  # type: ignore[attr-defined]
        if type(error).__name__ == "NoArgsIsHelpError":
            return _said(message, 2)
        context = getattr(error, "ctx", None)
        where = context.command_path if context else "catseye"
        return _said(f"error: {message}\nSee {where} --help.", 2)
    reason = (str(error).splitlines() or [""])[0]
    return _said(
        f"error: {type(error).__name__}: {reason}\nThis was not foreseen; {_DEBUG} shows where it came from.",
        1,
    )


def _said(text: str, status: int) -> int:
    print(plain(text), file=sys.stderr)
    return status
