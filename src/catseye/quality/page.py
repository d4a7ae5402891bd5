"""What was found in a data set, as one page that needs nothing but itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catseye.drawing.page import write_page
from catseye.drawing.thumbnails import thumbnail
from catseye.errors import PictureError
from catseye.quality.finding import KINDS, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from catseye.datasets import Dataset
    from catseye.quality import Checkup, Finding, Place
    from catseye.quality.finding import Kind, KindDescription

_SINGLES, _GROUPS, _MEMBERS, _LINES = 12, 8, 6, 20  # of a kind, or group, that are shown


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


def write_check_page(path: Path, checkup: Checkup, dataset: Dataset) -> None:
    """Write what was found in ``dataset`` to ``path``."""
    severities = [finding.severity for finding in checkup.findings]
    write_page(
        path,
        "catseye.quality",
        "check.html.j2",
        checkup=checkup,
        splits=list(dataset.splits),
        largest=max((sum(counts.values()) for counts in checkup.classes.values()), default=0),
        serious=severities.count(Severity.SERIOUS),
        warnings=severities.count(Severity.WARNING),
        sections=[_section(kind, checkup.of(kind), dataset) for kind in checkup.counts],
    )


def _section(name: Kind, findings: Sequence[Finding], dataset: Dataset) -> _Section:
    grouped = any(len(finding.pictures) > 1 for finding in findings)
    pictured = any(place.index is not None for finding in findings for place in finding.pictures)
    shown = findings[: _GROUPS if grouped else _SINGLES if pictured else _LINES]
    items = tuple(_item(finding, dataset) for finding in shown)
    return _Section(name, KINDS[name], len(findings), items, len(findings) - len(shown), grouped)


def _item(finding: Finding, dataset: Dataset) -> _Item:
    places = _most_different(finding.pictures)[:_MEMBERS]
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
