"""Multiply-adds are counted exactly, or said not to be."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from matplotlib.text import Text
from torch import nn

import catseye
from catseye.networks.multiply_adds import count_multiply_adds
from catseye.networks.summarising import summarise


def encoder_layer(*, batch_first: bool = True) -> nn.TransformerEncoderLayer:
    return nn.TransformerEncoderLayer(4, 2, 6, batch_first=batch_first)


# Of the encoder layer, for 5 positions of 4: three projections and one of 4×4, two dense of 4×6, two products of 5×5×4.
_ENCODER = 5 * (4 * 4 * 4 + 2 * 4 * 6) + 2 * 5 * 5 * 4


@pytest.mark.parametrize(
    ("layer", "output", "count"),
    [
        (nn.Conv1d(2, 3, 5), (3, 7), 3 * 7 * 5 * 2),
        (nn.LSTM(3, 4, batch_first=True), (5, 4), 5 * 4 * (3 * 4 + 4 * 4)),
        (nn.GRU(3, 4, 2, batch_first=True, bidirectional=True), (5, 8), 5 * 2 * 3 * (3 * 4 + 4 * 4 + 8 * 4 + 4 * 4)),
        (nn.LSTM(3, 4), (5, 4), None),  # where the positions are is not known
        (encoder_layer(), (5, 4), _ENCODER),
        (encoder_layer(batch_first=False), (5, 4), None),
        (nn.TransformerEncoder(encoder_layer(), 3, enable_nested_tensor=False), (5, 4), 3 * _ENCODER),
        (nn.MultiheadAttention(4, 2, batch_first=True), (5, 4), None),
        (nn.Bilinear(3, 4, 5), (5,), None),
        (nn.Embedding(9, 4), (5, 4), 0),
        (nn.ReLU(), (5, 4), 0),
    ],
)
def test_what_each_layer_multiplies(layer: nn.Module, output: tuple[int, ...], count: int | None) -> None:
    assert count_multiply_adds(layer, output) == count


class _Reading(nn.Module):
    """Rows of a picture of 8×8 one after the other, through a layer or a product that is none."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer, self.head, self.matrix = layer, nn.Linear(8, 10), nn.Parameter(torch.zeros(8, 8))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        rows: Any = x[:, 0]
        if isinstance(self.layer, nn.MultiheadAttention):
            rows = self.layer(rows, rows, rows)[0]
        else:
            rows = torch.relu(rows @ self.matrix)
        logits: torch.Tensor = self.head(rows.mean(1))
        return logits


@pytest.mark.parametrize("layer", [nn.MultiheadAttention(8, 2, batch_first=True), nn.Identity()])
def test_a_total_that_is_not_known_is_at_least_what_is(layer: nn.Module) -> None:
    summary = catseye.summary(_Reading(layer), shape=(8, 8, 1))
    assert (summary.multiply_adds, summary.all_counted, summary.to_json()["multiply_adds"]) == (80, False, None)
    assert "at least 80" in summary._repr_html_()
    figure = summary.diagram().view().figure()
    assert any("at least 80 multiply-adds" in text.get_text() for text in figure.findobj(Text))


def test_a_network_of_known_layers_is_counted_whole() -> None:
    assert summarise(nn.Sequential(nn.Conv2d(1, 4, 3), nn.Flatten(), nn.Linear(144, 10)), (8, 8, 1)).all_counted
