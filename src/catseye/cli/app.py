"""The command: all verbs, and how errors are reported."""

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
from catseye.cli.common import escape_control_characters
from catseye.errors import CatseyeError, StoppedError, first_line

if TYPE_CHECKING:
    from collections.abc import Sequence

_CLICK_ERROR = typer.BadParameter.__mro__[2]  # typer gives its usage errors no public name in common
_DEBUG = "--debug"
_HELP_WIDTH = 100

app = typer.Typer(
    help="See what a convnet sees: train, evaluate and use picture classifiers on an ordinary computer.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": _HELP_WIDTH},
)
for verb, words in (
    (demo.demo, "Take the offline tour: train, evaluate, look inside."),
    (datasets.datasets, "List the data sets that can be loaded by name."),
    (info.info, "Describe a data set, without downloading it."),
    (check.check, "Find problems in a folder of pictures."),
    (show.show, "Draw a grid of labelled pictures."),
    (summary.summary, "Show a network layer by layer."),
    (train.train, "Train a classifier and write a report."),
    (transfer.transfer, "Train a classifier on a pretrained backbone, from few pictures."),
    (reach.reach, "Compare transfer and training from scratch on few examples."),
    (compare.compare, "Compare runs: accuracy and training curves."),
    (evaluate.evaluate, "Measure a classifier on labelled pictures."),
    (predict.predict, "Classify pictures."),
    (attack.attack, "Fool a classifier with an imperceptible change."),
    (convolve.convolve, "Show a convolution step by step."),
    (receptive_field.receptive_field, "Show which part of a picture each layer sees."),
    (maps.maps, "Draw the feature maps of a network's layers."),
    (explain.explain, "Show which parts of a picture support a class."),
    (shifts.shifts, "Compare dense and convolutional networks on shifted pictures."),
    (ideal.ideal, "Generate pictures that a network is most confident about."),
):
    app.command(short_help=words)(verb)


def _print_version(asked: bool) -> None:
    if asked:
        print(f"catseye {__version__}")
        raise typer.Exit


@app.callback()
def catseye(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
    debug: Annotated[bool, typer.Option(_DEBUG, help="Show the traceback of an error.")] = False,
) -> None:
    """Handle the options that come before any verb."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0: success; 1: failure; 2: invalid usage; 130: stopped."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = _DEBUG in words
    # A matrix may begin with a minus ("-1 0 1; 2 0 2"), which would make it an option.
    words = [f" {word}" if re.match(r"-[\d.].*[\s;]", word) else word for word in words if word != _DEBUG]
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    handler.addFilter(lambda record: record.levelno < logging.WARNING)  # warnings are notes, which verbs print
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may not support every letter of a name
    log = logging.getLogger("catseye")
    log.handlers[:] = [handler]
    log.setLevel(logging.INFO)
    try:
        status = int(app(words, prog_name="catseye", standalone_mode=False) or 0)
        # Typer turns an interruption into the exit status that shells use for it.
        return _report_error(StoppedError("stopped.")) if status == StoppedError.exit_status else status
    except BrokenPipeError:
        # The reader of our output (head, less) has closed it; Python would complain again while flushing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if debug:
            raise
        return _report_error(error)


def _report_error(error: Exception) -> int:
    if isinstance(error, StoppedError):
        return _print_error(str(error), error.exit_status)
    if isinstance(error, CatseyeError):
        return _print_error(f"error: {error}", error.exit_status)
    if isinstance(error, _CLICK_ERROR):
        message = error.format_message()  # type: ignore[attr-defined]
        if type(error).__name__ == "NoArgsIsHelpError":
            return _print_error(message, 2)
        context = getattr(error, "ctx", None)
        where = context.command_path if context else "catseye"
        return _print_error(f"error: {message}\nSee {where} --help.", 2)
    name = type(error).__name__
    what = f"{name}: {first_line(error)}" if str(error) else name
    return _print_error(f"error: {what}\nThis is a bug in Catseye; {_DEBUG} shows the traceback.", 1)


def _print_error(text: str, status: int) -> int:
    print(escape_control_characters(text), file=sys.stderr)
    return status
