"""Two classifiers compared, as a self-contained page: the pictures on which they differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catseye.classifier.comparison.words import SIDE_BY_SIDE, describe_counts, describe_difference, side_by_side
from catseye.drawing.figure_file import inline
from catseye.drawing.page import render, write_page
from catseye.drawing.thumbnails import thumbnail
from catseye.errors import PictureError
from catseye.evaluation.paired_accuracy import signed_points

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from catseye.classifier.comparison.paired_comparison import PairedComparison

_ON_PAGE, _IN_NOTEBOOK = 48, 4  # pictures of a group


@dataclass(frozen=True)
class Card:
    """A picture, its true class, and each classifier's prediction: class, probability, and whether it is right."""

    image: str
    pixelated: bool
    name: str
    truth: str
    said: tuple[tuple[str, float, bool], ...]


@dataclass(frozen=True)
class Group:
    """Pictures on which the classifiers differ in the same way; ``more`` of them are not shown."""

    title: str
    count: int
    cards: tuple[Card, ...]
    more: int


def write_comparison_page(path: Path, comparison: PairedComparison) -> None:
    """Write the comparison to ``path``, completely or not at all."""
    from catseye.classifier.comparison.figure import draw_panels

    write_page(
        path,
        "catseye.classifier.comparison",
        "comparison.html.j2",
        panels=[inline(draw) for draw in draw_panels(comparison)],
        groups=make_groups(comparison, _ON_PAGE),
        **_values(comparison),
    )


def render_summary(comparison: PairedComparison) -> str:
    """Return the comparison as an HTML fragment for a notebook, with a few of the pictures."""
    groups = make_groups(comparison, _IN_NOTEBOOK)
    return render("catseye.classifier.comparison", "summary.html.j2", groups=groups, **_values(comparison))


def _values(comparison: PairedComparison) -> dict[str, Any]:
    counts = comparison.counts
    return {
        "comparison": comparison,
        "counts": counts,
        "points": signed_points(counts.difference),
        "interval": " to ".join(map(signed_points, counts.interval)),
        "columns": SIDE_BY_SIDE,
        "rows": side_by_side(comparison),
        "difference": describe_difference(comparison),
        "sums": describe_counts(comparison),
        "differing": len(comparison.differing),
    }


def make_groups(comparison: PairedComparison, most: int, only: str = "Only {} is right") -> list[Group]:
    """Return the pictures on which the classifiers differ, ``most`` of each group, by who has them right.

    ``only`` is the title of the group that only one of them has right, with a placeholder for its name.
    """
    first, second = (only.format(name) for name in comparison.names)
    titles: dict[tuple[bool, ...], str] = {
        (True, False): first,
        (False, True): second,
    }
    groups: dict[tuple[bool, ...], list[int]] = {(False, True): [], (True, False): [], (False, False): []}
    for index in comparison.differing:
        right = tuple(bool(one.predicted[index] == one.labels[index]) for one in comparison.evaluations)
        groups[right].append(index)
    return [
        Group(
            titles.get(right, "Both are wrong, in different ways"),
            len(indices),
            tuple(_cards(comparison, indices[:most])),
            max(0, len(indices) - most),
        )
        for right, indices in groups.items()
        if indices
    ]


def _cards(comparison: PairedComparison, indices: Iterable[int]) -> Iterable[Card]:
    for index in indices:
        try:
            image = thumbnail(comparison.pictures.picture(index))
        except PictureError:  # the file is gone; its numbers are still there
            image = "", False
        truth = comparison.true_class(index)
        said = tuple((name, share, name == truth) for name, share in comparison.answer(index))
        yield Card(*image, comparison.picture_name(index), truth, said)
