"""Which parts of a picture speak for a class, by four methods."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch.nn.functional import interpolate

from catseye.errors import UsageError
from catseye.insight.explanation.integrated_gradients import integrate_gradients
from catseye.networks.backbones.backbone import Backbone
from catseye.networks.layers import compute_layer_outputs, default_layers, last_maps

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

    from catseye.arrays import Floats
    from catseye.insight.explanation.class_score import ClassScore


COMPLETE = 0.02  # of the difference of the logits, that the sum of integrated gradients may miss
_WINDOWS = 7  # occlusion's windows, side by side, to a side of the picture
_NOISE = 0.15  # of the picture's range of values, SmoothGrad's standard deviation


@dataclass(frozen=True)
class Effort:
    """How much work a map is worth.

    Attributes
    ----------
    gradients : int
        After which integrated gradients give up to become complete.
    overlap : int
        Strides of occlusion to a window.
    copies : int
        Noisy copies of the picture for SmoothGrad.
    """

    gradients: int = 512
    overlap: int = 2
    copies: int = 32


@dataclass(frozen=True)
class Completeness:
    """Whether integrated gradients add up to what they explain.

    Attributes
    ----------
    total : float
        The sum of the map.
    difference : float
        The class's logit for the picture minus that for the blank one: what the sum should be.
    steps : int
        Points on the path between the two.
    """

    total: float
    difference: float
    steps: int

    @property
    def error(self) -> float:
        """How far the sum is off, as a share of the difference."""
        off = abs(self.total - self.difference)
        return off / abs(self.difference) if self.difference else math.inf if off else 0.0

    @property
    def holds(self) -> bool:
        """Whether the error is within ``COMPLETE``."""
        return self.error <= COMPLETE

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        error = self.error if math.isfinite(self.error) else None
        numbers = {"sum": self.total, "difference": self.difference, "error": error, "steps": self.steps}
        return numbers | {"holds": self.holds}


@dataclass(frozen=True, eq=False)
class Attribution:
    """What each place of a picture contributes to the logit of a class.

    Attributes
    ----------
    method : str
        One of ``METHODS``.
    map : float32 (H, W)
        At the size that the network sees, in the method's unit.
    layer : str or None
        That Grad-CAM looked at.
    completeness : Completeness or None
        Of integrated gradients.
    """

    method: str
    map: Floats
    layer: str | None = None
    completeness: Completeness | None = None


def compute_grad_cam(question: ClassScore, layer: str | None = None) -> Attribution:
    """Return where a layer's maps speak for the class: never negative, in units of that layer.

    Each map is weighted by the mean gradient of the logit with respect to it; of the sum only what is positive counts
    (Selvaraju et al. 2017, arXiv:1610.02391). Brought to the picture's size by bilinear interpolation.

    Parameters
    ----------
    question
    layer
        Its name; by default :func:`~catseye.networks.layers.last_maps`.

    Raises
    ------
    UsageError
        There is no such layer, or it keeps no places.
    """
    layer = layer or maps_layer(question.network)
    answer = _last_layer(question.network)
    pixels = question.pixels.clone().requires_grad_()  # without which nothing has a gradient: the weights have none
    with torch.enable_grad():
        outputs = compute_layer_outputs(question.network, question.preprocess.tensor(pixels), [layer, answer])
        maps = outputs[layer]
        if maps.ndim != 4:
            raise _no_places(question.network, layer, tuple(maps.shape[1:]))
        (gradient,) = torch.autograd.grad(outputs[answer][0, question.class_index], maps)
    found = (gradient.mean((2, 3), keepdim=True) * maps).sum(1, keepdim=True).relu().detach()
    height, width = question.picture.shape[1:]
    return Attribution("grad_cam", interpolate(found, (height, width), mode="bilinear")[0, 0].numpy(), layer)


def maps_layer(network: nn.Module) -> str:
    """Return the layer that Grad-CAM looks at by default; raise `UsageError` that says what else works."""
    try:
        return last_maps(network)
    except UsageError as error:
        others = ", ".join(method for method in METHODS if method != "grad_cam")
        raise UsageError(f"Grad-CAM needs maps, and {error} What works with any network: {others}.") from error


def _last_layer(network: nn.Module) -> str:
    return network.head_name if isinstance(network, Backbone) else [name for name, _ in network.named_children()][-1]


def _no_places(network: nn.Module, layer: str, shape: tuple[int, ...]) -> UsageError:
    got = "×".join(map(str, shape))
    others = [name for name in default_layers(network) if name != layer]
    mend = f"choose one that does, e.g. {', '.join(others[-3:])}" if others else "choose another method"
    return UsageError(f"Grad-CAM needs a layer with height and width; what {layer} returns is {got}. Please {mend}.")


def compute_integrated_gradients(question: ClassScore, effort: Effort) -> Attribution:
    """Return each pixel's share of the logit, in logits, both signs, summed over channels.

    The gradient is integrated on the straight path from the blank picture (Sundararajan et al. 2017, arXiv:1703.01365),
    at more and more points until the map sums to the difference of the two logits, within ``COMPLETE``. A pixel that
    has the blank picture's very colour gets nothing.
    """
    shares, difference, steps = integrate_gradients(question, tolerance=COMPLETE, most=effort.gradients)
    total = float(shares.sum(dtype=torch.float64))
    found = shares[0].sum(0).float().numpy()
    return Attribution("integrated_gradients", found, completeness=Completeness(total, difference, steps))


def compute_occlusion(question: ClassScore, effort: Effort) -> Attribution:
    """Return by how many logits the answer falls when a place is covered: both signs.

    A window of a seventh of the picture's side, in the blank picture's colour, goes over it in steps of half its side;
    each pixel gets the mean of the windows that covered it (Zeiler & Fergus 2014, arXiv:1311.2901).
    """
    from captum.attr import Occlusion

    channels, *sides = question.picture.shape
    windows = [max(1, round(side / _WINDOWS)) for side in sides]
    strides = [max(1, window // effort.overlap) for window in windows]
    with torch.no_grad():
        found = Occlusion(question.logit).attribute(
            question.pixels,
            sliding_window_shapes=(channels, *windows),
            strides=(channels, *strides),
            baselines=question.blank,
            perturbations_per_eval=question.batch_size,
        )
    return Attribution("occlusion", found[0, 0].float().numpy())  # a window covers all channels: they agree


def compute_smooth_grad(question: ClassScore, effort: Effort, seed: int) -> Attribution:
    """Return how strongly the logit answers to each pixel, in logits per grey level: never negative.

    The gradient, averaged over noisy copies of the picture (Smilkov et al. 2017, arXiv:1706.03825), its size summed
    over channels.
    """
    from captum.attr import NoiseTunnel, Saliency

    deviation = _NOISE * float(question.pixels.max() - question.pixels.min())
    with torch.random.fork_rng(devices=[]), torch.enable_grad():
        torch.manual_seed(seed)
        found = NoiseTunnel(Saliency(question.logit)).attribute(
            question.pixels.clone().requires_grad_(),
            nt_type="smoothgrad",
            nt_samples=effort.copies,
            nt_samples_batch_size=min(effort.copies, question.batch_size),
            stdevs=deviation,
            abs=False,
        )
    return Attribution("smooth_grad", found.detach()[0].abs().sum(0).float().numpy())


@dataclass(frozen=True)
class Method:
    """A way to a map.

    Attributes
    ----------
    title : str
        As the field writes it.
    unit : str
        Of the map's values.
    signed : bool
        Whether values below 0 speak against the class; else there are none.
    """

    title: str
    unit: str
    signed: bool


METHODS = {
    "grad_cam": Method("Grad-CAM", "evidence, in the layer's units", signed=False),
    "integrated_gradients": Method("Integrated gradients", "logits per pixel", signed=True),
    "occlusion": Method("Occlusion", "logits lost when covered", signed=True),
    "smooth_grad": Method("SmoothGrad", "logits per grey level", signed=False),
}


def compute_attribution(
    method: str, question: ClassScore, *, layer: str | None, effort: Effort, seed: int
) -> Attribution:
    """Return the map by the method of this name; ``layer`` is Grad-CAM's, ``seed`` decides SmoothGrad's noise."""
    compute: dict[str, Callable[[], Attribution]] = {
        "grad_cam": lambda: compute_grad_cam(question, layer),
        "integrated_gradients": lambda: compute_integrated_gradients(question, effort),
        "occlusion": lambda: compute_occlusion(question, effort),
        "smooth_grad": lambda: compute_smooth_grad(question, effort, seed),
    }
    return compute[method]()
