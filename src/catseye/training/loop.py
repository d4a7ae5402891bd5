"""The training loop."""

from __future__ import annotations

import math
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from catseye.datasets.pictures import MemoryPictures
from catseye.errors import CatseyeError
from catseye.images.augment import flip, shift
from catseye.memory import keep_memory
from catseye.networks.backbone import Backbone
from catseye.networks.logits import logits
from catseye.training import checkpoint
from catseye.training.checkpoint import Progressed
from catseye.training.history import Epoch
from catseye.training.optimizer import optimizer
from catseye.training.schedule import learning_rate
from catseye.training.watch import SILENT, Watch, watching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from torch import optim

    from catseye.datasets.pictures import Pictures
    from catseye.images.preprocess import Preprocess
    from catseye.training.recipe import Recipe

Batch = tuple[torch.Tensor, torch.Tensor]
TIME_LIMIT = "the time limit was reached"
_TOLD_AFTER = 100  # pictures after the first step, when we say how long the training will take
_JUDGED_SHARE = 1 / 3  # of the time of a picture that is trained on: what is judged is not gone through backwards


@dataclass(frozen=True)
class Task:
    """What is trained on what: a network, its pictures, its preprocess and the recipe."""

    network: nn.Module
    preprocess: Preprocess
    recipe: Recipe
    train: Pictures
    validation: Pictures | None

    @property
    def steps(self) -> int:
        """Steps in an epoch."""
        return max(1, math.ceil(len(self.train) / self.recipe.batch_size))


def fit(task: Task, file: Path | None, on_epoch: Callable[[Progressed], None], *, quiet: bool = False) -> Progressed:
    """Train ``task.network`` in place by the recipe and return how it went.

    All that is random in an epoch is drawn from the recipe's seed and the epoch's number, so that a training that
    goes on from a checkpoint ends in the same weights, to the bit, as one that was never stopped.

    Parameters
    ----------
    task
    file
        The checkpoint, written after every epoch; where it exists, training goes on from it. ``None``: no checkpoint.
    on_epoch
        Called after every epoch with how far the training has come, once the checkpoint is written.
    quiet
        Show nothing of how it goes.

    Raises
    ------
    CatseyeError
        The loss is not finite, or the checkpoint cannot be written or read.
    """
    keep_memory()
    recipe, rule = task.recipe, optimizer(task.network, task.recipe)
    task.network.to(memory_format=_memory_format(task.network))  # type: ignore[call-overload]
    progressed = checkpoint.restore(file, task.network, rule) if file and file.exists() else _begun(task)
    first = len(progressed.history)
    # Dropout draws from the global generator, which is the caller's.
    shown = nullcontext(SILENT) if quiet else watching(recipe.epochs, task.steps, first * task.steps)
    with torch.random.fork_rng(devices=[]), shown as watch:
        for number in range(first, recipe.epochs):
            if progressed.stopped:
                break
            _epoch(task, rule, number, progressed, watch)
            if file:
                checkpoint.save(file, task.network, rule, progressed)
            watch.epoch(progressed.history[-1])
            on_epoch(progressed)
    if progressed.best:
        task.network.load_state_dict(progressed.best)
    task.network.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    return progressed


def _memory_format(network: nn.Module) -> torch.memory_format:
    """Return how pictures and weights lie in memory while the network is trained."""
    return torch.channels_last if isinstance(network, Backbone) else torch.contiguous_format


def _begun(task: Task) -> Progressed:
    """Return where a training begins; with early stopping, its first weights are the best until others are better."""
    progressed = Progressed()
    loss = _validate(task)[0] if task.recipe.early_stopping else None
    if loss is not None:
        _keep_best(task, progressed, loss)
    return progressed


def _epoch(task: Task, rule: optim.Optimizer, number: int, progressed: Progressed, watch: Watch) -> None:
    """Train one epoch and write it into ``progressed``."""
    recipe, start = task.recipe, time.perf_counter()
    generator = torch.Generator().manual_seed(recipe.seed * 100_003 + number)
    torch.manual_seed(recipe.seed * 100_003 + number)
    _set_training(task)
    losses, right, seen, rate = 0.0, 0, 0, 0.0
    warm, first = start, 0
    for index, (pixels, labels) in enumerate(_batches(task, generator)):
        step = number * task.steps + index
        rate = learning_rate(recipe, step, recipe.epochs * task.steps)
        loss, hits = _step(task, rule, rate, _varied(pixels, recipe, generator), labels)
        if not math.isfinite(loss):
            raise _not_finite(step, number, rate, recipe)
        losses, right, seen = losses + loss * len(labels), right + hits, seen + len(labels)
        watch.step(number + 1, losses / seen, right / seen)
        if index == 0:
            warm, first = time.perf_counter(), seen  # the first step is slower than all others
        if number == 0 and seen - len(labels) < first + _TOLD_AFTER <= seen:
            watch.whole(_estimate(task, (time.perf_counter() - warm) / (seen - first)))
        if recipe.time_limit and progressed.seconds + time.perf_counter() - start > recipe.time_limit:
            progressed.stopped = TIME_LIMIT
            break
    if not all(weight.isfinite().all() for weight in task.network.state_dict().values()):
        raise _not_finite((number + 1) * task.steps - 1, number, rate, recipe)
    validation_loss, validation_accuracy = _validate(task)
    seconds = time.perf_counter() - start
    progressed.seconds += seconds
    progressed.pictures += seen
    epoch = Epoch(number + 1, rate, losses / seen, right / seen, validation_loss, validation_accuracy, seconds)
    progressed.history.append(epoch)
    if recipe.early_stopping and validation_loss is not None:
        _keep_best(task, progressed, validation_loss)


def _step(
    task: Task, rule: optim.Optimizer, rate: float, pixels: torch.Tensor, labels: torch.Tensor
) -> tuple[float, int]:
    """Change the weights once; return the batch's loss and how many answers were right."""
    with torch.autocast("cpu", torch.bfloat16, enabled=task.recipe.precision == "bf16"):
        pictures = task.preprocess.tensor(pixels).to(memory_format=_memory_format(task.network))
        answers = task.network(pictures)
        loss = cross_entropy(answers, labels, label_smoothing=task.recipe.label_smoothing)
    rule.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    if task.recipe.gradient_clip:
        torch.nn.utils.clip_grad_norm_(task.network.parameters(), task.recipe.gradient_clip)
    for group in rule.param_groups:
        group["lr"] = rate * group["share"]
    rule.step()
    return loss.item(), int((answers.detach().argmax(1) == labels).sum())


def _set_training(task: Task) -> None:
    task.network.train()
    if task.recipe.frozen_statistics:
        for module in task.network.modules():
            if isinstance(module, nn.modules.batchnorm._NormBase):
                module.eval()


def _estimate(task: Task, seconds_each: float) -> float:
    """Return how many seconds all epochs take if a picture that is trained on takes so many."""
    judged = 0 if task.validation is None else len(task.validation) * _JUDGED_SHARE
    return seconds_each * (len(task.train) + judged) * task.recipe.epochs


def _batches(task: Task, generator: torch.Generator) -> Iterator[Batch]:
    """Yield the training pictures uint8 (B, C, H, W) and labels in random order."""
    parts = torch.split(torch.randperm(len(task.train), generator=generator), task.recipe.batch_size)
    if len(parts) > 1 and len(parts[-1]) == 1:
        parts = parts[:-1]  # batch normalisation cannot normalise one picture; another is left over next time

    def load(part: torch.Tensor) -> Batch:
        indices = part.numpy()
        return torch.from_numpy(task.train.batch(indices)), torch.from_numpy(task.train.labels[indices])

    if isinstance(task.train, MemoryPictures):
        yield from map(load, parts)
        return
    with ThreadPoolExecutor(1) as ahead:  # the next batch is decoded while this one is trained on
        coming = ahead.submit(load, parts[0])
        for part in parts[1:]:
            batch, coming = coming.result(), ahead.submit(load, part)
            yield batch
        yield coming.result()


def _varied(pixels: torch.Tensor, recipe: Recipe, generator: torch.Generator) -> torch.Tensor:
    if recipe.flip:
        pixels = flip(pixels, generator)
    return shift(pixels, recipe.shift, generator) if recipe.shift else pixels


def _validate(task: Task) -> tuple[float, float] | tuple[None, None]:
    if task.validation is None:
        return None, None
    answers = logits(task.network, task.preprocess, task.validation)
    labels = torch.from_numpy(task.validation.labels)
    return cross_entropy(answers, labels).item(), (answers.argmax(1) == labels).float().mean().item()


def _keep_best(task: Task, progressed: Progressed, loss: float) -> None:
    if progressed.best_loss is None or loss < progressed.best_loss:
        progressed.best_loss = loss
        progressed.best = {name: value.clone() for name, value in task.network.state_dict().items()}
        return
    latest_first = [epoch.validation_loss for epoch in reversed(progressed.history)]
    # Where no epoch has the best loss, the weights that training began with had it.
    stale = latest_first.index(progressed.best_loss) if progressed.best_loss in latest_first else len(latest_first)
    if stale >= task.recipe.early_stopping:
        progressed.stopped = f"the validation loss had not fallen for {stale} epochs"


def _not_finite(step: int, number: int, rate: float, recipe: Recipe) -> CatseyeError:
    mends = [f"a smaller learning rate than {recipe.learning_rate:g}"]
    mends += ["gradient clipping (1)"] if not recipe.gradient_clip else []
    mends += ["precision fp32"] if recipe.precision == "bf16" else []
    return CatseyeError(
        f"the loss was no longer finite at step {step + 1} (epoch {number + 1}, learning rate {rate:.3g})"
        f"{'; the last good checkpoint stays' if number else ''}.\nTry {' or '.join(mends)}, with another --out."
    )
