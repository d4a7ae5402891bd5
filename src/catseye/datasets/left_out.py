"""A picture that is left out of a data set."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class LeftOut:
    """A picture that could not be used, and why."""

    picture: str
    reason: str

    def to_json(self) -> dict[str, str]:
        """Return the fields as JSON values."""
        return asdict(self)
