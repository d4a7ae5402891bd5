"""Training: a `Recipe` of every choice, the `loop` that follows it, and checkpoints that survive a kill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye._lazy import lazily

if TYPE_CHECKING:
    from catseye.training.checkpoint import TrainingState
    from catseye.training.history import Epoch
    from catseye.training.loop import Task, fit
    from catseye.training.planning import Plan, plan
    from catseye.training.recipe import Recipe

__all__ = ["Epoch", "Plan", "Recipe", "Task", "TrainingState", "fit", "plan"]

__getattr__, __dir__ = lazily(
    __name__,
    {
        "Epoch": "catseye.training.history",
        "Plan": "catseye.training.planning",
        "Recipe": "catseye.training.recipe",
        "Task": "catseye.training.loop",
        "TrainingState": "catseye.training.checkpoint",
        "fit": "catseye.training.loop",
        "plan": "catseye.training.planning",
    },
)
