"""Threads by the work of a step."""

from __future__ import annotations

import pytest

from catseye.networks import effort
from catseye.networks.effort import choose_threads
from catseye.networks.registry import build


@pytest.mark.parametrize(
    ("network", "shape", "batch", "shares"),
    [
        ("fashion_convnet", (8, 8, 1), 32, False),
        ("fashion_convnet", (8, 8, 1), 128, True),
        ("dense", (28, 28, 1), 32, True),
        ("dense", (28, 28, 1), 8, False),
        ("convnet", (28, 28, 1), 32, True),
    ],
)
def test_little_work_is_done_by_one_thread(
    network: str, shape: tuple[int, int, int], batch: int, shares: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(effort, "usable_cores", lambda: 7)
    assert choose_threads(build(network, shape, 10), shape, batch) == (7 if shares else 1)


def test_the_bound_is_work_of_a_mean_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    # dense, 28 x 28: 784 * 512 + 512 * 10 = 406,528 multiply-adds in two layers; 20 * 203,264 = 4,065,280.
    monkeypatch.setattr(effort, "usable_cores", lambda: 2)
    network = build("dense", (28, 28, 1), 10)
    assert choose_threads(network, (28, 28, 1), 20) == 2
    assert choose_threads(network, (28, 28, 1), 19) == 1
