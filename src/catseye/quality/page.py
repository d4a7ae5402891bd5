"""What was found in a data set, as one page that needs nothing but itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catseye.drawing.page import render, write_page
from catseye.drawing.thumbnails import thumbnail
from catseye.errors import PictureError
from catseye.quality.finding import KINDS, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from catseye.datasets import Dataset
    from catseye.quality.checkup import Checkup
    from catseye.quality.finding import Finding, Kind, KindDescription, Place


@dataclass(frozen=True)
class _Limits:
    """How many findings of a kind are shown: single pictures, groups, lines without a picture; members of a group."""

    singles: int
    groups: int
    lines: int
    members: int


_ON_PAGE, _IN_NOTEBOOK = _Limits(12, 8, 20, 6), _Limits(3, 1, 3, 4)


@dataclass(frozen=True)
class _Card:
    """A picture as it is shown."""

    place: Place
    image: str
    pixelated: bool


@dataclass(frozen=True)
class _Item:
    """A finding as it is shown: some of its pictures, and how many more there are."""

    finding: Finding
    cards: tuple[_Card, ...]
    more: int


@dataclass(frozen=True)
class _Section:
    """The findings of one kind: some of them, and how many more there are."""

    name: str
    kind: KindDescription
    count: int
    items: tuple[_Item, ...]
    more: int
    grouped: bool


def write_check_page(path: Path, checkup: Checkup) -> None:
    """Write what was found to ``path``, completely or not at all."""
    severities = [finding.severity for finding in checkup.findings]
    write_page(
        path,
        "catseye.quality",
        "check.html.j2",
        checkup=checkup,
        splits=list(checkup.dataset.splits),
        largest=max((sum(counts.values()) for counts in checkup.classes.values()), default=0),
        serious=severities.count(Severity.SERIOUS),
        warnings=severities.count(Severity.WARNING),
        sections=_sections(checkup, _ON_PAGE),
    )


def render_summary(checkup: Checkup, title: str) -> str:
    """Return what was found as an HTML fragment for a notebook, with the first pictures of each kind."""
    return render(
        "catseye.quality", "checkup.html.j2", title=title, checkup=checkup, sections=_sections(checkup, _IN_NOTEBOOK)
    )


def _sections(checkup: Checkup, limits: _Limits) -> list[_Section]:
    return [_section(kind, checkup.of(kind), checkup.dataset, limits) for kind in checkup.counts]


def _section(name: Kind, findings: Sequence[Finding], dataset: Dataset, limits: _Limits) -> _Section:
    grouped = any(len(finding.pictures) > 1 for finding in findings)
    pictured = any(place.index is not None for finding in findings for place in finding.pictures)
    shown = findings[: limits.groups if grouped else limits.singles if pictured else limits.lines]
    items = tuple(_item(finding, dataset, limits.members) for finding in shown)
    return _Section(name, KINDS[name], len(findings), items, len(findings) - len(shown), grouped)


def _item(finding: Finding, dataset: Dataset, members: int) -> _Item:
    places = _most_different(finding.pictures)[:members]
    cards = tuple(_card(place, dataset) for place in places)
    return _Item(finding, cards, len(finding.pictures) - len(cards))


def _most_different(places: Iterable[Place]) -> list[Place]:
    """Return the places such that the first show every split and class that there is."""
    seen: set[tuple[str, str]] = set()
    first: list[Place] = []
    rest: list[Place] = []
    for place in places:
        where = place.split, place.class_name
        (rest if where in seen else first).append(place)
        seen.add(where)
    return first + rest


def _card(place: Place, dataset: Dataset) -> _Card:
    if place.index is None:
        return _Card(place, "", False)
    try:
        return _Card(place, *thumbnail(dataset.splits[place.split].picture(place.index)))
    except PictureError:  # it went while we looked
        return _Card(place, "", False)
