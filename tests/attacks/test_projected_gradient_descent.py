"""Projected gradient descent keeps within its bounds and succeeds as often as by hand and by foolbox."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import pytest
import torch
from torch import nn

from catseye.attacks.differentiable import differentiable_model
from catseye.attacks.minimal_perturbation import find_minimal_perturbation
from catseye.attacks.projected_gradient_descent import L2, LINF, NORMS, Attack, margins, perturb
from catseye.errors import UsageError

if TYPE_CHECKING:
    pass
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of names that it imports from elsewhere
    import foolbox


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def linear(pictures: torch.Tensor) -> torch.Tensor:
    """Return logits (w·x, 0) with w = (1, −2, 0, 4) on 2×2 pictures, x from 0 to 1."""
    weights = torch.tensor([1.0, -2.0, 0.0, 4.0])
    answer = (pictures / 255).flatten(1) @ weights
    return torch.stack((answer, torch.zeros_like(answer)), 1)


def test_one_step_against_a_linear_network_goes_against_the_sign_of_its_weights() -> None:
    picture = torch.full((1, 1, 2, 2), 100.0)
    found = perturb(linear, picture, torch.tensor([0]), Attack(10 / 255, steps=1), generator())
    assert (found - picture).flatten().tolist() == pytest.approx([-10, 10, 0, -10])


def test_an_l2_attack_against_a_linear_network_goes_along_its_weights() -> None:
    picture = torch.full((1, 1, 2, 2), 100.0)
    found = perturb(linear, picture, torch.tensor([0]), Attack(21**0.5 / 255, L2), generator())
    # |w| = √21, so that the best change of length √21 is −w itself.
    assert (found - picture).flatten().tolist() == pytest.approx([-1, 2, 0, -4], abs=1e-3)


def test_the_smallest_change_of_a_linear_network_is_its_margin_by_hand() -> None:
    # x = (.6, .2, 0, 0) has w·x = .2; L∞: .2 / (1 + 2 + 4) = .02857, but the black fourth value cannot fall:
    # .2 / (1 + 2) = .0667, that is 17 levels, which just does not flip the sign; 18 do.
    picture = torch.tensor([153.0, 51.0, 0.0, 0.0]).view(1, 1, 2, 2)
    found = find_minimal_perturbation(linear, picture, torch.tensor([0]), Attack(0.5), generator())
    assert (found - picture).abs().max().item() == pytest.approx(18)


@pytest.mark.slow
@pytest.mark.parametrize("norm", NORMS)
def test_no_change_is_larger_than_allowed_or_leaves_the_range(digits: Any, norm: str) -> None:
    classifier, pictures, labels = digits
    epsilon = 0.3 if norm == LINF else 1.5
    model = differentiable_model(classifier.network, classifier.preprocess)
    found = perturb(model, pictures, labels, Attack(epsilon, norm, steps=10, restarts=2), generator())
    change = (found - pictures).flatten(1) / 255
    sizes = change.abs().amax(1) if norm == LINF else change.norm(dim=1)
    assert sizes.max() <= epsilon + 1e-5
    assert found.min() >= 0
    assert found.max() <= 255


class Scaled(nn.Module):
    """The classifier for foolbox, whose pictures are of 0 to 1."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        answers: torch.Tensor = self.model(pictures * 255)
        return answers


@pytest.mark.slow
@pytest.mark.parametrize(
    ("judge", "attack"),
    [
        (foolbox.attacks.FGSM(), Attack(0.1, steps=1)),
        (foolbox.attacks.LinfPGD(steps=40), Attack(0.1)),
        (foolbox.attacks.LinfPGD(steps=40), Attack(0.2)),
        (foolbox.attacks.L2PGD(steps=40), Attack(0.5, L2)),
        (foolbox.attacks.L2PGD(steps=40), Attack(1.0, L2)),
    ],
    ids=["FGSM", "PGD 0.1", "PGD 0.2", "L2 0.5", "L2 1.0"],
)
def test_an_attack_succeeds_at_least_as_often_as_foolboxs(digits: Any, judge: Any, attack: Attack) -> None:
    classifier, pictures, labels = digits
    torch.manual_seed(0)  # from which foolbox draws
    model = differentiable_model(classifier.network, classifier.preprocess)
    judged = foolbox.PyTorchModel(Scaled(model).eval(), bounds=(0, 1))
    _, _, theirs = judge(judged, pictures / 255, labels, epsilons=attack.epsilon)
    ours = margins(model(perturb(model, pictures, labels, attack, generator())), labels) > 0
    assert 0 < int(theirs.sum()) <= int(ours.sum())


@pytest.mark.slow
def test_a_smallest_change_is_no_longer_than_foolboxs(digits: Any) -> None:
    """Nor on average: a few nearest boundaries that are missed would not show in the median."""
    classifier, pictures, labels = digits
    model = differentiable_model(classifier.network, classifier.preprocess)
    judged = foolbox.PyTorchModel(Scaled(model).eval(), bounds=(0, 1))
    _, theirs, success = foolbox.attacks.DDNAttack()(judged, pictures / 255, labels, epsilons=None)
    found = find_minimal_perturbation(model, pictures, labels, Attack(5.0, L2, restarts=2), generator())
    assert (margins(model(found), labels) > 0).all()
    assert success.all()
    ours, others = ((changed - pictures / 255).flatten(1).norm(dim=1) for changed in (found / 255, theirs))
    assert ours.median() <= others.median()
    assert ours.mean() <= others.mean()


def test_the_smallest_l2_change_of_a_linear_network_is_its_distance_by_hand() -> None:
    # w·x = .2 at x = (.6, .2, 0, 0), and the black fourth value cannot fall: .2 / √(1² + 2²), that is 22.8 levels.
    picture = torch.tensor([153.0, 51.0, 0.0, 0.0]).view(1, 1, 2, 2)
    found = find_minimal_perturbation(linear, picture, torch.tensor([0]), Attack(2.0, L2), generator())
    assert linear(found)[0, 0] < 0
    assert (found - picture).norm().item() == pytest.approx(0.2 / 5**0.5 * 255, rel=1e-3)


def test_where_no_l2_change_fools_the_one_that_fools_most_comes_back() -> None:
    picture = torch.tensor([153.0, 51.0, 0.0, 0.0]).view(1, 1, 2, 2)
    found = find_minimal_perturbation(linear, picture, torch.tensor([0]), Attack(10 / 255, L2, restarts=2), generator())
    assert (found - picture).flatten().tolist() == pytest.approx([-(20**0.5), 80**0.5, 0, 0], abs=0.05)


def test_a_targeted_attack_leads_to_the_target(digits: Any) -> None:
    classifier, pictures, labels = digits
    targets = (labels + 1) % 10
    model = differentiable_model(classifier.network, classifier.preprocess)
    found = perturb(model, pictures, targets, Attack(0.5), generator(), targeted=True)
    share = (model(found).argmax(1) == targets).float().mean()
    assert share > 0.9


def test_the_same_seed_finds_the_same_change(digits: Any) -> None:
    classifier, pictures, labels = digits
    model = differentiable_model(classifier.network, classifier.preprocess)
    twice = [perturb(model, pictures[:9], labels[:9], Attack(0.1, restarts=2), generator()) for _ in range(2)]
    assert torch.equal(*twice)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"epsilon": 0}, "above 0 and at most 1"),
        ({"epsilon": 1.5}, "above 0 and at most 1"),
        ({"epsilon": float("nan")}, "above 0"),
        ({"epsilon": -1, "norm": L2}, "above 0"),
        ({"epsilon": 0.1, "norm": "l1"}, "linf, l2"),
        ({"epsilon": 0.1, "steps": 0}, "at least 1"),
        ({"epsilon": 0.1, "momentum": 1.0}, "below 1"),
    ],
)
def test_an_attack_that_makes_no_sense_is_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Attack(**values)
