"""Where paths part and join, by hand; and modules whose paths cross."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from catseye.networks import build, summarise
from catseye.networks.diagram.grouping import fold_repetitions, group
from catseye.networks.diagram.outline import Block, Branches, Items, Repetition, count_layers, count_parameters
from catseye.networks.diagram.paths import read_outline
from catseye.networks.summary import Summary


def outline(text: str, shape: tuple[int, int, int] = (28, 28, 1)) -> Items:
    items, whole = read_outline(summarise(build(text, shape, 10), shape))
    assert whole
    return items


def shown(items: Items) -> str:
    """Return items as a text: paths in brackets, the join behind them."""
    parts = []
    for item in items:
        if isinstance(item, Branches):
            inner = " | ".join(shown(path) for path in item.paths)
            parts.append(" ".join([f"[{inner}] {item.join}", *item.behind]).strip())
        elif isinstance(item, Repetition):
            parts.append(f"{item.times} × [{shown(item.items)}]")
        else:
            times = f"{item.times} × " if item.times > 1 else ""
            parts.append(times + " ".join([item.words, *item.behind]))
    return ", ".join(parts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("conv 4, pool, flatten", "picture, conv 3×3 relu, max pool 2×2, flatten, dense 10"),
        ("pool global max", "picture, global max pool, dense 10"),
        (
            "conv 4, [conv 4 same] + input, gelu, flatten",
            "picture, conv 3×3 relu, [conv 3×3 relu | ] sum gelu, flatten, dense 10",
        ),
        (
            "[conv 4 same stride 2] + [conv 4 1x1 stride 2 linear], flatten",
            "picture, [conv 3×3, stride 2 relu | conv 1×1, stride 2] sum, flatten, dense 10",
        ),
        (
            "[conv 4 1x1 | conv 4 same | input], flatten",
            "picture, [conv 1×1 relu | conv 3×3 relu | ] concatenation, flatten, dense 10",
        ),
        (
            "conv 2, [[conv 2 1x1 linear | [conv 2 same] + input], conv 2 1x1] + input, flatten",
            "picture, conv 3×3 relu, [[conv 1×1 | [conv 3×3 relu | ] sum] concatenation, conv 1×1 relu | ] sum, "
            "flatten, dense 10",
        ),
        ("relu, [relu, conv 1 1x1] + input, flatten", "picture, relu, [relu, conv 1×1 relu | ] sum, flatten, dense 10"),
    ],
)
def test_paths_are_those_of_the_text(text: str, expected: str) -> None:
    found = outline(text)
    assert sorted_paths(shown(found)) == sorted_paths(expected)


def sorted_paths(text: str) -> list[str]:
    """Return the pieces of a text in any order: which path is the first makes no difference."""
    return sorted(text.replace("[", " ").replace("]", " ").replace("|", " ").replace(",", " ").split())


def test_repetitions_are_folded() -> None:
    items = fold_repetitions(outline("3 × conv 4 same, 2 × [conv 4 same gelu, pool 3 same stride 1], flatten"))
    assert shown(items) == (
        "picture, conv 3×3 relu, 2 × conv 3×3 relu, 2 × [conv 3×3 gelu, max pool 3×3, stride 1], flatten, dense 10"
    )


@pytest.mark.parametrize("name", ["convnet", "vgg16", "resnet50", "mobilenet_v2", "efficientnet_lite0"])
def test_no_grouping_loses_a_layer_or_a_parameter(name: str) -> None:
    shape = (28, 28, 1) if name == "convnet" else (224, 224, 3)
    with torch.device("meta"):
        summary = summarise(build(name, shape, 10), shape)
    rows = len(summary.layers)
    for level in group(read_outline(summary)[0]):
        assert sum(map(count_parameters, level)) == summary.parameters
        assert sum(map(count_layers, level)) in (rows, rows - 1)  # a flatten may belong to global pooling


def test_resnet_is_grouped_by_its_blocks() -> None:
    with torch.device("meta"):
        summary = summarise(build("resnet50", (224, 224, 3), 1000), (224, 224, 3))
    levels = list(group(read_outline(summary)[0]))
    words = [(item.times, item.words) for item in levels[2] if isinstance(item, Block) and item.kind == "group"]
    assert words == [(3, "bottleneck block"), (4, "bottleneck block"), (6, "bottleneck block"), (3, "bottleneck block")]


class _Gated(nn.Module):
    """Squeeze and excitation: maps times a number for each channel."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.down, self.up = nn.Conv2d(1, 4, 3), nn.Linear(4, 2), nn.Linear(2, 4)
        self.factor, self.last = nn.Parameter(torch.ones(1)), nn.Linear(4, 10)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        maps = 2 * self.conv(pictures) * self.factor
        gate = torch.sigmoid(self.up(torch.relu(self.down(maps.mean((2, 3))))))
        logits: torch.Tensor = self.last((maps * gate[:, :, None, None]).mean((2, 3)))
        return logits


def test_a_product_of_paths_is_one_and_a_factor_is_not() -> None:
    summary = summarise(_Gated(), (8, 8, 1))
    items, whole = read_outline(summary)
    assert whole
    assert [(item.join, item.output) for item in items if isinstance(item, Branches)] == [("product", (6, 6, 4))]
    words = [text.get_text() for text in summary.diagram().figure().axes[0].texts]
    assert "×" in words
    assert "product" in words
    assert any("(1 of them in no layer)" in text for text in words)  # self.factor


class _Crossed(nn.Module):
    """Paths that take from one another, as in a densely connected network."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(1, 2, 3, padding=1), nn.Conv2d(2, 2, 3, padding=1)
        self.third, self.last = nn.Conv2d(4, 2, 3, padding=1), nn.Linear(8, 10)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        first = self.first(pictures)
        second = self.second(first)
        third = self.third(torch.cat([first, second], 1))
        whole = torch.cat([second, third, first, first.relu() * second], 1)
        logits: torch.Tensor = self.last(whole.mean((2, 3)))
        return logits


def test_paths_that_cross_are_drawn_one_behind_the_other() -> None:
    summary = summarise(_Crossed(), (8, 8, 1))
    items, whole = read_outline(summary)
    assert not whole
    assert [item.words for item in items if isinstance(item, Block)].count("conv 3×3") == 3
    notes = [text.get_text() for text in summary.diagram().figure().axes[0].texts]
    assert any("take from one another" in note for note in notes)


def test_a_summary_of_rows_alone_is_a_chain() -> None:
    whole = summarise(build("fashion_convnet", (28, 28, 1), 10, batch_norm=True), (28, 28, 1))
    rows = Summary("rows", whole.input, whole.layers)
    assert shown(read_outline(rows)[0]) == shown(read_outline(whole)[0])
    assert rows.diagram().figure().axes
