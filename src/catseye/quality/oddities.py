"""What is wrong with pictures taken one by one: size, colour, format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.quality.finding import (
    LARGEST_PIXELS,
    LEAST_SPREAD,
    LONGEST_PROPORTION,
    SHORTEST_SIDE,
    Kind,
    Place,
    make_finding,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.quality.finding import Finding
    from catseye.quality.survey import Survey


def find_broken(survey: Survey) -> Iterator[Finding]:
    """Yield what could not be read when the data set was listed, or cannot be read any more."""
    for out in survey.dataset.left_out:
        yield make_finding(Kind.BROKEN, (Place(out.picture),), out.reason)
    for number, fault in survey.faults.items():
        yield make_finding(Kind.BROKEN, (survey.place(number),), fault)


def find_oddities(survey: Survey) -> tuple[list[Finding], list[str]]:
    """Return a finding for every odd thing of every picture, and remarks on what they have in common."""
    present = [number for number in range(len(survey)) if number not in survey.faults]
    small = are_small_by_design(survey)
    findings = [
        make_finding(kind, (survey.place(number),), reason)
        for number in present
        for kind, reason in _odd(survey, number)
        if not (kind == Kind.TINY and small)
    ]
    if not small:
        return findings, []
    width, height = survey.sizes[0].tolist()
    return findings, [f"all pictures are {width}×{height} pixels: choose a network for small pictures."]


def are_small_by_design(survey: Survey) -> bool:
    """Say whether all pictures have one small size: as with MNIST, that asks for a network and not for pictures."""
    return bool(survey.sizes[0].min() < SHORTEST_SIDE and (survey.sizes == survey.sizes[0]).all())


def _odd(survey: Survey, number: int) -> Iterator[tuple[Kind, str]]:
    width, height = survey.sizes[number].tolist()
    size = f"{width}×{height} pixels"
    if survey.spreads[number] < LEAST_SPREAD:
        yield Kind.ONE_COLOUR, f"the standard deviation of its values is {survey.spreads[number]:.1f} (range 0 to 255)"
    if min(width, height) < SHORTEST_SIDE:
        yield Kind.TINY, size
    if width * height > LARGEST_PIXELS:
        yield Kind.HUGE, size
    if max(width, height) > LONGEST_PROPORTION * min(width, height):
        yield Kind.PROPORTIONS, size
    if number in survey.misnamed:
        yield Kind.MISNAMED, survey.misnamed[number]
    if number in survey.modes:
        yield Kind.MODE, ", ".join(survey.modes[number])
