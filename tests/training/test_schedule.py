"""Learning rates against PyTorch's own schedulers."""

import pytest
import torch
from torch.optim import lr_scheduler

from catseye.training.choices import Schedule
from catseye.training.recipe import Recipe
from catseye.training.schedule import FIRST_RATE, RISE_SHARE, learning_rate


# PyTorch's own cycle divides by zero below five steps.
@pytest.mark.parametrize("steps", [5, 7, 100, 1001])
@pytest.mark.parametrize("schedule", ["constant", "exponential", "cosine", "one_cycle"])
def test_rates_are_pytorchs(schedule: Schedule, steps: int) -> None:
    decay = {"learning_rate_decay": 0.02} if schedule == "exponential" else {}
    recipe = Recipe(schedule=schedule, learning_rate=0.1).with_changes(decay)
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    judges: dict[str, lr_scheduler.LRScheduler] = {
        "exponential": lr_scheduler.ExponentialLR(optimizer, 0.02 ** (1 / steps)),
        "constant": lr_scheduler.ConstantLR(optimizer, 1.0),
        "cosine": lr_scheduler.CosineAnnealingLR(optimizer, steps),
    }
    if schedule == "one_cycle":
        judges[schedule] = lr_scheduler.OneCycleLR(
            optimizer, 0.1, steps, pct_start=RISE_SHARE, cycle_momentum=False, div_factor=1 / FIRST_RATE
        )
    else:
        optimizer.param_groups[0]["lr"] = 0.1
    for step in range(steps):
        assert learning_rate(recipe, step, steps) == pytest.approx(optimizer.param_groups[0]["lr"], abs=1e-12)
        optimizer.step()
        judges[schedule].step()


@pytest.mark.parametrize("steps", [1, 2, 3, 4])
def test_the_shortest_cycles_stay_within_bounds(steps: int) -> None:
    recipe = Recipe(learning_rate=0.1)
    for step in range(steps):
        assert 0 < learning_rate(recipe, step, steps) <= 0.1
