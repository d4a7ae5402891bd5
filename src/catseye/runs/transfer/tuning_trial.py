"""Fine-tuning as one of a search's trials: whether it may pay, how long it will take, and what came of it."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from catseye.datasets.dataset import TEST, TRAIN, VALIDATION
from catseye.datasets.splits import stratified
from catseye.drawing.numbers import percent
from catseye.runs.transfer.engines import Engines
from catseye.runs.transfer.features import extract_splits
from catseye.runs.transfer.forecast import MARGIN
from catseye.system.device import CPU
from catseye.transfer_learning.recipe import default_fine_tuning

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.runs.session import Session
    from catseye.runs.transfer.budget import Budget
    from catseye.runs.transfer.fine_tuning import FineTuned
    from catseye.runs.transfer.plan import TransferPlan
    from catseye.runs.transfer.trial import Tried
    from catseye.training.recipe import Recipe
    from catseye.transfer_learning.recipe import TransferRecipe

_GOOD = 0.97  # accuracy from which on there is hardly anything left to gain
_ENOUGH = 30  # validation pictures; with fewer, next to no gain is significant
_BACKWARD = 10.0  # least time of a training picture on a processor, in that of the features' engine; measured: 30
_VALIDATION_COST = 1 / 3  # time of a validation picture, in that of a training picture: it has no backward pass
_LOAD_SECONDS = 5.0  # loading PyTorch and timing a step


@dataclass(frozen=True)
class FineTuningTrial:
    """Fine-tuning of the default backbone.

    Attributes
    ----------
    plan : TransferPlan
        Of the transfer without a search.
    default, best : Tried
        The first head, and the best.
    home : Path
    device : str
    """

    plan: TransferPlan
    default: Tried
    best: Tried
    home: Path
    device: str

    @property
    def recipe(self) -> Recipe:
        """The recipe that serves most data."""
        return default_fine_tuning(len(self.plan.dataset.splits[TRAIN]), self.plan.recipe.seed)

    def objection(self) -> str:
        """Say why it is not worth trying; empty if it may be."""
        if self.best.accuracy >= _GOOD:
            return f"{percent(self.best.accuracy, 1)} are right already"
        if self._validation < _ENOUGH:
            return f"a fair comparison needs {_ENOUGH} validation pictures; there would be {self._validation}"
        return ""

    def least_seconds(self) -> float:
        """Return how long it takes at least, before PyTorch is loaded."""
        return _LOAD_SECONDS + self._steps * self.default.milliseconds / 1000 * (_BACKWARD if self.device == CPU else 1)

    def forecast(self) -> float:
        """Return how long it will take, judging by one training step; this loads PyTorch."""
        after = self._all * (self.default.rate or self.default.milliseconds / 1000) * 2  # decoding, and measuring all
        return MARGIN * (self._steps / self.recipe.batch_size * self._time_step() + after)

    def carry_out(self, session: Session, budget: Budget, reserve: float) -> tuple[FineTuned, TransferRecipe]:
        """Train, and compare with the best head; return the outcome and the recipe.

        ``reserve`` is the time that must be left afterwards.
        """
        from catseye.runs.transfer.fine_tuning import fine_tune_from_head

        plan, best = self.plan, self.best.candidate
        fine_tuning = self.recipe
        if not math.isinf(budget.left):
            fine_tuning = replace(fine_tuning, time_limit=round(max(1.0, budget.left - reserve), 1))
        own, other = (Engines(one, self.home, self.device) for one in (plan.backbone, self.best.backbone))
        features = extract_splits(plan.dataset, own, None, mirrored=True)
        rival = extract_splits(plan.dataset, other, None, mirrored=best.mirrored)
        recipe = replace(plan.recipe, fine_tuning=fine_tuning, choose_flip=not plan.recipe.mirrored)
        tuned = fine_tune_from_head(plan.backbone, features, recipe, session, self.device, rival)
        return tuned, replace(recipe, fine_tuning=tuned.recipe)

    @property
    def _all(self) -> int:
        splits = self.plan.dataset.splits
        return sum(len(splits[split]) for split in (TRAIN, VALIDATION, TEST) if split in splits)

    @property
    def _validation(self) -> int:
        """How many validation pictures there would be."""
        splits, recipe = self.plan.dataset.splits, self.recipe
        if VALIDATION in splits:
            return len(splits[VALIDATION])
        return len(stratified(splits[TRAIN].labels, recipe.validation, recipe.seed)[1])

    @property
    def _steps(self) -> float:
        """How many training pictures pass the network in all, those of validation by what they take."""
        splits, validation = self.plan.dataset.splits, self._validation
        train = len(splits[TRAIN]) - (0 if VALIDATION in splits else validation)
        return self.recipe.epochs * (train + validation * _VALIDATION_COST)

    def _time_step(self) -> float:
        """Return how long a training step takes."""
        import torch

        from catseye.transfer_learning.finetune import with_head

        backbone = self.plan.backbone
        height, width, channels = backbone.preprocess.shape
        network = with_head(backbone.network, self.default.head.layer).to(self.device).train()
        pictures = torch.zeros(self.recipe.batch_size, channels, height, width, device=self.device)
        seconds = []
        with torch.inference_mode(False), torch.enable_grad():
            for _ in range(2):  # the first is slower than all others
                start = time.perf_counter()
                network(pictures).sum().backward()
                seconds.append(time.perf_counter() - start)
        return float(np.min(seconds))
