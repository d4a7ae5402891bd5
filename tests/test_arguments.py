"""What a public function is given; tests/verbs/test_arguments.py tries it on every verb."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from catseye.arguments import (
    parse_epsilon,
    read_classes,
    read_counts,
    read_epsilons,
    read_names,
    read_pair,
    read_sides,
    with_checked_arguments,
)
from catseye.errors import UsageError


@with_checked_arguments
def take(
    name: str | Path,
    count: int = 1,
    *,
    share: float = 0.5,
    strict: bool = False,
    out: str | Path | None = None,
    seed: int = 0,
    anything: list[int] | None = None,
) -> tuple[Any, ...]:
    return name, count, share, strict, out, seed, anything


def test_numbers_of_numpy_become_pythons_and_the_rest_passes() -> None:
    count: Any = np.int8(3)
    others: dict[str, Any] = {"share": np.float32(0.5), "strict": np.bool_(True), "seed": np.uint64(7)}
    found = take(Path("a"), count, **others, anything=[1])
    assert found == (Path("a"), 3, 0.5, True, None, 7, [1])
    assert [type(value) for value in found[1:4]] == [int, float, bool]
    assert take("a", share=1)[2] == 1
    anything: Any = "not a list"
    assert take("a", anything=anything)[-1] == anything


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"count": True}, "count must be a whole number; got True."),
        ({"count": 2.0}, "count must be a whole number; got 2.0."),
        ({"count": "x" * 99}, f"count must be a whole number; got '{'x' * 59}…."),
        ({"share": "0.5"}, "share must be a number; got '0.5'."),
        ({"share": np.zeros(1)}, "share must be a number; got ndarray."),
        ({"strict": 1}, "strict must be True or False; got 1."),
        ({"out": b"a"}, "out must be a path; got bytes."),
        ({"name": None}, "name must be a name or path; got None."),
        ({"seed": 2**32}, "seed must be between 0 and 4,294,967,295; got 4294967296."),
    ],
)
def test_another_type_is_refused(options: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError) as caught:
        take(**({"name": "a"} | options))
    assert str(caught.value) == says


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (read_names("x", "a, b"), ("a", "b")),
        (read_names("x", ["a, b"]), ("a, b",)),
        (read_names("x", ()), ()),
        (read_classes("x", "a, b"), ("a, b",)),  # the name of a class may have a comma
        (read_classes("x", [np.int64(3), "b"]), (3, "b")),
        (read_counts("x", "5, 1,5"), [1, 5]),
        (read_counts("x", 2), [2]),
        (read_counts("x", np.array([2, 1])), [1, 2]),
        (read_epsilons("x", "1/4,0.5"), [0.25, 0.5]),
        (read_epsilons("x", 0.5), [0.5]),
        (parse_epsilon("1e-3"), 0.001),
        (read_sides("x", "8×9", ("H", "W")), (8, 9)),
        (read_sides("x", np.array([8, 9]), ("H", "W")), (8, 9)),
        (read_pair("x", "2×-1"), (2, -1)),
        (read_pair("x", "same", ("same",)), "same"),
        (read_pair("x", (1, 2)), (1, 2)),
        (read_pair("x", np.array([1, 2])), [1, 2]),
    ],
)
def test_text_numbers_and_collections_are_read(found: object, expected: object) -> None:
    assert found == expected


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (read_names, 3),
        (read_names, b"a"),
        (read_classes, 2.5),
        (read_counts, ""),
        (read_counts, "1,,2"),
        (read_counts, []),
        (read_epsilons, "1/0"),
        (read_epsilons, "1/2/3"),
        (read_epsilons, "nan"),
        (read_epsilons, [True]),
        (read_pair, "same"),
    ],
)
def test_what_cannot_be_read_is_named(read: Any, value: object) -> None:
    with pytest.raises(UsageError, match=r"^the option must be .*; got "):
        read("the option", value)


def test_no_path_holds_a_zero_character() -> None:
    with pytest.raises(UsageError, match=r"^name holds a zero character, which no path may; got 'a\\x00b'\.$"):
        take("a\0b")
