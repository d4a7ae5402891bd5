"""Two depths in one data set."""

from __future__ import annotations

import pytest

from catseye.images.mixed_depths import find_mixed_depths
from catseye.images.value_range import Extremes, ValueRange


def _pictures(*groups: tuple[int, int], stated: int = 0) -> list[Extremes]:
    return [
        Extremes(3, high - 7 * turn, ValueRange(0, stated) if stated else None)
        for count, high in groups
        for turn in range(count)
    ]


@pytest.mark.parametrize(
    ("pictures", "found"),
    [
        (_pictures((5, 4000), (4, 65000)), (5, 4, 4095, 65535, True)),
        (_pictures((5, 1000), (4, 65000)), (5, 4, 1023, 65535, True)),
        (_pictures((5, 250), (4, 4000)), (5, 4, 255, 4095, True)),
        (_pictures((5, 500), (4, 65000)), (5, 4, 1023, 65535, False)),  # 500 of 1,023: less than half; dark perhaps
        (_pictures((5, 1500), (4, 65000)), (5, 4, 4095, 65535, False)),  # less than half of 4,095
        (_pictures((5, 1500), stated=4095) + _pictures((4, 65000)), (5, 4, 4095, 65535, True)),  # as its tags state
        (_pictures((5, 4000), (2, 65000)), None),  # too few
        (_pictures((5, 4000), (4, 30000)), None),  # less than eight times as large
        (_pictures((5, 4000), (1, 9000), (4, 65000)), None),  # one in between: exposures
        (_pictures((5, 3000), stated=65535) + _pictures((4, 65000), stated=65535), None),  # dark, as the tags state
        (_pictures((5, 4000)), None),
        ([], None),
    ],
)
def test_two_groups_are_told_from_exposures(
    pictures: list[Extremes], found: tuple[int, int, int, int, bool] | None
) -> None:
    mixed = find_mixed_depths(pictures)
    assert (mixed and (mixed.lower, mixed.upper, mixed.lower_white, mixed.upper_white, mixed.clear)) == found


def test_fractions_and_what_the_format_defines_are_left_alone() -> None:
    groups = _pictures((5, 4000), (4, 65000))
    for odd in (Extremes(0, 1, fractions=32), Extremes(-5, 100)):
        assert find_mixed_depths([*groups, odd]) is None
    own = Extremes(0, 4095, ValueRange(0, 4095), certain=True)
    assert find_mixed_depths([*groups, own]) == find_mixed_depths(groups)
    assert find_mixed_depths([own] * 5 + _pictures((4, 65000))) is None
