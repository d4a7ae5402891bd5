"""Why a request is not answered, as the client is told."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from catseye.images.faults import NOT_READ

if TYPE_CHECKING:
    from catseye.errors import PictureError

BAD, TOO_LARGE, UNSUPPORTED, UNUSABLE, BUSY = 400, 413, 415, 422, 503


class RefusalError(Exception):
    """A request that cannot be answered.

    Attributes
    ----------
    status : int
        Of HTTP, 4xx or 5xx.
    sentence : str
        What was expected, what was received, what to do.
    headers : dict
        Further headers of the response.
    """

    def __init__(self, status: int, sentence: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.headers = status, sentence, headers or {}


def overloaded(seconds: float) -> RefusalError:
    """Return the refusal of a request that would have to wait so many seconds."""
    later = max(1, math.ceil(seconds))
    return RefusalError(BUSY, f"The server is busy; try again in {later} s.", {"Retry-After": str(later)})


def unusable(error: PictureError) -> RefusalError:
    """Return the refusal of a request whose only picture cannot be used."""
    status = UNSUPPORTED if error.reason.startswith(NOT_READ) else UNUSABLE
    return RefusalError(status, f"The picture cannot be used: {error.reason}.")
