"""The training loop."""

from __future__ import annotations

import math
import time
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import torch
from torch import nn

from catseye.attacks.adversarial_training import perturb_training_batch
from catseye.errors import CatseyeError, with_short_traceback
from catseye.inference.batched import compute_logits
from catseye.networks.effort import choose_threads
from catseye.networks.initialisation import NONE
from catseye.networks.memory_layout import choose_layout
from catseye.networks.quick_order import in_quick_order
from catseye.short_repr import counted
from catseye.system.device import CPU, CUDA
from catseye.system.memory import keep_memory
from catseye.system.threads import limit_threads
from catseye.system.waiting import follow_load
from catseye.training import checkpoint
from catseye.training.averaging import WeightAverage
from catseye.training.batches import Batches
from catseye.training.checkpoint import TrainingState
from catseye.training.choices import loss_title, own_loss_name
from catseye.training.display import NO_DISPLAY, training_display
from catseye.training.forecast import TrainingForecast
from catseye.training.history import Epoch
from catseye.training.lone_picture import freeze_statistics
from catseye.training.losses import LossFunction, OwnLoss, build_loss
from catseye.training.metrics import NO_METRICS, Metrics
from catseye.training.mixing import Targets, mix
from catseye.training.optimizer import build_optimizers
from catseye.training.schedule import learning_rate

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from torch import optim

    from catseye.datasets.pictures import Pictures
    from catseye.images.preprocess import Preprocess
    from catseye.training.display import TrainingDisplay
    from catseye.training.recipe import Recipe

TIME_LIMIT = "the time limit was reached"
_READ_EVERY = {CPU: 1, CUDA: 50}  # steps between readings of the loss: for each, a GPU has to stop and wait
_EPSILON_GROWS = 0.3  # share of an adversarial training in which the changes grow to their full size
_ADVERSARIAL_STEPS = 5


@dataclass(frozen=True)
class Task:
    """What is trained on what, and where: a network, its pictures, its preprocess, the recipe and a device.

    ``own_loss`` is the function that the recipe's loss stands for if it is the caller's own.
    """

    network: nn.Module
    preprocess: Preprocess
    recipe: Recipe
    train: Pictures
    validation: Pictures | None
    device: str = CPU
    own_loss: OwnLoss | None = None
    metrics: Metrics = NO_METRICS

    @cached_property
    def quick_network(self) -> nn.Module:
        """The same network, its layers in the quickest order."""
        return in_quick_order(self.network)

    @cached_property
    def loss(self) -> LossFunction:
        """The loss that training minimises."""
        return build_loss(self.recipe, self.own_loss)

    @cached_property
    def validation_loss(self) -> LossFunction:
        """The same without label smoothing."""
        return build_loss(self.recipe, self.own_loss, smoothing=False)


@with_short_traceback
def fit(
    task: Task, file: Path | None, on_epoch: Callable[[TrainingState], None], *, quiet: bool = False
) -> TrainingState:
    """Train ``task.network`` in place by the recipe and return the final state.

    Everything random in an epoch is drawn from the recipe's seed and the epoch's number, so that a training that is
    resumed from a checkpoint ends with the same weights, bit for bit, as one that was never stopped.

    Parameters
    ----------
    task
        The training to do; its network is moved to the device, and back to the processor at the end.
    file
        The checkpoint, written after every epoch; if it exists, training resumes from it. ``None``: no checkpoint.
    on_epoch
        Called with the state after every epoch, once the checkpoint is written.
    quiet
        Show no progress.

    Raises
    ------
    CatseyeError
        The loss is not finite, or the checkpoint cannot be written or read.
    """
    with _share_work(task), follow_load():
        return _fit(task, file, on_epoch, quiet=quiet)


def _fit(task: Task, file: Path | None, on_epoch: Callable[[TrainingState], None], *, quiet: bool) -> TrainingState:
    keep_memory()
    recipe, network = task.recipe, task.network
    network.to(device=task.device, memory_format=choose_layout(network))  # type: ignore[call-overload]
    optimizers = build_optimizers(network, recipe)
    batches = Batches(task.train, recipe, task.device)
    state = checkpoint.restore(file, network, optimizers) if file and file.exists() else _initial_state(task)
    if file and not file.exists() and recipe.initialisation == NONE:
        checkpoint.save(file, network, optimizers, state)  # no seed makes these weights again
    average = WeightAverage(network, recipe, state, recipe.epochs * len(batches))
    first, title = len(state.history), loss_title(recipe.loss)
    steps = len(batches)
    shown = nullcontext(NO_DISPLAY) if quiet else training_display(recipe.epochs, steps, first * steps, title)
    # Dropout draws from the global generator, which is the caller's.
    with torch.random.fork_rng(devices=[] if task.device == CPU else [torch.cuda.current_device()]), shown as display:
        forecast = TrainingForecast(len(task.train), len(task.validation or ()), display, recipe.epochs - first)
        for number in range(first, recipe.epochs):
            if state.stopped:
                break
            _train_epoch(task, batches, optimizers, number, state, average, display, forecast)
            forecast.finish_epoch(state.history[-1].seconds)
            if file:
                checkpoint.save(file, network, optimizers, state)
            display.show_epoch(state.history[-1])
            on_epoch(state)
    if state.best:
        network.load_state_dict(state.best)
    else:
        average.keep()
    network.to(device=CPU, memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    return state


def _share_work(task: Task) -> AbstractContextManager[object]:
    """Let several threads compute a step only if there is enough work for each."""
    if task.device == CPU and choose_threads(task.network, task.preprocess.shape, task.recipe.batch_size) == 1:
        return limit_threads(1)
    return nullcontext()


def _initial_state(task: Task) -> TrainingState:
    """Return the state before the first epoch; with early stopping, the initial weights are the best so far."""
    state = TrainingState()
    if task.recipe.early_stopping and task.validation is not None:
        _keep_best(task, state, _validate(task)[0])
    return state


def _train_epoch(
    task: Task,
    batches: Batches,
    optimizers: list[optim.Optimizer],
    number: int,
    state: TrainingState,
    average: WeightAverage,
    display: TrainingDisplay,
    forecast: TrainingForecast,
) -> None:
    """Train one epoch and add it to ``state``."""
    recipe, start = task.recipe, time.perf_counter()
    generator = torch.Generator().manual_seed(recipe.seed * 100_003 + number)
    torch.manual_seed(recipe.seed * 100_003 + number)
    _set_training(task)
    every = _READ_EVERY[task.device]
    sums = torch.zeros(2, device=task.device)  # of the loss, and of right answers, over the pictures seen
    seen, rate = 0, 0.0
    for index, (pixels, labels) in enumerate(batches.epoch(generator)):
        step = number * len(batches) + index
        rate = learning_rate(recipe, step, recipe.epochs * len(batches))
        if recipe.adversarial:
            pixels = _perturb(task, pixels, labels, step / (recipe.epochs * len(batches)))
        sums += _step(task, optimizers, rate, *mix(pixels, labels, recipe, generator))
        average.take_step()
        seen += len(labels)
        if (index + 1) % every and index + 1 < len(batches):
            continue
        loss, accuracy = (value / seen for value in sums.tolist())
        if not math.isfinite(loss):
            raise _not_finite(step, number, rate, recipe)
        display.show_steps(min(every, index % every + 1), number + 1, loss, accuracy)
        forecast.update(seen)
        if recipe.time_limit and state.seconds + time.perf_counter() - start > recipe.time_limit:
            state.stopped = TIME_LIMIT
            break
    if not all(weight.isfinite().all() for weight in task.network.state_dict().values()):
        raise _not_finite(step, number, rate, recipe)
    average.take_epoch(number, task.preprocess, batches.epoch(generator))
    with average.in_network():
        measured = _validate(task) if task.validation is not None else (None, None, {})
        seconds = time.perf_counter() - start
        state.seconds += seconds
        state.pictures += seen
        validation_loss, validation_accuracy, metrics = measured
        values = (loss, accuracy, validation_loss, validation_accuracy, seconds, recipe.loss, metrics)
        state.history.append(Epoch(number + 1, rate, *values))
        if recipe.early_stopping and validation_loss is not None:
            _keep_best(task, state, validation_loss)


def _perturb(task: Task, pixels: torch.Tensor, labels: torch.Tensor, progress: float) -> torch.Tensor:
    # From the full size at once, nothing is learned: every answer stays equally probable.
    epsilon = task.recipe.adversarial * min(1.0, progress / _EPSILON_GROWS)

    def compute_logits(pictures: torch.Tensor) -> torch.Tensor:
        with torch.autocast(task.device, torch.bfloat16, enabled=task.recipe.precision == "bf16"):
            logits: torch.Tensor = task.quick_network(task.preprocess.tensor(pictures))
        return logits

    return perturb_training_batch(compute_logits, pixels, labels, epsilon, _ADVERSARIAL_STEPS)


def _step(
    task: Task, optimizers: list[optim.Optimizer], rate: float, pixels: torch.Tensor, targets: Targets
) -> torch.Tensor:
    """Change the weights once; return the loss, summed over the batch, and the number of right answers."""
    with torch.autocast(task.device, torch.bfloat16, enabled=task.recipe.precision == "bf16"):
        logits = task.quick_network(task.preprocess.tensor(pixels))
        loss = targets.loss(task.loss, logits)
    for optimizer in optimizers:
        optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    if task.recipe.gradient_clip:
        torch.nn.utils.clip_grad_norm_(task.network.parameters(), task.recipe.gradient_clip)
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = rate * group["share"]
        optimizer.step()
    return torch.stack((loss.detach().float() * len(logits), targets.count_right(logits.detach())))


def _set_training(task: Task) -> None:
    task.network.train()
    if task.recipe.frozen_statistics:
        freeze_statistics(task.network)


def _validate(task: Task) -> tuple[float, float, dict[str, float]]:
    """Return the loss without label smoothing, the accuracy and the caller's metrics on the validation pictures."""
    assert task.validation is not None
    logits = compute_logits(task.network, task.preprocess, task.validation)
    labels = torch.from_numpy(task.validation.labels)
    loss = task.validation_loss(logits.to(task.device), labels.to(task.device)).item()
    return loss, (logits.argmax(1) == labels).float().mean().item(), task.metrics.measure(logits, labels)


def _keep_best(task: Task, state: TrainingState, loss: float) -> None:
    if state.best_loss is None or loss < state.best_loss:
        state.best_loss = loss
        state.best = {name: value.clone() for name, value in task.network.state_dict().items()}
        return
    latest_first = [epoch.validation_loss for epoch in reversed(state.history)]
    # Where no epoch has the best loss, the initial weights had it.
    stale = latest_first.index(state.best_loss) if state.best_loss in latest_first else len(latest_first)
    if stale >= task.recipe.early_stopping:
        state.stopped = f"the validation loss had not improved for {counted(stale, 'epoch')}"


def _not_finite(step: int, number: int, rate: float, recipe: Recipe) -> CatseyeError:
    loss = f"the loss {own_loss_name(recipe.loss)}".rstrip()
    remedies = [f"a smaller learning rate than {recipe.learning_rate:g}"]
    remedies += ["gradient clipping (1)"] if not recipe.gradient_clip else []
    remedies += ["precision fp32"] if recipe.precision == "bf16" else []
    return CatseyeError(
        f"{loss} was no longer finite at step {step + 1} (epoch {number + 1}, learning rate {rate:.3g})"
        f"{'; the last good checkpoint is kept' if number else ''}.\nTry {' or '.join(remedies)}, with another out."
    )
