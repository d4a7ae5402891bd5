"""The training loop."""

from __future__ import annotations

import math
import time
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from catseye.attacks.adversarial_training import perturb_training_batch
from catseye.errors import CatseyeError
from catseye.inference.batched import compute_logits
from catseye.system.device import CPU, CUDA
from catseye.system.memory import keep_memory
from catseye.training import checkpoint
from catseye.training.batches import Batches
from catseye.training.checkpoint import TrainingState
from catseye.training.display import SILENT, Watch, watching
from catseye.training.history import Epoch
from catseye.training.optimizer import build_optimizers
from catseye.training.schedule import learning_rate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch import optim

    from catseye.datasets.pictures import Pictures
    from catseye.images.preprocess import Preprocess
    from catseye.training.recipe import Recipe

TIME_LIMIT = "the time limit was reached"
_TOLD_AFTER = 100  # pictures after the first step, when we say how long the training will take
_LOOKED_EVERY = {CPU: 1, CUDA: 50}  # steps: a GPU would have to stop and wait to be looked at after each
_EPSILON_GROWS = 0.3  # share of an adversarial training in which the changes grow to their full size
_ADVERSARIAL_STEPS = 5
_JUDGED_SHARE = 1 / 3  # of the time of a picture that is trained on: what is judged is not gone through backwards


@dataclass(frozen=True)
class Task:
    """What is trained on what, and where: a network, its pictures, its preprocess, the recipe and a device."""

    network: nn.Module
    preprocess: Preprocess
    recipe: Recipe
    train: Pictures
    validation: Pictures | None
    device: str = CPU


def fit(
    task: Task, file: Path | None, on_epoch: Callable[[TrainingState], None], *, quiet: bool = False
) -> TrainingState:
    """Train ``task.network`` in place by the recipe and return how it went.

    All that is random in an epoch is drawn from the recipe's seed and the epoch's number, so that a training that
    goes on from a checkpoint ends in the same weights, to the bit, as one that was never stopped.

    Parameters
    ----------
    task
        Its network is moved to the task's device, and back to the processor at the end.
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
    recipe, network = task.recipe, task.network
    # Convolutions are twice as fast where the channels of a pixel lie side by side.
    network.to(device=task.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    rules = build_optimizers(network, recipe)
    batches = Batches(task.train, recipe, task.device)
    progressed = checkpoint.restore(file, network, rules) if file and file.exists() else _begun(task)
    first = len(progressed.history)
    # Dropout draws from the global generator, which is the caller's.
    shown = nullcontext(SILENT) if quiet else watching(recipe.epochs, len(batches), first * len(batches))
    with torch.random.fork_rng(devices=[] if task.device == CPU else [torch.cuda.current_device()]), shown as watch:
        for number in range(first, recipe.epochs):
            if progressed.stopped:
                break
            _epoch(task, batches, rules, number, progressed, watch)
            if file:
                checkpoint.save(file, network, rules, progressed)
            watch.epoch(progressed.history[-1])
            on_epoch(progressed)
    if progressed.best:
        network.load_state_dict(progressed.best)
    network.to(device=CPU, memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    return progressed


def _begun(task: Task) -> TrainingState:
    """Return where a training begins; with early stopping, its first weights are the best until others are better."""
    progressed = TrainingState()
    loss = _validate(task)[0] if task.recipe.early_stopping else None
    if loss is not None:
        _keep_best(task, progressed, loss)
    return progressed


def _epoch(
    task: Task, batches: Batches, rules: list[optim.Optimizer], number: int, progressed: TrainingState, watch: Watch
) -> None:
    """Train one epoch and write it into ``progressed``."""
    recipe, start = task.recipe, time.perf_counter()
    generator = torch.Generator().manual_seed(recipe.seed * 100_003 + number)
    torch.manual_seed(recipe.seed * 100_003 + number)
    _set_training(task)
    every = _LOOKED_EVERY[task.device]
    sums = torch.zeros(2, device=task.device)  # of the loss, and of right answers, over the pictures seen
    seen, rate, warm, first, told = 0, 0.0, start, 0, number > 0
    for index, (pixels, labels) in enumerate(batches.epoch(generator)):
        step = number * len(batches) + index
        rate = learning_rate(recipe, step, recipe.epochs * len(batches))
        if recipe.adversarial:
            pixels = _attacked(task, pixels, labels, step / (recipe.epochs * len(batches)))
        sums += _step(task, rules, rate, pixels, labels)
        seen += len(labels)
        if (index + 1) % every and index + 1 < len(batches):
            continue
        loss, right = (value / seen for value in sums.tolist())
        if not math.isfinite(loss):
            raise _not_finite(step, number, rate, recipe)
        watch.steps(min(every, index % every + 1), number + 1, loss, right)
        if first == 0:
            warm, first = time.perf_counter(), seen  # the first step is slower than all others
        elif not told and seen >= first + _TOLD_AFTER:
            told = True
            watch.whole(_estimate(task, (time.perf_counter() - warm) / (seen - first)))
        if recipe.time_limit and progressed.seconds + time.perf_counter() - start > recipe.time_limit:
            progressed.stopped = TIME_LIMIT
            break
    if not all(weight.isfinite().all() for weight in task.network.state_dict().values()):
        raise _not_finite(step, number, rate, recipe)
    validation_loss, validation_accuracy = _validate(task)
    seconds = time.perf_counter() - start
    progressed.seconds += seconds
    progressed.pictures += seen
    progressed.history.append(Epoch(number + 1, rate, loss, right, validation_loss, validation_accuracy, seconds))
    if recipe.early_stopping and validation_loss is not None:
        _keep_best(task, progressed, validation_loss)


def _attacked(task: Task, pixels: torch.Tensor, labels: torch.Tensor, progress: float) -> torch.Tensor:
    # From the full size at once, nothing is learned: every answer stays equally probable.
    epsilon = task.recipe.adversarial * min(1.0, progress / _EPSILON_GROWS)

    def compute_logits(pictures: torch.Tensor) -> torch.Tensor:
        with torch.autocast(task.device, torch.bfloat16, enabled=task.recipe.precision == "bf16"):
            answers: torch.Tensor = task.network(task.preprocess.tensor(pictures))
        return answers

    return perturb_training_batch(compute_logits, pixels, labels, epsilon, _ADVERSARIAL_STEPS)


def _step(
    task: Task, rules: list[optim.Optimizer], rate: float, pixels: torch.Tensor, labels: torch.Tensor
) -> torch.Tensor:
    """Change the weights once; return the loss, summed over the batch, and the number of right answers."""
    with torch.autocast(task.device, torch.bfloat16, enabled=task.recipe.precision == "bf16"):
        answers = task.network(task.preprocess.tensor(pixels))
        loss = cross_entropy(answers, labels, label_smoothing=task.recipe.label_smoothing)
    for rule in rules:
        rule.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    if task.recipe.gradient_clip:
        torch.nn.utils.clip_grad_norm_(task.network.parameters(), task.recipe.gradient_clip)
    for rule in rules:
        for group in rule.param_groups:
            group["lr"] = rate * group["share"]
        rule.step()
    return torch.stack((loss.detach().float() * len(labels), (answers.detach().argmax(1) == labels).sum()))


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


def _validate(task: Task) -> tuple[float, float] | tuple[None, None]:
    if task.validation is None:
        return None, None
    answers = compute_logits(task.network, task.preprocess, task.validation)
    labels = torch.from_numpy(task.validation.labels)
    return cross_entropy(answers, labels).item(), (answers.argmax(1) == labels).float().mean().item()


def _keep_best(task: Task, progressed: TrainingState, loss: float) -> None:
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
