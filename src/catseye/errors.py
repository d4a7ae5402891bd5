"""What goes wrong, said in one or two lines: what was expected, what came, what to do."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


_MOST_LISTED = 20  # names


class CatseyeError(Exception):
    """The work was understood but failed. The command ends with status 1."""

    exit_status = 1


class UsageError(CatseyeError, ValueError):
    """What was asked makes no sense. The command ends with status 2."""

    exit_status = 2


class StoppedError(CatseyeError):
    """The user stopped it. The command ends with the status that shells give to that."""

    exit_status = 130


class PictureError(CatseyeError):
    """A picture cannot be used.

    Attributes
    ----------
    picture : str
        Its path, or what it was called.
    reason : str
        Why, in a few words.
    """

    def __init__(self, picture: str, reason: str) -> None:
        super().__init__(f"{picture}: {reason}")
        self.picture = picture
        self.reason = reason


def unknown(kind: str, name: str, known: Iterable[str]) -> UsageError:
    """Return the error for a name that is not among the known ones, with the nearest of them."""
    names = {other.lower(): other for other in known}
    near = [names[match] for match in get_close_matches(name.lower(), names, n=3, cutoff=0.5)]
    listed = ", ".join(islice(names.values(), _MOST_LISTED)) + (", …" if len(names) > _MOST_LISTED else "")
    mend = f"did you mean {' or '.join(near)}?" if near else f"there are {listed}."
    return UsageError(f"no {kind} is called {name!r}; {mend}")
