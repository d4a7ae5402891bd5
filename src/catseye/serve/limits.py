"""Limits on requests: bytes, pixels, pictures and time."""

from __future__ import annotations

from dataclasses import dataclass, fields

from catseye.errors import UsageError

_MEBIBYTE = 2**20


@dataclass(frozen=True)
class Limits:
    """Limits on what clients may send and how long they wait; a request that exceeds one is refused in one sentence.

    Attributes
    ----------
    body_bytes : int
        Of one request.
    pixels : int
        Of one picture, at its original size.
    pictures : int
        In one request.
    queue : int
        Most pictures that are accepted and not yet answered.
    wait : float
        Longest expected wait of a new picture behind others, in seconds; beyond that, it is refused at once. It is
        refused sooner if the queue keeps growing.
    seconds : float
        Time limit of a request, from its last byte to the answer.
    body_seconds : float
        Time limit for the arrival of a request's body.
    """

    body_bytes: int = 20 * _MEBIBYTE
    pixels: int = 50_000_000
    pictures: int = 64
    queue: int = 256
    wait: float = 1.0
    seconds: float = 30.0
    body_seconds: float = 30.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
                raise UsageError(f"{field.name} must be a number above 0; got {value!r}.")

    @property
    def bytes_in_flight(self) -> int:
        """Bytes of all bodies that may be in memory at the same time."""
        return 16 * self.body_bytes
