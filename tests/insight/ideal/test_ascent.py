"""Ideal pictures: parameterised, transformed, aimed at and judged as promised."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from torch import nn

from catseye.classifier.classifier import Classifier
from catseye.errors import CatseyeError, UsageError
from catseye.insight.ideal.ascent import find_ideal
from catseye.insight.ideal.batch_statistics import record_statistics_losses
from catseye.insight.ideal.objective import Responses, class_logit, l2, variation
from catseye.insight.ideal.parameterisation import FOURIER, PARAMETERISATIONS, PIXELS, parameterisation
from catseye.insight.ideal.recipe import ideal_recipe
from catseye.insight.ideal.score import perturb_picture, total_variation
from catseye.insight.ideal.target import channel_target, class_target
from catseye.insight.ideal.transforms import UNCHANGED, Transforms

if TYPE_CHECKING:
    from catseye.runs.run import Run


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def lite() -> Classifier:
    return Classifier.pretrained("efficientnet_lite0")


@pytest.mark.parametrize("name", PARAMETERISATIONS)
@pytest.mark.parametrize("shape", [(8, 8, 1), (5, 7, 3), (6, 4, 3)])
def test_pictures_have_the_shape_and_range_and_every_number_matters(name: str, shape: tuple[int, int, int]) -> None:
    learnt = parameterisation(name, shape, seeded())
    picture = learnt.picture()
    assert picture.shape == (1, shape[2], *shape[:2])
    assert 0 <= picture.min() < picture.max() <= 255
    (gradient,) = torch.autograd.grad(picture.square().sum(), learnt.values)
    assert torch.count_nonzero(gradient).item() > 0.4 * gradient.numel()  # some imaginary parts stand for nothing


def test_less_detail_leaves_out_short_waves() -> None:
    learnt = parameterisation(FOURIER, (64, 64, 3), seeded())
    with torch.no_grad():
        energies = [torch.fft.rfft2(learnt.picture(detail) - 127.5).abs().square() for detail in (0.0, 1.0)]
    coarse, fine = (energy[..., 20:44, :].sum() / energy.sum() for energy in energies)
    assert coarse < fine / 5


def test_a_turn_of_an_oblong_keeps_lengths() -> None:
    rows, columns = torch.meshgrid(torch.arange(40.0), torch.arange(80.0), indexing="ij")
    places = torch.stack((rows, columns))[None]
    turned = Transforms(0, 20, 1, 1)(places, 50, seeded())
    steps = turned[:, :, 20, 45] - turned[:, :, 20, 40]  # five pixels to the right, in the original's coordinates
    assert torch.allclose(steps.norm(dim=1), torch.full((50,), 5.0), atol=1e-3)
    angles = torch.rad2deg(torch.atan2(steps[:, 0], steps[:, 1]))
    assert -20 <= angles.min() < -15
    assert 15 < angles.max() <= 20


def test_a_scale_of_two_shows_the_middle_twice_as_large() -> None:
    ramp = torch.linspace(0, 255, 9).expand(1, 1, 9, 9)
    larger = Transforms(0, 0, 2, 2)(ramp, 1, seeded())
    slope = 255 / 8
    expected = torch.tensor([127.5 + slope * (column - 4) / 2 for column in range(9)])
    assert torch.allclose(larger[0, 0, 4], expected, atol=1e-3)


def test_jitter_moves_by_no_more_than_it_says_and_both_ways() -> None:
    ramp = torch.arange(100.0).expand(1, 1, 100, 100)
    moved = Transforms(0.05, 0, 1, 1)(ramp, 200, seeded())[:, 0, 50, 50] - 50
    assert -5 <= moved.min() < -4
    assert 4 < moved.max() <= 5


def test_nothing_asked_changes_nothing() -> None:
    picture = torch.rand(1, 3, 5, 7)
    assert UNCHANGED(picture, 1, seeded()) is picture


@pytest.mark.parametrize("wrong", [(-0.1, 0, 1, 1), (0, 181, 1, 1), (0, 0, 0, 1), (0, 0, 2, 1)])
def test_impossible_transforms_are_refused(wrong: tuple[float, float, float, float]) -> None:
    with pytest.raises(UsageError, match="got"):
        Transforms(*wrong)


def test_objectives_add_and_scale() -> None:
    picture = torch.zeros(1, 1, 224, 224)
    picture[..., 112:] = 0.5
    seen = Responses(picture, {"logits": torch.tensor([[1.0, 5.0], [3.0, 7.0]])}, torch.zeros(()))
    # One of the 223 steps across is of 50 %, none down; half of the pixels lie 0.5 above 0.
    by_hand = 2 * 6 - 3 * (50**2 / 223) - 4 * 0.125
    assert (2 * class_logit(1) - 3 * variation() - 4 * l2((0.0,)))(seen).item() == pytest.approx(by_hand, rel=1e-5)


def test_variation_means_the_same_for_any_size() -> None:
    small, large = (
        Responses(torch.linspace(0, 1, side + 1)[:side].expand(1, 1, side, side), {}, torch.zeros(()))
        for side in (28, 224)
    )
    assert variation()(small).item() == pytest.approx(variation()(large).item(), rel=1e-4)


def test_total_variation_by_hand() -> None:
    picture = np.array([[0, 10, 0], [0, 0, 0]], np.uint8)[..., None]
    assert total_variation(picture) == pytest.approx((10 + 10) / 4 + 10 / 3)
    assert total_variation(np.full((1, 1, 3), 7, np.uint8)) == 0


def test_worn_pictures_are_shifted_and_blurred() -> None:
    picture = np.zeros((224, 224, 3), np.uint8)
    picture[100:110, 50:60] = 255
    rows, columns = np.nonzero(perturb_picture(picture)[..., 0] > 128)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (108, 117, 58, 67)
    assert perturb_picture(np.zeros((8, 8, 1), np.uint8)).shape == (8, 8, 1)


def test_statistics_are_those_of_autograd_and_vanish_at_the_remembered_ones() -> None:
    maps = (torch.randn(4, 3, 5, 6) * 3 + 1).requires_grad_()
    norm = nn.BatchNorm2d(3).eval()
    assert norm.running_mean is not None
    assert norm.running_var is not None
    with record_statistics_losses(norm) as distances:
        norm(maps)
    means, variances = maps.mean((0, 2, 3)), maps.var((0, 2, 3), unbiased=False)
    remembered = norm.running_var + norm.eps
    expected = (means.square() / remembered).mean() + ((variances + norm.eps) / remembered).log().square().mean()
    ours, theirs = (torch.autograd.grad(value, maps, retain_graph=True)[0] for value in (distances[0], expected))
    assert distances[0].item() == pytest.approx(expected.item(), rel=1e-4)
    assert torch.allclose(ours, theirs, rtol=1e-3, atol=1e-7)
    norm.running_mean.copy_(means.detach())
    norm.running_var.copy_(variances.detach())
    with record_statistics_losses(norm) as distances:
        norm(maps)
    norm(maps)
    assert len(distances) == 1  # no hook stays behind
    assert distances[0].item() < 1e-6


@pytest.mark.slow
@pytest.mark.parametrize("number", range(10))
def test_a_small_grey_network_gets_its_digit(digits_run: Run, number: int) -> None:
    classifier = digits_run.classifier
    found = find_ideal(classifier, class_target(classifier, number))
    assert found.picture.shape == (8, 8, 1)
    assert found.judged.response >= 0.99
    assert classifier.predict([found.picture])[0].class_name == str(number)
    assert found.moments[0].step == 0
    assert found.steps == found.moments[-1].step


@pytest.mark.slow
def test_more_variation_weight_means_less_variation(digits_run: Run) -> None:
    classifier = digits_run.classifier
    goal = class_target(classifier, 3)
    recipes = [ideal_recipe(classifier.preprocess, weight) for weight in (0, 0.3, 3, 30, 300)]
    variations = [find_ideal(classifier, goal, recipe, steps=60).judged.total_variation for recipe in recipes]
    assert variations == sorted(variations, reverse=True)
    assert variations[0] > 2 * variations[-1]


def test_a_seed_makes_the_same_picture_again_and_another_seed_another(digits_run: Run) -> None:
    goal = class_target(digits_run.classifier, 3)
    first, again, other = (find_ideal(digits_run.classifier, goal, steps=5, seed=seed).picture for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_no_variation_weight_chooses_the_plainest_recipe_unless_told_otherwise(digits_run: Run) -> None:
    preprocess = digits_run.classifier.preprocess
    plain = ideal_recipe(preprocess, 0)
    assert (plain.parameterisation, plain.transforms, plain.l2, plain.strangeness) == (PIXELS, UNCHANGED, 0, 0)
    assert ideal_recipe(preprocess, 0, FOURIER) == replace(ideal_recipe(preprocess, 1), variation=0)
    with pytest.raises(UsageError, match="variation is at least 0; got -1"):
        ideal_recipe(preprocess, -1)
    with pytest.raises(UsageError, match="did you mean fourier"):
        ideal_recipe(preprocess, 1, "furier")


def test_exactly_as_many_steps_as_asked_and_each_told(digits_run: Run) -> None:
    told: list[int] = []
    found = find_ideal(digits_run.classifier, class_target(digits_run.classifier, 3), steps=1, advance=told.append)
    assert (found.steps, told) == (1, [1])
    with pytest.raises(UsageError, match="at least 1; got 0"):
        find_ideal(digits_run.classifier, class_target(digits_run.classifier, 3), steps=0)


@pytest.mark.slow
def test_a_backbone_is_sure_of_a_picture_that_survives_wear_and_is_left_as_it_was(lite: Classifier) -> None:
    before = {name: value.clone() for name, value in lite.network.state_dict().items()}
    found = find_ideal(lite, class_target(lite, "daisy"), steps=32)
    assert found.picture.shape == (224, 224, 3)
    assert found.judged.response > 0.9
    assert found.judged.worn_response > 0.5
    assert all(torch.equal(value, before[name]) for name, value in lite.network.state_dict().items())
    assert all(weight.requires_grad for weight in lite.network.parameters())
    assert not any(layer._forward_pre_hooks for layer in lite.network.modules())


@pytest.mark.slow
def test_a_channel_answers_more_than_at_the_start(lite: Classifier) -> None:
    found = find_ideal(lite, channel_target(lite, "stage4:7"), steps=12)
    assert found.goal.quantity == "activation"
    assert found.judged.response > 0
    assert found.judged.response > found.moments[0].response + 0.5


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("stage4", "LAYER:NUMBER"),
        ("stage4:x", "LAYER:NUMBER"),
        ("stgae4:7", "did you mean stage4"),
        ("stage4:80", "80 channels, 0 to 79; got 80"),
    ],
)
def test_channels_that_do_not_exist_are_refused(lite: Classifier, text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        channel_target(lite, text)


def test_answers_that_are_no_numbers_are_an_error(digits_run: Run) -> None:
    classifier = digits_run.classifier
    dense = nn.Linear(64, 10)
    nn.init.constant_(dense.bias, float("nan"))
    broken = nn.Sequential(nn.Flatten(), dense)
    with pytest.raises(CatseyeError, match="not finite"):
        find_ideal(replace(classifier, network=broken), class_target(classifier, 3), steps=2)
