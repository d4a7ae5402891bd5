"""The errors of Catseye. Their messages take one or two lines: what was expected, what was received, what to do."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


_MOST_LISTED = 20  # names


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
