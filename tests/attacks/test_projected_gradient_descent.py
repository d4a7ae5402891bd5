"""Attacks: sizes are kept, results are those of hand and of foolbox, and a fooled file stays fooled."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

import catseye
from catseye.attacks.differentiable import differentiable_model
from catseye.attacks.projected_gradient_descent import (
    L2,
    LINF,
    NORMS,
    Attack,
    find_minimal_perturbation,
    margins,
    perturb,
)
from catseye.attacks.random_search import random_search
from catseye.errors import UsageError
from catseye.insight.robustness.fool import create_adversarial_example

if TYPE_CHECKING:
    from catseye.runs.run import Run

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


@pytest.fixture(scope="module")
def digits(digits_run: Run) -> tuple[Any, torch.Tensor, torch.Tensor]:
    """A small classifier with test digits that it names rightly, and their labels."""
    part = catseye.load("digits", split="test")
    pixels = part.batch(range(120))
    right = digits_run.classifier.probabilities(pixels).argmax(1) == part.labels[:120]
    return digits_run.classifier, torch.from_numpy(pixels[right]).float(), torch.from_numpy(part.labels[:120][right])


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
    with differentiable_model(classifier.network, classifier.preprocess) as see:
        found = perturb(see, pictures, labels, Attack(epsilon, norm, steps=10, restarts=2), generator())
    change = (found - pictures).flatten(1) / 255
    sizes = change.abs().amax(1) if norm == LINF else change.norm(dim=1)
    assert sizes.max() <= epsilon + 1e-5
    assert found.min() >= 0
    assert found.max() <= 255


class Judged(nn.Module):
    """The classifier for foolbox, whose pictures are of 0 to 1."""

    def __init__(self, see: Any) -> None:
        super().__init__()
        self.see = see

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        answers: torch.Tensor = self.see(pictures * 255)
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
    with differentiable_model(classifier.network, classifier.preprocess) as see:
        model = foolbox.PyTorchModel(Judged(see).eval(), bounds=(0, 1))
        _, _, theirs = judge(model, pictures / 255, labels, epsilons=attack.epsilon)
        ours = margins(see(perturb(see, pictures, labels, attack, generator())), labels) > 0
    assert 0 < int(theirs.sum()) <= int(ours.sum())


@pytest.mark.slow
def test_a_smallest_change_is_no_longer_than_foolboxs(digits: Any) -> None:
    classifier, pictures, labels = digits
    with differentiable_model(classifier.network, classifier.preprocess) as see:
        model = foolbox.PyTorchModel(Judged(see).eval(), bounds=(0, 1))
        _, theirs, success = foolbox.attacks.DDNAttack()(model, pictures / 255, labels, epsilons=None)
        found = find_minimal_perturbation(see, pictures, labels, Attack(5.0, L2, restarts=2), generator())
        assert (margins(see(found), labels) > 0).all()
    assert success.all()
    ours = (found - pictures).flatten(1).norm(dim=1) / 255
    assert ours.median() <= (theirs - pictures / 255).flatten(1).norm(dim=1).median() * 1.01


def test_random_search_stays_within_epsilon_and_fools_without_a_gradient(digits: Any) -> None:
    classifier, pictures, labels = digits
    with differentiable_model(classifier.network, classifier.preprocess) as see, torch.no_grad():
        found = random_search(see, pictures, labels, 0.3, 100, generator())
        noise = (pictures + 76.5 * (2.0 * torch.randint(2, pictures.shape, generator=generator()) - 1)).clamp(0, 255)
        fooled, by_noise = ((margins(see(tried), labels) > 0).sum() for tried in (found, noise))
    assert (found - pictures).abs().max() <= 76.5 + 1e-3
    assert fooled > by_noise


def test_a_targeted_attack_leads_to_the_target(digits: Any) -> None:
    classifier, pictures, labels = digits
    targets = (labels + 1) % 10
    with differentiable_model(classifier.network, classifier.preprocess) as see:
        found = perturb(see, pictures, targets, Attack(0.5), generator(), targeted=True)
        share = (see(found).argmax(1) == targets).float().mean()
    assert share > 0.9


def test_the_same_seed_finds_the_same_change(digits: Any) -> None:
    classifier, pictures, labels = digits
    with differentiable_model(classifier.network, classifier.preprocess) as see:
        twice = [perturb(see, pictures[:9], labels[:9], Attack(0.1, restarts=2), generator()) for _ in range(2)]
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


@pytest.fixture(scope="module")
def flower(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photograph that scikit-learn ships, 640 × 427 pixels."""
    from sklearn.datasets import load_sample_image

    path = tmp_path_factory.mktemp("pictures") / "flower.png"
    Image.fromarray(load_sample_image("flower.jpg")).save(path)
    return path


@pytest.mark.slow
def test_a_photograph_is_attacked_at_its_own_size_and_its_file_fools(flower: Path, tmp_path: Path) -> None:
    classifier = catseye.Classifier.load("efficientnet_lite0")
    file = tmp_path / "adversarial.png"
    found = create_adversarial_example(classifier, flower, Attack(4 / 255), file, "tabby")
    with Image.open(file) as after, Image.open(flower) as before:
        saved, original = np.asarray(after).astype(int), np.asarray(before).astype(int)
    assert saved.shape == original.shape == (427, 640, 3)
    assert np.abs(saved - original).max() == round(found.linf * 255) <= 4
    read_back = classifier.predict(file)[0]
    assert read_back.class_name == "tabby" == found.to_json()["after"][0]["class"]
    assert read_back.probability == found.after.probability > 0.5
    assert found.succeeded
    assert found.before.class_name != "tabby"
    assert found.noisy.class_name == found.before.class_name


@pytest.mark.slow
def test_an_l2_attack_is_no_longer_than_allowed_once_it_is_rounded(flower: Path, tmp_path: Path) -> None:
    classifier = catseye.Classifier.load("efficientnet_lite0")
    found = create_adversarial_example(classifier, flower, Attack(3.0, L2, steps=5), tmp_path / "adversarial.png")
    assert 2.0 < found.l2 <= 3.0


def test_what_cannot_be_attacked_is_said_and_nothing_is_written(digits_run: Run, tmp_path: Path) -> None:
    picture = catseye.load("digits", split="test").picture(0)
    present, file = digits_run.classifier.predict(picture)[0].class_name, tmp_path / "no.png"
    for target, attack, message in (
        (present, Attack(0.1), "already"),
        ("cat", Attack(0.1), "no class"),
        (None, Attack(0.003), "at least 1/255"),
    ):
        with pytest.raises(UsageError, match=message):
            create_adversarial_example(digits_run.classifier, picture, attack, file, target)
    assert not file.exists()
