"""The four methods of attribution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch.nn.functional import interpolate

from catseye.errors import UsageError
from catseye.insight.explanation.attribution import COMPLETE, METHODS, Attribution, Completeness
from catseye.insight.explanation.captum import load_methods
from catseye.insight.explanation.integrated_gradients import integrate_gradients
from catseye.networks.backbones.backbone import LOGITS
from catseye.networks.gradient import compute_gradient
from catseye.networks.layers import default_layers, last_maps

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

    from catseye.insight.explanation.class_score import ClassScore

_WINDOWS = 7  # occlusion's windows, side by side, to a side of the picture
_AT_ONCE = 32  # pictures with a window each
_NOISE = 0.15  # of the picture's range of values, SmoothGrad's standard deviation


@dataclass(frozen=True)
class Effort:
    """How much computation a map takes.

    Attributes
    ----------
    gradients : int
        After how many integrated gradients stop being refined.
    overlap : int
        Occlusion's strides per window.
    copies : int
        Noisy copies of the picture for SmoothGrad.
    """

    gradients: int = 512
    overlap: int = 2
    copies: int = 32


def compute_grad_cam(class_score: ClassScore, layer: str | None = None) -> Attribution:
    """Return where a layer's maps speak for the class: never negative, in units of that layer.

    Each map is weighted by the mean gradient of the logit with respect to it; negative values of the sum are set
    to zero (Selvaraju et al. 2017, arXiv:1610.02391). The map is resized to the picture by bilinear interpolation.

    Parameters
    ----------
    class_score
    layer
        Name of the layer; by default :func:`~catseye.networks.layers.last_maps`.

    Raises
    ------
    UsageError
        There is no such layer, or it keeps no positions.
    """
    layer = layer or maps_layer(class_score.probe.network, class_score.preprocess.shape)
    pixels = class_score.pixels.clone().requires_grad_()  # without which nothing has a gradient: the weights have none
    with torch.enable_grad():
        outputs = class_score.probe.layer_outputs(class_score.preprocess.tensor(pixels), [layer, LOGITS])
        maps = outputs[layer]
        if maps.ndim != 4:
            raise _without_positions(class_score, layer, tuple(maps.shape[1:]))
        gradient = compute_gradient(outputs[LOGITS][0, class_score.class_index], maps)
    maps, gradient = (class_score.probe.with_channels_first(layer, values) for values in (maps, gradient))
    summed = (gradient.mean((2, 3), keepdim=True) * maps).sum(1, keepdim=True).relu().detach()
    height, width = class_score.picture.shape[1:]
    rows, columns = summed.shape[2:]
    resized = interpolate(summed, (height, width), mode="bilinear")[0, 0].numpy()
    return Attribution("grad_cam", resized, layer, (rows, columns))


def maps_layer(network: nn.Module, shape: tuple[int, int, int]) -> str:
    """Return the layer that Grad-CAM uses by default; raise `UsageError`, which names the other methods, if none."""
    try:
        return last_maps(network, shape)
    except UsageError as error:
        others = ", ".join(method for method in METHODS if method != "grad_cam")
        raise UsageError(f"Grad-CAM needs maps, and {error} What works with any network: {others}.") from error


def _without_positions(class_score: ClassScore, layer: str, shape: tuple[int, ...]) -> UsageError:
    got = "×".join(map(str, shape))
    others = [name for name in default_layers(class_score.probe.network, class_score.preprocess.shape) if name != layer]
    remedy = f"choose one that does, e.g. {', '.join(others[-3:])}" if others else "choose another method"
    return UsageError(f"Grad-CAM needs a layer with height and width; {layer} returns {got}. Please {remedy}.")


def compute_integrated_gradients(class_score: ClassScore, effort: Effort) -> Attribution:
    """Return each pixel's share of the logit, in logits, both signs, summed over channels.

    The gradient is integrated along the straight path from the baseline (Sundararajan et al. 2017, arXiv:1703.01365),
    at more and more points until the map sums to the difference of the two logits, within ``COMPLETE``. A pixel of
    the baseline's colour gets 0.
    """
    attributions, difference, steps = integrate_gradients(class_score, tolerance=COMPLETE, most=effort.gradients)
    total = float(attributions.sum(dtype=torch.float64))
    summed = attributions[0].sum(0).float().numpy()
    return Attribution("integrated_gradients", summed, completeness=Completeness(total, difference, steps))


def compute_occlusion(class_score: ClassScore, effort: Effort) -> Attribution:
    """Return by how much the logit falls where the picture is covered: both signs.

    A window of a seventh of the picture's side, in the baseline's colour, moves over it in steps of half its side;
    each pixel gets the mean over the windows that covered it (Zeiler & Fergus 2014, arXiv:1311.2901).
    """
    channels, *sides = class_score.picture.shape
    windows = [max(1, round(side / _WINDOWS)) for side in sides]
    strides = [max(1, window // effort.overlap) for window in windows]
    with torch.no_grad():
        attributions = (
            load_methods()
            .Occlusion(lambda pictures: class_score.answers(pictures)[:, class_score.class_index])
            .attribute(
                class_score.pixels,
                sliding_window_shapes=(channels, *windows),
                strides=(channels, *strides),
                baselines=class_score.baseline,
                perturbations_per_eval=_AT_ONCE,
            )
        )
    return Attribution("occlusion", attributions[0, 0].float().numpy())  # a window covers all channels: they agree


def compute_smooth_grad(class_score: ClassScore, effort: Effort, seed: int) -> Attribution:
    """Return how sensitive the logit is to each pixel, in logits per grey level: never negative.

    The gradient, averaged over noisy copies of the picture (Smilkov et al. 2017, arXiv:1706.03825); its absolute
    values are summed over channels. Noise is Gaussian, of 15 % of the picture's range of values.
    """
    generator = torch.Generator().manual_seed(seed)  # not PyTorch's own, which other threads draw from too
    deviation = _NOISE * float(class_score.pixels.max() - class_score.pixels.min())
    total = torch.zeros_like(class_score.pixels[0])
    for start in range(0, effort.copies, class_score.batch_size):
        count = min(class_score.batch_size, effort.copies - start)
        noise = torch.randn(count, *total.shape, generator=generator) * deviation
        copies = (class_score.pixels + noise).requires_grad_()
        with torch.enable_grad():
            gradient = compute_gradient(class_score.logit(copies).sum(), copies)
        total += gradient.sum(0)
    return Attribution("smooth_grad", (total / effort.copies).abs().sum(0).numpy())


def compute_attribution(
    method: str, class_score: ClassScore, *, layer: str | None, effort: Effort, seed: int
) -> Attribution:
    """Return the map by the method of this name; ``layer`` is Grad-CAM's, ``seed`` decides SmoothGrad's noise."""
    compute: dict[str, Callable[[], Attribution]] = {
        "grad_cam": lambda: compute_grad_cam(class_score, layer),
        "integrated_gradients": lambda: compute_integrated_gradients(class_score, effort),
        "occlusion": lambda: compute_occlusion(class_score, effort),
        "smooth_grad": lambda: compute_smooth_grad(class_score, effort, seed),
    }
    return compute[method]()
