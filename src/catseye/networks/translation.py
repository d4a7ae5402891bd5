"""Which layers can be said in another runtime's words: those that compute what their kind's name says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from torch import nn

from catseye.networks.definition.modules import ChannelNorm

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Translation = TypeVar("Translation")

_COMPUTE = ("forward", "_conv_forward")  # what a layer of another kind overrides where it computes something else


def find_by_kind(translations: Mapping[type[nn.Module], Translation], layer: nn.Module) -> Translation | None:
    """Return the translation of a layer's kind or of the kind that it is made from.

    Returns ``None`` where there is none, where the layer computes something of its own, and for what no translation
    knows, such as a convolution whose margin repeats its maps.
    """
    kind = next((each for each in type(layer).__mro__ if each in translations), None)
    if kind is None or any(getattr(layer.__class__, name, None) is not getattr(kind, name, None) for name in _COMPUTE):
        return None
    is_usual = next((_USUAL[each] for each in kind.__mro__ if each in _USUAL), None)
    return None if is_usual and not is_usual(layer) else translations[kind]


def _has_plain_norm(layer: nn.LayerNorm) -> bool:
    has_all = layer.elementwise_affine and layer.bias is not None
    return has_all and (isinstance(layer, ChannelNorm) or len(layer.normalized_shape) == 1)


def _has_plain_mean(layer: nn.AvgPool2d) -> bool:
    # By what a last, incomplete window in a margin that counts is divided, runtimes do not agree.
    counts_margin = layer.count_include_pad and layer.padding not in (0, (0, 0))
    return layer.divisor_override is None and not (layer.ceil_mode and counts_margin)


def _has_statistics(layer: nn.BatchNorm1d | nn.BatchNorm2d) -> bool:
    return layer.affine and layer.running_mean is not None


def _is_plain_upsample(layer: nn.Upsample) -> bool:
    plain = layer.mode == "nearest" or (layer.mode == "bilinear" and not layer.align_corners)
    return plain and layer.scale_factor is not None


_USUAL: dict[type[nn.Module], Callable[[Any], bool]] = {
    nn.Conv2d: lambda layer: layer.padding_mode == "zeros",
    nn.BatchNorm1d: _has_statistics,
    nn.BatchNorm2d: _has_statistics,
    nn.LayerNorm: _has_plain_norm,
    nn.MaxPool2d: lambda layer: not layer.return_indices,
    nn.AvgPool2d: _has_plain_mean,
    nn.AdaptiveMaxPool2d: lambda layer: layer.output_size in (1, (1, 1)) and not layer.return_indices,
    nn.Flatten: lambda layer: (layer.start_dim, layer.end_dim) == (1, -1),
    nn.Upsample: _is_plain_upsample,
    nn.Softplus: lambda layer: layer.beta == 1,
}
