"""What is wrong with pictures taken one by one: size, colour, format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.quality.finding import (
    BROKEN,
    HUGE,
    LARGEST_PIXELS,
    LEAST_SPREAD,
    LONGEST_PROPORTION,
    MISNAMED,
    MODE,
    ONE_COLOUR,
    PROPORTIONS,
    SHORTEST_SIDE,
    TINY,
    Place,
    about,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.quality.finding import Finding
    from catseye.quality.survey import Looks


def broken(looks: Looks) -> Iterator[Finding]:
    """Yield what could not be read when the data set was listed, or cannot be read any more."""
    for out in looks.dataset.left_out:
        yield about(BROKEN, (Place(out.picture),), out.reason)
    for number, fault in looks.faults.items():
        yield about(BROKEN, (looks.place(number),), fault)


def oddities(looks: Looks) -> tuple[list[Finding], list[str]]:
    """Return a finding for every odd thing of every picture, and remarks on what they have in common."""
    present = [number for number in range(len(looks)) if number not in looks.faults]
    small = small_by_design(looks)
    findings = [
        about(kind, (looks.place(number),), reason)
        for number in present
        for kind, reason in _odd(looks, number)
        if not (kind == TINY and small)
    ]
    if not small:
        return findings, []
    width, height = looks.sizes[0].tolist()
    return findings, [f"all pictures have {width} × {height} pixels: choose a network for small pictures."]


def small_by_design(looks: Looks) -> bool:
    """Say whether all pictures have one small size: as with MNIST, that asks for a network and not for pictures."""
    return bool(looks.sizes[0].min() < SHORTEST_SIDE and (looks.sizes == looks.sizes[0]).all())


def _odd(looks: Looks, number: int) -> Iterator[tuple[str, str]]:
    width, height = looks.sizes[number].tolist()
    size = f"{width} × {height} pixels"
    if looks.spreads[number] < LEAST_SPREAD:
        yield ONE_COLOUR, f"its values deviate by {looks.spreads[number]:.1f} of 255"
    if min(width, height) < SHORTEST_SIDE:
        yield TINY, size
    if width * height > LARGEST_PIXELS:
        yield HUGE, size
    if max(width, height) > LONGEST_PROPORTION * min(width, height):
        yield PROPORTIONS, size
    if number in looks.misnamed:
        yield MISNAMED, looks.misnamed[number]
    if number in looks.modes:
        yield MODE, ", ".join(looks.modes[number])
