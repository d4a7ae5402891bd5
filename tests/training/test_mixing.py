"""Pictures mixed in pairs: what they are made of, and the loss for both of their classes."""

from __future__ import annotations

from math import exp, log

import pytest
import torch
from torch.nn.functional import cross_entropy, one_hot

from catseye.training.losses import build_loss
from catseye.training.mixing import Targets, mix
from catseye.training.recipe import Recipe

COUNT = 6


def batch(side: int = 8) -> tuple[torch.Tensor, torch.Tensor]:
    """Picture i holds the value 40 i everywhere, and is of class i."""
    labels = torch.arange(COUNT)
    return (40 * labels).to(torch.uint8).view(-1, 1, 1, 1).expand(COUNT, 3, side, side).contiguous(), labels


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_nothing_is_mixed_or_drawn_unless_asked_for() -> None:
    (pixels, labels), drawn = batch(), generator()
    state = drawn.get_state()
    mixed, targets = mix(pixels, labels, Recipe(), drawn)
    assert mixed is pixels
    assert targets.labels is labels
    assert targets.others is None
    assert torch.equal(drawn.get_state(), state)


def test_mixup_adds_up_the_pictures_in_the_shares_of_their_classes() -> None:
    pixels, labels = batch()
    mixed, targets = mix(pixels, labels, Recipe(mixup=1.0), generator())
    assert targets.others is not None
    assert sorted(targets.others.tolist()) == labels.tolist()
    assert 0 < targets.share < 1
    expected = 40 * (targets.share * labels + (1 - targets.share) * targets.others)
    torch.testing.assert_close(mixed, expected.view(-1, 1, 1, 1).expand_as(mixed))
    assert torch.equal(pixels, batch()[0])  # the batch itself stays


def test_cutmix_replaces_a_rectangle_as_large_as_the_other_class_s_share() -> None:
    pixels, labels = batch(20)
    cut = 0
    for seed in range(20):
        mixed, targets = mix(pixels, labels, Recipe(cutmix=1.0), generator(seed))
        assert targets.others is not None
        own = mixed == pixels
        replaced = ~own[targets.others != labels]
        assert (mixed == torch.where(own, pixels, (40 * targets.others).to(torch.uint8).view(-1, 1, 1, 1))).all()
        assert (replaced == replaced[:1, :1]).all()  # the same place in all
        assert replaced[0, 0].float().mean().item() == pytest.approx(1 - targets.share, abs=1e-6)
        rows, columns = replaced[0, 0].any(1).nonzero(), replaced[0, 0].any(0).nonzero()
        assert replaced[0, 0].sum() == len(rows) * len(columns)
        cut += bool(replaced.any())
    assert cut > 15
    assert torch.equal(pixels, batch(20)[0])


def test_with_both_a_batch_takes_one_of_them() -> None:
    pixels, labels = batch()
    results = [mix(pixels, labels, Recipe(mixup=1.0, cutmix=1.0), generator(seed))[0] for seed in range(200)]
    cut = sum(result.dtype == torch.uint8 for result in results)
    assert 70 < cut < 130  # 100 ± 4 standard deviations of a fair coin


@pytest.mark.parametrize("recipe", [Recipe(mixup=0.2), Recipe(cutmix=1.0)], ids=str)
def test_a_seed_mixes_in_the_same_way_again_and_another_in_another(recipe: Recipe) -> None:
    first, again, other = (mix(*batch(), recipe, generator(seed))[0] for seed in (3, 3, 4))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_the_loss_is_cross_entropy_with_mixed_targets(smoothing: float) -> None:
    logits = torch.randn(COUNT, COUNT, generator=generator())
    labels, others = torch.arange(COUNT), torch.arange(COUNT).roll(1)
    soft = 0.7 * one_hot(labels, COUNT) + 0.3 * one_hot(others, COUNT)
    expected = cross_entropy(logits, soft, label_smoothing=smoothing)
    loss = build_loss(Recipe(label_smoothing=smoothing), None)
    assert Targets(labels, others, 0.7).loss(loss, logits).item() == pytest.approx(expected.item(), abs=1e-6)


def test_the_loss_by_hand() -> None:
    """Two classes with logits log 3 and 0: probabilities ¾ and ¼."""
    logits, first, second = torch.tensor([[log(3), 0.0]]), torch.tensor([0]), torch.tensor([1])
    targets = Targets(first, second, 0.8)
    losses = {"cross_entropy": -0.8 * log(3 / 4) - 0.2 * log(1 / 4)}
    losses["focal"] = -0.8 * (1 / 4) ** 2 * log(3 / 4) - 0.2 * (3 / 4) ** 2 * log(1 / 4)
    losses["mean_squared_error"] = 0.8 * (1 / 4) ** 2 + 0.2 * (3 / 4) ** 2  # of each class: both values are as far off
    for name, expected in losses.items():
        loss = build_loss(Recipe(label_smoothing=0.0).with_changes({"loss": name}), None)
        assert targets.loss(loss, logits).item() == pytest.approx(expected, abs=1e-6), name
    assert exp(-losses["cross_entropy"]) < 1


def test_the_mean_squared_error_has_the_gradient_of_mixed_targets() -> None:
    logits = torch.randn(COUNT, COUNT, generator=generator())
    labels, others = torch.arange(COUNT), torch.arange(COUNT).roll(2)
    one, two = logits.clone().requires_grad_(), logits.clone().requires_grad_()
    loss = build_loss(Recipe(loss="mean_squared_error", label_smoothing=0.0), None)
    Targets(labels, others, 0.6).loss(loss, one).backward()  # type: ignore[no-untyped-call]
    soft = 0.6 * one_hot(labels, COUNT) + 0.4 * one_hot(others, COUNT)
    (two.softmax(1) - soft).square().mean().backward()  # type: ignore[no-untyped-call]
    assert one.grad is not None
    assert two.grad is not None
    torch.testing.assert_close(one.grad, two.grad)


def test_an_answer_counts_as_much_as_its_share() -> None:
    logits = torch.tensor([[9.0, 0, 0], [0, 9, 0], [0, 0, 9]])
    targets = Targets(torch.tensor([0, 2, 0]), torch.tensor([1, 1, 1]), 0.75)  # right, right by the second, wrong
    assert targets.count_right(logits).item() == pytest.approx(0.75 + 0.25)
    assert Targets(torch.tensor([0, 2, 2])).count_right(logits).item() == 2
