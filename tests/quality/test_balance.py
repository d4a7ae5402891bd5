"""Numbers of pictures, and what is said of them."""

from __future__ import annotations

import pytest

from catseye.quality.balance import find_imbalances


@pytest.mark.parametrize(
    ("counts", "kinds"),
    [
        ({"a": {"train": 50, "test": 1}, "b": {"train": 10, "test": 1}}, {}),
        (
            {"a": {"train": 51, "test": 1}, "b": {"train": 10, "test": 1}},
            {"imbalance": "a has 51 training pictures, b 10: 5.1 times as many"},
        ),
        (
            {"a": {"train": 9, "test": 1}, "b": {"train": 10, "test": 1}},
            {"few_pictures": "a has 9 training pictures"},
        ),
        (
            {"a": {"train": 0, "test": 3}, "b": {"train": 10, "test": 1}},
            {"untrained_class": "a has no training pictures (3 in test)"},
        ),
        (
            {"a": {"train": 10, "test": 0}, "b": {"train": 10, "test": 1}},
            {"untested_class": "a has no test pictures"},
        ),
        ({"a": {"test": 3}, "b": {"test": 1}}, {"no_training": "there are pictures for test only"}),
        ({"a": {"train": 10}}, {"one_class": "all pictures are in a"}),
        ({"a": {"train": 10}, "b": {"train": 10}}, {}),
    ],
)
def test_each_fault_is_named(counts: dict[str, dict[str, int]], kinds: dict[str, str]) -> None:
    assert {finding.kind: finding.reason for finding in find_imbalances(counts)} == kinds
