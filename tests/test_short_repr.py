"""A value in one short line."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from catseye.short_repr import ShortRepr, counted, shorten_value


@dataclass(frozen=True, repr=False)
class Numbers(ShortRepr):
    name: str
    size: int = 3
    share: float = 0.5
    more: dict[str, Any] = field(default_factory=dict)


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (Numbers("a"), "Numbers(name='a', more={})"),
        (Numbers("a", 4, 1 / 3), "Numbers(name='a', size=4, share=0.3333, more={})"),
        (Numbers("a", 3, 0.5, {"b": 1}), "Numbers(name='a', more={'b': 1})"),
        (Numbers("a", True), "Numbers(name='a', size=True, more={})"),
        (Numbers("x" * 50), f"Numbers(name='{'x' * 40}…', more={{}})"),
    ],
)
def test_what_is_usual_is_left_out(value: Numbers, line: str) -> None:
    assert repr(value) == str(value) == line


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.zeros((8, 8)), "float64 (8, 8)"),
        (torch.zeros(3, dtype=torch.int64), "int64 (3,)"),
        (np.float32(0.123456), "0.1235"),
        ((1 / 3, 2), "(0.3333, 2)"),
        ((1,), "(1,)"),
        ([1, 2], "[1, 2]"),
        (tuple(range(1000)), "(1,000 values)"),
        (["x" * 99], "[1 value]"),
        (frozenset({1}), "(1,)"),
        (Path("a/b"), "'a/b'"),
        (lambda: 0, "function(…)"),
        ((lambda: 0, 1), "(function(…), 1)"),
        (Numbers("a"), "Numbers(name='a', more={})"),
        (Numbers("a" * 39), "Numbers(…)"),
        ("a" * 40, repr("a" * 40)),
    ],
)
def test_arrays_collections_and_functions_are_named_not_dumped(value: object, words: str) -> None:
    assert shorten_value(value) == words


def test_many_fields_end_in_an_ellipsis() -> None:
    fields = {f"a_long_name_of_a_field_{number}": int for number in range(30)}
    many: Any = dataclass(frozen=True, repr=False)(type("Many", (ShortRepr,), {"__annotations__": fields}))
    line = repr(many(*range(30)))
    assert line.startswith("Many(a_long_name_of_a_field_0=0, ")
    assert line.endswith(", …)")
    assert len(line) < 160


def test_a_number_stands_before_its_noun() -> None:
    assert [counted(n, "cell") for n in (0, 1, -1, 1200)] == ["0 cells", "1 cell", "-1 cell", "1,200 cells"]
    assert [counted(n, "more class", "more classes") for n in (1, 2)] == ["1 more class", "2 more classes"]
