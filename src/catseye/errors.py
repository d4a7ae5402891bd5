"""The errors of Catseye. Their messages take one or two lines: what was expected, what was received, what to do."""

from __future__ import annotations

from contextvars import ContextVar
from difflib import get_close_matches
from functools import wraps
from itertools import islice
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")

_MOST_LISTED = 20  # names
whole_tracebacks: ContextVar[bool] = ContextVar("whole_tracebacks", default=False)  # what --debug asks for


class CatseyeError(Exception):
    """A valid request failed. The command exits with status 1."""

    exit_status = 1


class UsageError(CatseyeError, ValueError):
    """Invalid usage. The command exits with status 2."""

    exit_status = 2


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


def unknown(kind: str, name: str, known: Iterable[str]) -> UsageError:
    """Return the error for a name that is not among the known ones; it suggests the most similar of them."""
    names = {other.lower(): other for other in known}
    near = [names[match] for match in get_close_matches(name.lower(), names, n=3, cutoff=0.5)]
    listed = ", ".join(islice(names.values(), _MOST_LISTED)) + (", …" if len(names) > _MOST_LISTED else "")
    hint = f"did you mean {' or '.join(near)}?" if near else f"available: {listed}."
    return UsageError(f"unknown {kind} {name!r}; {hint}")


def first_line(error: BaseException) -> str:
    """Return the first line of an error's message, or the name of its type if it has none."""
    return (str(error).splitlines() or [""])[0] or type(error).__name__


def with_short_traceback(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Let a public function raise our errors from its own call, without what led to them inside.

    Their messages say what to do; in a notebook, dozens of lines of our source would bury them. The error that led to
    one is still its ``__context__``.
    """

    @wraps(function)
    def call(*args: _Parameters.args, **options: _Parameters.kwargs) -> _Result:
        try:
            return function(*args, **options)
        except CatseyeError as error:
            if whole_tracebacks.get():
                raise
            raise error.with_traceback(None) from None

    return call
