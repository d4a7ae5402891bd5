"""Maps are what their methods' papers say, by hand and by captum."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from captum.attr import LayerGradCam, NoiseTunnel, Saliency
from torch.nn.functional import interpolate

from catseye.errors import UsageError
from catseye.insight.explanation.attribution import METHODS, Completeness, is_constant
from catseye.insight.explanation.class_score import ClassScore
from catseye.insight.explanation.methods import Effort, compute_attribution, compute_grad_cam
from tests.insight.explanation import class_scores

QUICK = Effort(gradients=96, overlap=2, copies=4)


def found(method: str, class_score: ClassScore, seed: int = 0) -> np.ndarray:
    return compute_attribution(method, class_score, layer=None, effort=QUICK, seed=seed).map


@pytest.mark.parametrize(
    ("class_score", "layer"), [(class_scores.convnet(), "relu1"), (class_scores.lite(), "blocks.4")]
)
def test_grad_cam_is_captums(class_score: ClassScore, layer: str) -> None:
    judge = LayerGradCam(class_score.probe.network, class_score.probe.network.get_submodule(layer))
    pixels = class_score.preprocess.tensor(class_score.pixels).requires_grad_()
    expected = judge.attribute(pixels, target=1, relu_attributions=True)
    expected = interpolate(expected, class_score.picture.shape[1:], mode="bilinear")[0, 0].detach().numpy()
    assert np.abs(expected).max() > 0
    assert np.allclose(compute_grad_cam(class_score, layer).map, expected, atol=1e-5 * expected.max())


def test_grad_cam_looks_at_the_last_maps_by_default() -> None:
    assert compute_grad_cam(class_scores.convnet()).layer == "relu3"
    assert compute_grad_cam(class_scores.lite()).layer == "top"


def test_integrated_gradients_of_a_linear_network_are_weight_times_pixel() -> None:
    class_score = class_scores.linear()
    weights = class_score.probe.network.get_submodule("1").weight[1].reshape(7, 7).numpy()  # type: ignore[index]
    shares = found("integrated_gradients", class_score)
    assert np.allclose(shares, weights * class_score.picture[0] / 255, atol=1e-6)


def test_integrated_gradients_add_up_to_the_difference_of_the_logits() -> None:
    class_score = class_scores.convnet()
    answer = compute_attribution("integrated_gradients", class_score, layer=None, effort=Effort(), seed=0)
    with torch.no_grad():
        difference = float(class_score.logit(class_score.pixels) - class_score.logit(class_score.baseline))
    assert answer.completeness is not None
    assert answer.completeness.holds
    assert answer.completeness.difference == pytest.approx(difference, rel=1e-3, abs=1e-6)
    assert float(answer.map.sum()) == pytest.approx(difference, rel=0.021)


def test_completeness_that_fails_is_said() -> None:
    assert Completeness(1.03, 1.0, 8).error == pytest.approx(0.03)
    assert not Completeness(1.03, 1.0, 8).holds
    assert Completeness(0.0, 0.0, 8).holds
    assert Completeness(0.5, 0.0, 8).to_json()["error"] is None


def test_occlusion_of_a_linear_network_is_what_its_windows_cover() -> None:
    """A window is one pixel here, a seventh of the side."""
    class_score = class_scores.linear()
    assert np.allclose(found("occlusion", class_score), found("integrated_gradients", class_score), atol=1e-5)


def test_smooth_grad_of_a_linear_network_is_the_size_of_its_weights() -> None:
    weights = torch.linspace(-1, 1, 49).reshape(7, 7)
    assert np.allclose(found("smooth_grad", class_scores.linear(weights)), weights.abs().numpy() / 255, atol=1e-7)


def test_smooth_grad_is_captums_on_the_same_noise() -> None:
    class_score = class_scores.convnet()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        expected = NoiseTunnel(Saliency(class_score.logit)).attribute(
            class_score.pixels.clone().requires_grad_(),
            nt_type="smoothgrad",
            nt_samples=QUICK.copies,
            stdevs=0.15 * float(class_score.pixels.max() - class_score.pixels.min()),
            abs=False,
        )
    expected = expected[0].abs().sum(0).numpy()
    assert np.allclose(found("smooth_grad", class_score), expected, rtol=1e-3, atol=1e-4 * expected.max())


def test_the_seed_decides_the_noise_and_leaves_the_callers_generator_alone() -> None:
    class_score = class_scores.convnet()
    torch.manual_seed(7)
    first = found("smooth_grad", class_score)
    drawn = torch.rand(1)
    torch.manual_seed(7)
    assert torch.equal(drawn, torch.rand(1))
    assert np.array_equal(first, found("smooth_grad", class_score))
    assert not np.array_equal(first, found("smooth_grad", class_score, seed=1))


@pytest.mark.parametrize("method", METHODS)
def test_maps_have_the_pictures_size_and_the_promised_sign(method: str) -> None:
    class_score = class_scores.convnet()
    values = found(method, class_score)
    assert values.shape == (28, 28)
    assert values.dtype == np.float32
    assert (values.min() < 0) == METHODS[method].signed


@pytest.mark.parametrize("method", METHODS)
def test_a_blank_picture_is_explained_without_complaint(method: str) -> None:
    class_score = replace(class_scores.convnet(), picture=np.full((1, 28, 28), 9, np.uint8))
    assert np.isfinite(found(method, class_score)).all()


def test_grad_cam_says_what_works_where_it_does_not() -> None:
    with pytest.raises(UsageError, match="What works with any network: integrated_gradients, occlusion, smooth_grad"):
        compute_grad_cam(class_scores.linear())
    with pytest.raises(UsageError, match=r"dense1 returns 10\. Please choose one that does"):
        compute_grad_cam(class_scores.convnet(), "dense1")


def test_a_layer_without_gradient_hooks_keeps_the_network_as_it_was() -> None:
    class_score = class_scores.convnet()
    compute_grad_cam(class_score)
    assert all(weight.grad is None for weight in class_score.probe.network.parameters())
    assert not any(module._forward_hooks for module in class_score.probe.network.modules())


def test_a_map_constant_up_to_rounding_counts_as_constant() -> None:
    values = np.full((4, 4), 3, np.float32)
    assert is_constant(values)
    assert is_constant(np.zeros((4, 4), np.float32))
    values[0, 0] += 2e-5  # 3 · 1e-5 is rounding
    assert is_constant(values)
    values[0, 0] += 1e-4
    assert not is_constant(values)


def test_a_sum_that_is_off_by_rounding_is_complete() -> None:
    assert Completeness(0.0, 3e-6, 20).holds
    assert not Completeness(0.0, 3e-3, 20).holds
    assert Completeness(0.99, 1.0, 20).holds
