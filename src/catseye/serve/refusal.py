"""Refusals of requests: the status, and a sentence for the client."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from catseye.images.faults import NOT_READ

if TYPE_CHECKING:
    from catseye.errors import PictureError

_PREDICATE = re.compile(r"(?:it )?((?:is|has|holds|claims|needs|cannot) .*)", re.DOTALL)
BAD, TOO_LARGE, UNSUPPORTED, UNUSABLE, BUSY = 400, 413, 415, 422, 503


class RefusalError(Exception):
    """A request that is refused.

    Attributes
    ----------
    status : int
        HTTP status, 4xx or 5xx.
    sentence : str
        What was expected, what was received, and what to do.
    headers : dict
        Additional headers of the response.
    """

    def __init__(self, status: int, sentence: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.headers = status, sentence, headers or {}


def overloaded(seconds: float) -> RefusalError:
    """Return the refusal of a request because of overload, with the seconds after which to retry."""
    later = max(1, math.ceil(seconds))
    return RefusalError(BUSY, f"The server is overloaded; try again in {later} s.", {"Retry-After": str(later)})


def too_many_pictures(most: int, received: int | None = None) -> RefusalError:
    """Return the refusal of a request with more than ``most`` pictures."""
    has = "more" if received is None else f"{received:,}"
    return RefusalError(UNUSABLE, f"A request may hold at most {most:,} pictures; this one has {has}.")


def unusable(error: PictureError, subject: str = "The picture") -> RefusalError:
    """Return the refusal of a request whose picture, called ``subject``, cannot be used."""
    reason = error.reason.rstrip(".")
    if reason.startswith(NOT_READ):
        return RefusalError(UNSUPPORTED, f"{subject} is {reason}.")
    predicate = _PREDICATE.fullmatch(reason)
    return RefusalError(UNUSABLE, f"{subject} {predicate[1] if predicate else f'cannot be used: {reason}'}.")
