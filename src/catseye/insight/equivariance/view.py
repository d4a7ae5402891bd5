"""Equivariance in words, as a table and as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.drawing.answer import make_view
from catseye.drawing.numbers import percent, three_digits
from catseye.drawing.parts import Table
from catseye.drawing.view import View
from catseye.insight.equivariance.equivariance import Equivariance
from catseye.insight.equivariance.figure import difference_words, draw_equivariance
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.insight.equivariance.equivariance import MovedMap

_ROWS = 5  # distances in the table
_CLEARLY = 0.8  # of the map's change that may be left where pooling is called partly invariant


@make_view.register(Equivariance)
def view_equivariance(found: Equivariance) -> View:
    """Return how far map and pooled map move along with the picture, and how much they change."""
    words = tuple(_words(found))
    columns = ("pixels to the right>", "map changes by>", f"max pooling {found.pool}×{found.pool}>", "global max>")
    every = max(1, (len(found.changes) - 1) // (_ROWS - 1))
    rows = tuple(
        (str(one.pixels), percent(one.map), percent(one.pooled), percent(one.global_pooled))
        for one in found.changes[::every]
    )
    return View(
        f"Equivariance: {found.detector} on {found.picture}",
        (*words, Table(columns, rows), "Changes: mean change, as a share of the mean response."),
        lambda: draw_equivariance(found),
        words,
    )


def _words(found: Equivariance) -> Iterator[str]:
    down, right = counted(found.shift[0], "pixel").replace("-", "−"), str(found.shift[1]).replace("-", "−")
    yield f"{found.detector} on {found.picture}, moved by {down} down and {right} right"
    yield f"map: {_cells(found.map)}; {difference_words(found.map)}"
    pooled = f"max pooling {found.pool}×{found.pool}"
    yield f"{pooled}: {_cells(found.pooled)}; {difference_words(found.pooled)}"
    yield from _invariance(found)
    if found.predictions:
        yield f"predicted: {found.predictions[0]}; moved: {found.predictions[1]}"
    yield from found.notes


def _invariance(found: Equivariance) -> Iterator[str]:
    """Say how pooling reduces the effect of the smallest measured shift, which is below its stride."""
    stride = found.pool * found.step[1]
    least = next((one for one in found.changes if 0 < one.pixels < stride and one.map), None)
    if least is None:
        return
    moved = f"{least.pixels} pixel{'s' if least.pixels > 1 else ''} to the right"
    verdict = _verdict(least.pooled / least.map)
    yield (
        f"moved by only {moved}, the map changes by {percent(least.map)}, the pooled map by {percent(least.pooled)}, "
        f"its largest value by {percent(least.global_pooled)}: {verdict} to shifts below its stride of "
        f"{three_digits(stride)} pixels"
    )


def _verdict(left: float) -> str:
    """Say how invariant pooling makes the map of which this share of the change is left."""
    if left >= 1:
        return "pooling is not invariant here"
    kind = "partly invariant" if left <= _CLEARLY else "hardly invariant"
    return f"pooling takes away {percent(1 - left, 0)} of the change and is {kind}"


def _cells(moved: MovedMap) -> str:
    down, right = counted(moved.cells[0], "cell").replace("-", "−"), str(moved.cells[1]).replace("-", "−")
    rounded = "exactly" if moved.whole else "rounded to"
    return f"{rounded} {down} down and {right} right"
