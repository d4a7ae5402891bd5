"""What clients may use: bytes, pixels, pictures and time."""

from __future__ import annotations

from dataclasses import dataclass, fields

from catseye.errors import UsageError

_MEBIBYTE = 2**20


@dataclass(frozen=True)
class Limits:
    """Bounds on what clients may send and how long they wait; whatever exceeds one is refused in a sentence.

    Attributes
    ----------
    body_bytes : int
        Of one request.
    pixels : int
        Of one picture, before it is made smaller.
    pictures : int
        In one request.
    queue : int
        Pictures that were accepted and are waiting for an answer.
    wait : float
        Seconds that a new picture may be expected to wait behind others; if it is longer, it is refused at once. A
        queue that keeps growing is refused sooner.
    seconds : float
        Until a request is answered, from its last byte.
    body_seconds : float
        Until a request's body has arrived.
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
