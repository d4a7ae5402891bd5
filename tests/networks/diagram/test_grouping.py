"""Groups stand for what is the same: what is shown adds up to the whole network."""

from __future__ import annotations

import pytest

from catseye.networks import build, summarise
from catseye.networks.diagram.grouping import group
from catseye.networks.diagram.outline import Block, Branches, Items, Repetition
from catseye.networks.diagram.paths import read_outline

TEXTS = (
    "conv 16 same, 6 x [[conv 16 same, batch norm, conv 16 same linear] + input, conv 16 same], pool global, dense 10",
    "6 x [conv 16 same, [conv 16 same, batch norm, conv 16 same linear] + input], pool global",
    "[conv 1 same] + input, [conv 1 same, conv 1 same] + input, flatten",
    "3 x conv 8 same, 3 x conv 8 same gelu, flatten",
    "4 x [conv 8 same, pool 3 same stride 1], 4 x [pool 3 same stride 1, conv 8 same], pool global",
    "conv 4 same, 4 x [[conv 4 same | conv 4 same], conv 4 1x1], flatten",
    "conv 4 same, 3 x [[3 x [conv 4 same]] + input, batch norm], pool global",
    "conv 4 same, 3 x [[conv 4 same] + input, batch norm, relu], pool global",
    "3 x [conv 8 same, batch norm, pool], flatten, dense 32, dense 32, dense 32, dense 10",
    "2 x [2 x [2 x [conv 4 same, relu], conv 5 same]], pool global",
    "conv 4, 5 x [conv 4 same, dropout .2], conv 4, 20 x [[conv 4 same, conv 4 same linear] + input, relu], flatten",
    "8 x [conv 6 same stride 2], flatten",
)


@pytest.mark.parametrize("text", TEXTS)
def test_the_parameters_that_are_shown_add_up(text: str) -> None:
    summary = summarise(build(text, (28, 28, 1), 10), (28, 28, 1))
    for level in group(read_outline(summary)[0]):
        assert parameters_shown(level) == summary.parameters


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_repeated_returns_what_it_takes(text: str) -> None:
    summary = summarise(build(text, (28, 28, 1), 10), (28, 28, 1))
    for level in group(read_outline(summary)[0]):
        check_sizes(level, ())


def test_the_first_layer_is_not_taken_for_one_of_the_repeated() -> None:
    items = list(group(read_outline(summarise(build(TEXTS[0], (28, 28, 1), 10), (28, 28, 1)))[0]))[1]
    picture, first, repeated, pool, dense = items
    assert isinstance(repeated, Repetition)
    assert repeated.times == 6
    assert [type(item) for item in repeated.items] == [Branches, Block]
    assert [item.parameters for item in (picture, first, pool, dense)] == [0, 160, 0, 170]


def test_residual_blocks_that_differ_are_not_one() -> None:
    items = read_outline(summarise(build(TEXTS[2], (28, 28, 1), 10), (28, 28, 1)))[0]
    modules = list(group(items))[4]
    assert [(item.words, item.times) for item in modules if isinstance(item, Block) and item.kind == "group"] == [
        ("residual block", 1),
        ("residual block", 1),
    ]


def test_a_group_says_how_often_it_has_what() -> None:
    summary = summarise(build("3 x conv 4 same, pool, 2 x conv 4 same, flatten", (28, 28, 1), 10), (28, 28, 1))
    stages = list(group(read_outline(summary)[0]))[5]
    assert [(item.words, item.detail) for item in stages if isinstance(item, Block) and item.kind == "group"] == [
        ("3 layers", "3 × conv 3×3"),
        ("3 layers", "max pool 2×2, 2 × conv 3×3"),
    ]


def parameters_shown(items: Items) -> int:
    """Add up as a reader does: what is in a frame counts as often as the frame says."""
    total = 0
    for item in items:
        if isinstance(item, Repetition):
            total += item.times * parameters_shown(item.items)
        elif isinstance(item, Branches):
            total += item.parameters + sum(map(parameters_shown, item.paths))
        else:
            total += item.parameters
    return total


def check_sizes(items: Items, received: tuple[int, ...]) -> None:
    for item in items:
        if isinstance(item, Branches):
            for path in item.paths:
                check_sizes(path, received)
        elif isinstance(item, Repetition):
            assert received == item.output
            check_sizes(item.items, received)
        elif item.times > 1:
            assert received == item.output
            assert item.parameters % item.times == 0
        received = item.output
