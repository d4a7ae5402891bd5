"""What runs a frozen backbone over many pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from catseye.arrays import Floats, Pixels

FP32, BF16 = "fp32", "bf16"


class Engine(Protocol):
    """Runs a backbone over many pictures.

    Attributes
    ----------
    name : str
        Name of the program that computes, with its precision: results of two engines differ in the last digits.
    """

    name: str

    def run(self, pictures: Iterable[Pixels], receive: Callable[[int, Floats], None]) -> None:
        """Call ``receive(index, features)`` with float32 (F,) for each picture uint8 (3, H, W), in any order.

        ``receive`` copies what it keeps.
        """
