"""A U-Net is drawn with each of its connections, level below level."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from catseye.drawing.style import styled
from catseye.networks import summarise
from catseye.networks.diagram.figure import draw_diagram
from catseye.networks.diagram.grouping import group
from catseye.networks.diagram.ladder import read_ladder
from catseye.networks.diagram.layout import lay_out
from catseye.networks.diagram.outline import Branches, Items, count_parameters
from catseye.networks.diagram.paths import read_outline
from catseye.networks.diagram.shapes import Join
from tests.drawing.legibility import check_legible


class TwoConvolutions(nn.Sequential):
    def __init__(self, given: int, width: int) -> None:
        layers = [nn.Conv2d(given, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU()]
        super().__init__(*layers, nn.Conv2d(width, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU())


class UNet(nn.Module):
    """As many levels as asked for, each with half the side and twice the channels of the one above."""

    def __init__(self, levels: int, width: int) -> None:
        super().__init__()
        widths = [width * 2**level for level in range(levels)]
        self.down = nn.ModuleList(map(TwoConvolutions, [3, *widths[:-1]], widths))
        self.pool = nn.MaxPool2d(2)
        pairs = list(zip(widths[:0:-1], widths[-2::-1], strict=True))
        self.larger = nn.ModuleList(nn.ConvTranspose2d(given, made, 2, 2) for given, made in pairs)
        self.up = nn.ModuleList(TwoConvolutions(2 * made, made) for _, made in pairs)
        self.last = nn.Linear(width, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        across = []
        for number, down in enumerate(self.down):
            x = down(self.pool(x) if number else x)
            across.append(x)
        for larger, up, kept in zip(self.larger, self.up, across[-2::-1], strict=True):
            x = up(torch.cat([larger(x), kept], 1))
        out: torch.Tensor = self.last(x.mean((2, 3)))
        return out


@pytest.mark.slow
@pytest.mark.parametrize(("levels", "width", "side"), [(3, 16, 32), (4, 32, 64), (4, 64, 128), (5, 64, 128)])
def test_every_connection_is_drawn_and_no_words_lie_over_others(levels: int, width: int, side: int) -> None:
    summary = summarise(UNet(levels, width), (side, side, 3), "U-Net")
    layout = lay_out(read_outline(summary)[0])
    assert sum(isinstance(shape, Join) for shape in layout.shapes) == levels - 1
    assert sum(map(count_parameters, layout.items)) == summary.parameters
    with styled():
        figure = draw_diagram(summary)
    check_legible(figure, 86)  # 9 points on a page a fifth larger than a slide


def test_its_levels_are_read() -> None:
    items = read_outline(summarise(UNet(4, 8), (32, 32, 3)))[0]
    (branches,) = (item for item in items if isinstance(item, Branches))
    rungs = read_ladder(branches)
    assert len(rungs) == 3
    assert [rung.join is None for rung in rungs] == [False, False, True]
    assert [rung.before[-1].output for rung in rungs] == [(16, 16, 16), (8, 8, 32), (8, 8, 32)]


def test_branches_without_a_line_within_a_line_are_no_ladder() -> None:
    block = Branches(((), ()), "sum", (), (4, 4, 1))
    assert read_ladder(block) == ()
    assert all(not read_ladder(item) for level in group(_residual()) for item in level if isinstance(item, Branches))


def _residual() -> Items:
    from catseye.networks import build

    summary = summarise(
        build("conv 4 same, 3 x [[conv 4 same, conv 4 same] + input], flatten", (8, 8, 1), 10), (8, 8, 1)
    )
    return read_outline(summary)[0]
