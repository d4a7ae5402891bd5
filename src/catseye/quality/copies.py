"""Groups of copies, and what each means: across splits, across classes, or merely superfluous."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from catseye.quality.cropped_copies import MOST_REGISTERED
from catseye.quality.duplicates import LARGEST_DISTANCE, group_near_duplicates, group_same_content
from catseye.quality.finding import LEAST_SPREAD, SHORTEST_SIDE, Kind, make_finding
from catseye.quality.groups import join_groups
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from catseye.quality.duplicates import NearGroups
    from catseye.quality.finding import Finding
    from catseye.quality.survey import Survey


def find_copies(survey: Survey) -> tuple[list[Finding], list[str]]:
    """Return a finding for each group of copies, and remarks on how they were looked for."""
    present = [number for number in range(len(survey)) if number not in survey.faults]
    telling = find_comparable(survey)
    exact = [[present[i] for i in group] for group in group_same_content(survey.digests[number] for number in present)]
    later = {member for group in exact for member in group[1:]}
    compared = np.array([number for number in present if telling[number] and number not in later], np.int64)
    near = group_near_duplicates(survey.thumbnails[compared])
    alike = [[int(compared[i]) for i in group] for group in near.members]
    mirrored = {int(compared[i]) for i in near.mirrored}
    findings = [
        finding
        for group in join_groups(len(survey), [*exact, *alike])
        for finding in _meanings(survey, group, mirrored)
    ]
    return findings, list(_remarks(survey, near))


def find_comparable(survey: Survey) -> NDArray[np.bool_]:
    """Return for which pictures near duplicates can be recognised: bool (N,), not tiny ones or those of one colour."""
    result: NDArray[np.bool_] = (survey.sizes.min(axis=1) >= SHORTEST_SIDE) & (survey.spreads >= LEAST_SPREAD)
    return result


def _meanings(survey: Survey, group: list[int], mirrored: set[int]) -> Iterator[Finding]:
    places = tuple(survey.place(number) for number in group)
    how = _how(survey, group, mirrored)
    splits, classes = ({getattr(place, field): 0 for place in places} for field in ("split", "class_name"))
    if len(splits) > 1:
        yield make_finding(Kind.SPLIT_OVERLAP, places, f"{how}; in {_listed(splits)}")
    if len(classes) > 1:
        yield make_finding(Kind.CLASS_CONFLICT, places, f"{how}; labelled {_listed(classes)}")
    if len(splits) == len(classes) == 1:
        exact = len({survey.digests[number] for number in group}) == 1
        yield make_finding(Kind.DUPLICATE if exact else Kind.NEAR_DUPLICATE, places, how)


def _how(survey: Survey, group: list[int], mirrored: set[int]) -> str:
    contents = len({survey.digests[number] for number in group})
    if contents == 1:
        return f"{len(group)} pictures with the same content"
    turned = sum(number in mirrored for number in group)
    return f"{len(group)} pictures that look nearly the same" + (f", {turned} of them mirrored" if turned else "")


def _listed(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}"


def _remarks(survey: Survey, near: NearGroups) -> Iterator[str]:
    small = int((survey.sizes.min(axis=1) < SHORTEST_SIDE).sum()) - len(survey.faults)  # of which no size is known
    count = len(survey) - len(survey.faults)
    if small:
        yield (
            f"{small:,} of {counted(count, 'picture')} have a side under {SHORTEST_SIDE} pixels: of those only exact "
            "copies were looked for, because different small pictures look nearly the same."
        )
    if near.limit < LARGEST_DISTANCE:
        yield (
            "the pictures of this data set are much alike, so near duplicates were allowed to differ in only "
            f"{near.limit:.0f} of 512 bits instead of {LARGEST_DISTANCE}, and copies cropped by more than 2 % a side "
            "were not searched for; some may be missed."
        )
    elif not near.are_all_registered:
        yield (
            f"pictures of this data set are very similar, so only {MOST_REGISTERED * count:,} pairs were compared for "
            "copies cropped by more than 2 % a side; some may be missed."
        )
