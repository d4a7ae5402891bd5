"""How long a candidate will take, before anything of it is loaded, judging by the default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.networks.names import parts_of
from catseye.networks.work import MULTIPLY_ADDS, estimate_multiply_adds

if TYPE_CHECKING:
    from catseye.runs.transfer.candidates import Candidate
    from catseye.runs.transfer.trial import Tried

MARGIN = 1.15  # of forecasts: a machine is not as quick all the time
_USUAL_FEATURES = 1280


class Forecast:
    """Seconds that candidates will take.

    Parameters
    ----------
    default
        The first one that was tried.
    pictures
        Number of training pictures.
    first
        How many of them are computed before it is known how long the others take.
    """

    def __init__(self, default: Tried, pictures: int, first: int) -> None:
        self._default, self._pictures, self._first = default, pictures, first

    def multiply_adds(self, candidate: Candidate) -> int:
        """Return the multiply-adds of a prediction, about."""
        default = self._default
        if candidate.backbone == default.candidate.backbone:
            return default.multiply_adds
        return estimate_multiply_adds(candidate.backbone)

    def first_seconds(self, candidate: Candidate) -> float:
        """Return how long the pictures take that tell how long the others take."""
        return self._first * self._rate(candidate)

    def extraction_seconds(self, candidate: Candidate) -> float:
        """Return how long all features take, if none is cached."""
        passes = 2 if candidate.mirrored and candidate.backbone != self._default.candidate.backbone else 1
        return passes * self._pictures * self._rate(candidate)

    def head_seconds(self, candidate: Candidate) -> float:
        """Return how long the head takes."""
        default, features = self._default, _USUAL_FEATURES * len(parts_of(candidate.backbone) or (candidate.backbone,))
        most = len(default.content)  # with fewer pictures than features it is they that count
        share = min(features, most) / min(default.backbone.features, most)
        return MARGIN * default.head_seconds * share * (1 + candidate.mirrored) / (1 + default.candidate.mirrored)

    def _rate(self, candidate: Candidate) -> float:
        return self._default.rate * self.multiply_adds(candidate) / self._default.multiply_adds


def most_multiply_adds(default: Tried) -> int:
    """Return the multiply-adds that nothing small exceeds, as they are estimated for others by their names."""
    name = default.candidate.backbone
    known = all(part in MULTIPLY_ADDS for part in parts_of(name) or (name,))
    return estimate_multiply_adds(name) if known else default.multiply_adds
