"""The command: all verbs, and how errors are reported."""

from __future__ import annotations

import logging
import re
import sys
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catseye._version import __version__
from catseye.cli.common import escape_control_characters, escape_line, shorten_names
from catseye.cli.help import Verbs
from catseye.cli.option_names import say_options
from catseye.cli.streams import open_closed_descriptors, standard_streams
from catseye.errors import CatseyeError, StoppedError, first_line, from_system, missing_package, whole_tracebacks
from catseye.inference.openvino_plugin import without_converter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from threading import Event

_CLICK_ERROR = typer.BadParameter.__mro__[2]  # typer gives its usage errors no public name in common
_DEBUG = "--debug"
_HELP_WIDTH = 100
VERBS: dict[str, tuple[tuple[str, str], ...]] = {
    "Start here": (
        ("demo", "Take the offline tour: train, evaluate, look inside."),
        ("doctor", "Report what is installed, and test it."),
    ),
    "Data": (
        ("datasets", "List the data sets that can be loaded by name."),
        ("info", "Describe a data set, without downloading it."),
        ("show", "Draw a grid of labelled pictures."),
        ("check", "Find problems in a folder of pictures."),
    ),
    "Learn": (
        ("train", "Train a classifier and write a report."),
        ("transfer", "Train on a pretrained backbone, from few pictures."),
        ("compare", "Compare runs: accuracy and training curves."),
        ("reach", "Compare transfer with training from scratch."),
        ("shifts", "Measure networks on shifted pictures."),
    ),
    "Use": (
        ("predict", "Classify pictures."),
        ("evaluate", "Measure a classifier on labelled pictures."),
        ("sort", "Sort pictures into folders by their predicted classes."),
        ("label-next", "Choose which pictures to label next."),
        ("serve", "Serve predictions over HTTP."),
        ("drift", "Compare served pictures with the training pictures."),
        ("export", "Export a classifier to ONNX, OpenVINO, PyTorch or Keras."),
        ("convert", "Read and write the files of Keras and PyTorch."),
        ("card", "Write a classifier's model card."),
        ("push", "Push a classifier to a Hugging Face repository."),
        ("pull", "Pull a classifier from a Hugging Face repository."),
    ),
    "Look inside": (
        ("summary", "Show a network layer by layer."),
        ("tensors", "Show the arrays and numbers of a picture."),
        ("convolve", "Show a convolution step by step."),
        ("pool", "Show pooling step by step, and compare its kinds."),
        ("convolve-functions", "Show convolution as an integral."),
        ("receptive-field", "Show which part of a picture each layer sees."),
        ("maps", "Draw the feature maps of a network's layers."),
        ("equivariance", "Show how a feature map moves along with an object."),
        ("explain", "Show which parts of a picture support a class."),
        ("hierarchy", "Show edges, textures, parts and a class in one figure."),
        ("ideal", "Generate the picture that a network is surest of."),
        ("attack", "Fool a classifier with an imperceptible change."),
    ),
}

Verbs.groups = VERBS
app = typer.Typer(
    cls=Verbs,
    help="See what a convnet sees: train, evaluate and use picture classifiers on an ordinary computer.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": _HELP_WIDTH},
)


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


def run_command(arguments: Sequence[str] | None, interrupted: Event) -> int:
    """Run one command and return its exit status: 0: success; 1: failure; 2: invalid usage; 130: stopped.

    ``interrupted`` is set when the user stops the command: a library may make another error of that.
    """
    open_closed_descriptors()
    with standard_streams(), without_converter():
        return _run(list(sys.argv[1:] if arguments is None else arguments), interrupted)


def _run(words: list[str], interrupted: Event) -> int:
    debug = _DEBUG in words
    # A matrix may begin with a minus ("-1 0 1; 2 0 2"), which would make it an option.
    words = [f" {word}" if re.match(r"-[\d.].*[\s;]", word) else word for word in words if word != _DEBUG]
    log = logging.getLogger("catseye")
    log.handlers[:] = [_log_handler()]
    log.setLevel(logging.INFO)
    before = whole_tracebacks.set(debug)
    try:
        with _without_remarks_of_libraries():
            status = int(app(words, prog_name="catseye", standalone_mode=False) or 0)
        # Typer turns an interruption into the exit status that shells use for it.
        status = _report_error(StoppedError("stopped."), words) if status == StoppedError.exit_status else status
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # the reader of our output (head, less) has gone, and needs no word
        return 1
    except Exception as error:
        if interrupted.is_set() and not isinstance(error, CatseyeError):
            error = StoppedError("stopped.")  # whatever a library made of the interruption
        elif debug:
            raise
        return _report_error(error, words)
    finally:
        whole_tracebacks.reset(before)


@contextmanager
def _without_remarks_of_libraries() -> Iterator[None]:
    """Print nothing of what decoders say about odd metadata, or PyTorch about itself: what matters is an error of ours.

    The process belongs to the command, which may do this; the library leaves filters and loggers alone.
    """
    log = logging.getLogger("PIL")
    if not log.handlers:
        log.addHandler(logging.NullHandler())  # else Python prints what nobody handles
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"(PIL|tifffile|pillow_heif|torch|openvino)\.|copyreg$")
        yield


class _OneLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return shorten_names(escape_line(super().format(record)))


def _log_handler() -> logging.Handler:
    """Return what prints the log on stderr: its information and, once each, its notes; verbs print other warnings."""
    handler = logging.StreamHandler()
    handler.setFormatter(_OneLine("%(message)s"))
    told: set[str] = set()

    def is_printed(record: logging.LogRecord) -> bool:
        if not getattr(record, "note", False):
            return record.levelno < logging.WARNING
        is_new = record.msg not in told
        told.add(record.msg)
        record.msg = f"note: {record.msg}"
        return is_new

    handler.addFilter(is_printed)
    return handler


def _report_error(error: Exception, words: Sequence[str]) -> int:
    """Print an error in one or two lines; a line break in one of the command's ``words`` makes no further ones."""
    if isinstance(error, OSError):
        error = from_system(error) or error
    elif isinstance(error, ModuleNotFoundError) and not isinstance(error, CatseyeError):
        error = missing_package(error, " ".join(["catseye", *words[:1]])) or error
    text, status = _describe(error, words)
    for name in {str(name) for word in words if "\n" in word for name in (word, Path(word), Path(word).parent)}:
        text = text.replace(name, escape_line(name)) if "\n" in name else text
    print(shorten_names(escape_control_characters(text)), file=sys.stderr)
    return status


def _describe(error: Exception, words: Sequence[str]) -> tuple[str, int]:
    """Return what is printed of an error of the command with these words, and its exit status."""
    if isinstance(error, StoppedError):
        return str(error), error.exit_status
    if isinstance(error, CatseyeError):
        verbs = typer.main.get_command(app).commands  # type: ignore[attr-defined]  # of a group
        return f"error: {say_options(str(error), verbs, words)}", error.exit_status
    if isinstance(error, _CLICK_ERROR):
        message = error.format_message()  # type: ignore[attr-defined]
        if type(error).__name__ == "NoArgsIsHelpError":
            return message, 2
        context = getattr(error, "ctx", None)
        where = context.command_path if context else "catseye"
        return f"error: {message}\nSee {where} --help.", 2
    name = type(error).__name__
    what = f"{name}: {first_line(error)}" if str(error) else name
    return f"error: {what}\nThis is a bug in Catseye; {_DEBUG} shows the traceback.", 1
