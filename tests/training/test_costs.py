"""What a training step may cost, counted in what does not depend on a machine's mood."""

from __future__ import annotations

import math
import sys
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

import catseye
from catseye.datasets import MemoryPictures
from catseye.images.preprocess import Preprocess
from catseye.networks import build
from catseye.training.batches import Batches
from catseye.training.loop import Task, fit
from catseye.training.recipe import Recipe

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS = 4
PREPROCESS = Preprocess(28, 28, 1)
COPIES = {"_to_copy", "copy_", "clone", "contiguous"}


def task(network: str, batch_size: int, **changes: Any) -> Task:
    count = STEPS * batch_size
    pictures = MemoryPictures(np.zeros((count, 1, 28, 28), np.uint8), np.arange(count) % 10, tuple("0123456789"))
    recipe = Recipe(epochs=1, batch_size=batch_size).with_changes({"precision": "bf16", **changes})
    return Task(build(network, (28, 28, 1), 10), PREPROCESS, recipe, pictures, None)


def trained(given: Task) -> None:
    fit(given, None, lambda _: None, quiet=True)


class Counted(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts what PyTorch computes, backwards included."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.operations: Counter[str] = Counter()

    def __torch_dispatch__(self, operation: Any, _: Any, arguments: Any = (), options: Any = None) -> Any:
        self.operations[operation.overloadpacket.__name__] += 1
        return operation(*arguments, **(options or {}))


def operations(network: str, **changes: Any) -> Counter[str]:
    """Return what a step computes: the difference that one more step makes to an epoch."""
    counts: list[Counter[str]] = []
    for steps in (STEPS, STEPS + 1):
        given = task(network, 16, **changes)
        pictures = given.train.take(list(range(16 * STEPS)) + list(range(16)) * (steps - STEPS))
        with Counted() as counted:
            trained(Task(given.network, PREPROCESS, given.recipe, pictures, None))
        counts.append(counted.operations)
    return counts[1] - counts[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("network", "copies", "all_operations"), [("convnet", 26, 210), ("fashion_convnet", 25, 220), ("dense", 12, 90)]
)
def test_a_step_copies_and_computes_no_more_than_it_must(network: str, copies: int, all_operations: int) -> None:
    """By hand for convnet, 26: 8 weights and biases to bf16 and back, the batch to bf16 and channels last, the answers
    to single precision and back; of three gradients for Muon, each laid out as a matrix and to bf16.
    """
    counted = operations(network, optimizer="adamw" if network == "dense" else "muon")
    assert sum(counted[name] for name in COPIES) <= copies
    assert counted.total() <= all_operations
    assert counted["convolution"] == {"convnet": 3, "fashion_convnet": 2, "dense": 0}[network]


def python_calls(run: Callable[[], None]) -> int:
    """Return how many functions of Python are called."""
    calls = 0

    def count(_: Any, event: str, __: Any) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        run()
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.slow
def test_no_python_runs_for_single_pictures() -> None:
    """As many calls for 16 pictures per step as for 128: what Python does, it does a batch at a time."""
    trained(task("fashion_convnet", 16))  # what is imported or cached on first use
    few, many = (python_calls(lambda size=size: trained(task("fashion_convnet", size))) for size in (16, 128))  # type: ignore[misc]
    assert many < 1.05 * few


def allocations(batch_size: int) -> int:
    """Return how often memory was asked for in an epoch."""
    given = task("fashion_convnet", batch_size)
    with torch.profiler.profile(profile_memory=True) as profile:
        trained(given)
    return sum(1 for event in profile.events() if event.name == "[memory]" and event.cpu_memory_usage > 0)


@pytest.mark.slow
def test_memory_is_asked_for_a_batch_at_a_time() -> None:
    trained(task("fashion_convnet", 16))
    few, many = allocations(16), allocations(128)
    assert 0 < many <= 1.05 * few
    assert many / STEPS < 200


def test_pictures_in_memory_are_not_copied_as_a_whole() -> None:
    given = task("dense", 64)
    batches = Batches(given.train, given.recipe, "cpu")
    seen = sum(len(labels) for _, labels in batches.epoch(torch.Generator().manual_seed(0)))
    assert (seen, len(batches)) == (STEPS * 64, STEPS)
    assert batches._held is None


def test_pictures_that_a_gpu_holds_come_in_the_same_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    digits = catseye.load("digits", split="train")
    recipe = Recipe(batch_size=100, shift=1, flip=True)

    def epoch() -> list[tuple[torch.Tensor, torch.Tensor]]:
        return list(Batches(digits, recipe, "cpu").epoch(torch.Generator().manual_seed(3)))

    loaded = epoch()
    monkeypatch.setattr("catseye.training.batches.CPU", "another")  # so that the processor is taken for a GPU
    for (pixels, labels), (held_pixels, held_labels) in zip(loaded, epoch(), strict=True):
        assert torch.equal(pixels, held_pixels)
        assert torch.equal(labels, held_labels)


@pytest.mark.slow
def test_reading_the_loss_seldom_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    often, seldom = (replace(one, train=one.train.take(range(33))) for one in (task("dense", 16), task("dense", 16)))
    seldom.network.load_state_dict(often.network.state_dict())
    # One picture is left over at the end, and seen in neither.
    first = fit(often, None, lambda _: None, quiet=True).history[0]
    monkeypatch.setattr("catseye.training.loop._READ_EVERY", {"cpu": 50})
    second = fit(seldom, None, lambda _: None, quiet=True).history[0]
    assert (first.train_loss, first.train_accuracy) == (second.train_loss, second.train_accuracy)
    for name, value in often.network.state_dict().items():
        assert torch.equal(value, seldom.network.state_dict()[name])


@pytest.mark.slow
def test_every_picture_passes_the_network_as_often_as_it_must(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two epochs; each validated; then a sample of what was trained on, validation and test are judged once.

    The score of unfamiliarity is fitted on the features of every second training picture, to stay below 1,000, and of
    all validation pictures.
    """
    passed = 0
    original = Preprocess.tensor

    def counted(self: Preprocess, pixels: torch.Tensor) -> torch.Tensor:
        nonlocal passed
        passed += len(pixels)
        return original(self, pixels)

    monkeypatch.setattr(Preprocess, "tensor", counted)
    result = catseye.train("digits", epochs=2).result
    assert result.validation
    assert result.test
    train, validation, test = (part.examples for part in (result.train, result.validation, result.test))
    assert passed == 3 * (train + validation) + test + math.ceil(train / 2) + validation


def test_pictures_that_cannot_be_written_to_are_taken_as_they_are() -> None:
    """As they come from a mapped file; PyTorch warns of them, and a warning is an error here."""
    images, labels = np.zeros((6, 1, 40, 50), np.uint8), np.arange(6) % 2
    for array in (images, labels):
        array.flags.writeable = False
    pictures = MemoryPictures(images, labels, ("a", "b"))
    for preprocess in (Preprocess(40, 50, 1), Preprocess(20, 20, 1), Preprocess(20, 20, 3)):
        batches = Batches(pictures.through(preprocess), Recipe(batch_size=4), "cpu")
        assert [tuple(pixels.shape[1:]) for pixels, _ in batches.epoch(torch.Generator())] == [
            (preprocess.channels, preprocess.height, preprocess.width)
        ] * 2
