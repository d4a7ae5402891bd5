"""Layers noted as they run."""

from __future__ import annotations

import torch
from torch import nn

from catseye.insight.maps.receptive_field import measure_receptive_fields
from catseye.networks.recording import record_steps
from catseye.networks.summarising import summarise


class Deciding(nn.Module):
    """What cannot be followed: a loop whose length depends on the picture, and a factor that belongs to no layer."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.again = nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1)
        self.rows, self.fc = nn.LSTM(32, 5, batch_first=True), nn.Linear(5, 10)
        self.factor = nn.Parameter(torch.ones(3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.conv(x)
        for _ in range(2 if x.mean() > -100 else 1):
            x = self.again(x) * self.factor[0]
        rows, _ = self.rows(x.permute(0, 2, 1, 3).flatten(2))
        logits: torch.Tensor = self.fc(rows[:, -1])
        return logits


def test_each_run_of_a_layer_is_a_step() -> None:
    steps = record_steps(Deciding(), (8, 8, 1))
    assert [(step.name, step.output) for step in steps] == [
        ("conv", (4, 8, 8)),
        ("again@1", (4, 8, 8)),
        ("again@2", (4, 8, 8)),
        ("rows", (8, 5)),
        ("fc", (10,)),
    ]


def test_the_network_itself_gets_no_hooks_and_keeps_its_mode() -> None:
    network = Deciding().train()
    record_steps(network, (8, 8, 1))
    assert network.training
    assert not any(module._forward_hooks for module in network.modules())


class _Functional(nn.Module):
    """A convolution by a function, and a block on channels that lie last."""

    def __init__(self) -> None:
        super().__init__()
        self.before, self.behind = nn.Conv2d(1, 8, 3, padding=1), nn.Linear(8, 16)
        self.kernel, self.head = nn.Parameter(torch.ones(16, 16, 3, 3)), nn.Linear(16, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.behind(self.before(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        x = nn.functional.conv2d(x, self.kernel, padding=1) * 2
        logits: torch.Tensor = self.head(x.mean((2, 3)))  # of which every position is a part
        return logits


def test_behind_what_cannot_be_followed_no_field_is_stated() -> None:
    summary = summarise(_Functional(), (8, 8, 1))
    assert [(layer.name, layer.output, layer.receptive_field) for layer in summary.layers[1:]] == [
        ("before", (8, 8, 8), (3, 3)),
        ("behind", (8, 8, 16), None),
        ("mean", (16,), None),
        ("head", (10,), None),
    ]
    fields = {field.layer: field for field in measure_receptive_fields(_Functional(), (8, 8, 1))}
    assert {name: (field.analytic, field.measured) for name, field in fields.items()} == {
        "before": ((3, 3), (3, 3)),
        "behind": (None, (3, 3)),
        "mean": (None, (8, 8)),
        "head": (None, (8, 8)),
    }


def test_a_summary_counts_every_parameter_once() -> None:
    network = Deciding()
    summary = summarise(network, (8, 8, 1))
    assert summary.parameters == sum(weight.numel() for weight in network.parameters())
    assert [layer.parameters for layer in summary.layers] == [0, 40, 148, 0, 4 * 5 * (32 + 5 + 2), 60]
    assert summary.other_parameters == 3
    assert [layer.receptive_field for layer in summary.layers[1:]] == [None] * 5
    assert summary.layers[2].multiply_adds == 8 * 8 * 4 * 9 * 4
