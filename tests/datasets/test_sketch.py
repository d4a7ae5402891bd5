"""Sketches by which pictures are known again."""

from __future__ import annotations

import hashlib

import pytest

from catseye.datasets.sketch import make_sketch, share_known


def hashes(numbers: range) -> list[str]:
    return [hashlib.sha256(str(number).encode()).hexdigest() for number in numbers]


def test_the_share_of_known_pictures_is_estimated() -> None:
    sketch = make_sketch(hashes(range(1000)))
    assert len(sketch) == 64
    assert share_known(sketch, hashes(range(1000))) == 1
    assert share_known(sketch, hashes(range(1000, 3000))) == 0
    half = share_known(sketch, hashes(range(500)))
    assert half is not None
    assert 0.25 < half < 0.75  # four deviations of 64 drawings


def test_few_pictures_are_all_in_it() -> None:
    assert share_known(make_sketch(hashes(range(3))), hashes(range(1))) == pytest.approx(1 / 3)


@pytest.mark.parametrize("value", [None, [], {}, "abc", 7])
def test_a_file_that_holds_something_else_has_no_sketch(value: object) -> None:
    assert share_known(value, hashes(range(3))) is None
