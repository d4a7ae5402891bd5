"""What a network written in Python raises while it is trained is told in one line."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

import catseye
from catseye.errors import UsageError


class _Mean(nn.Module):
    """A convolution, means, a dense layer."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.dense = nn.Conv2d(1, 8, 3), nn.Linear(8, 10)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.dense(self.conv(pictures).mean((2, 3)))
        return logits


class _SmallBatches(_Mean):
    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        assert len(pictures) <= 10, "too many at once"
        return super().forward(pictures)


class _OfOneKind(_Mean):
    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        sums = torch.zeros(len(pictures), 10)
        return sums.index_add_(1, torch.arange(8), self.conv(pictures).mean((2, 3)))


class _Attention(nn.Module):
    """With a layer whose multiplications cannot be counted."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.attention = nn.Conv2d(1, 8, 3), nn.MultiheadAttention(8, 2, batch_first=True)
        self.dense = nn.Linear(8, 10)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        rows = self.conv(pictures).flatten(2).transpose(1, 2)
        logits: torch.Tensor = self.dense(self.attention(rows, rows, rows)[0].mean(1))
        return logits


def test_what_fails_with_larger_batches_is_told() -> None:
    with pytest.raises(UsageError, match=r"^the network fails while it is trained: too many at once\.$"):
        catseye.train("digits", network=_SmallBatches(), epochs=1)


def test_what_fails_in_another_precision_is_told_what_to_do() -> None:
    with pytest.raises(UsageError, match=r'trained in bf16; precision="fp32" may be what it needs\.$'):
        catseye.train("digits", network=_OfOneKind(), epochs=1, precision="bf16")
    assert catseye.train("digits", network=_OfOneKind(), epochs=1, precision="fp32").result.epochs == 1


def test_a_report_of_layers_that_cannot_be_counted_says_so(tmp_path: Path) -> None:
    catseye.train("digits", network=_Attention(), epochs=1, out=tmp_path / "run")
    page = (tmp_path / "run" / "report.html").read_text()
    assert '<td class="n">?</td>' in page
    assert "at least " in page
