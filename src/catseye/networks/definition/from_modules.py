"""A sequence of PyTorch's modules as a text, where one can say the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch
from torch import nn

from catseye.errors import UsageError
from catseye.networks.backbones.blocks import SameConv2d
from catseye.networks.definition.activation import Activation
from catseye.networks.definition.activation_modules import activation_name
from catseye.networks.definition.chain import Beside, Chain, Residual
from catseye.networks.definition.convolution_layer import Conv
from catseye.networks.definition.definition import Definition
from catseye.networks.definition.modules import (
    ChannelNorm,
    Parallel,
    SameAvgPool2d,
    SameMaxPool2d,
    Sum,
)
from catseye.networks.definition.plain_layers import BatchNorm, Dense, Dropout, Flatten, LayerNorm
from catseye.networks.definition.pooling_layer import GlobalPool, Pool, Upsample
from catseye.networks.structure import in_evaluation_mode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.networks.definition.chain import Part
    from catseye.networks.windows import Padding, Pair

_TOLERANCE = 1e-5
_MOMENTUM = 0.1  # PyTorch's, of batch normalisation; texts have no other


def define_modules(
    network: nn.Module, shape: tuple[int, int, int], classes: int
) -> tuple[Definition, nn.Module] | None:
    """Return the text that says what a network of PyTorch's modules is, and the network built from it.

    The network that is built has the same weights. ``None`` where no text can say it: for modules with a ``forward`` of
    their own, and for layers that texts do not know.

    Parameters
    ----------
    network
    shape
        Height, width and channels of the pictures.
    classes
    """
    try:
        definition = Definition(_chain_with_logits(tuple(_merged(_parts(network))), classes))
        with torch.random.fork_rng(devices=[]):  # which new layers are filled from
            built = definition.build(shape, classes)
    except (_UnsaidError, UsageError):
        return None
    weights, wanted = list(network.state_dict().values()), built.state_dict()
    if [weight.shape for weight in weights] != [weight.shape for weight in wanted.values()]:
        return None
    learned = list(network.parameters())  # of two layers that share a weight, each would get one of its own
    if len(learned) != len(list(built.parameters())):
        return None
    built.load_state_dict(dict(zip(wanted, weights, strict=True)))
    for own, given in zip(built.parameters(), learned, strict=True):
        own.requires_grad_(given.requires_grad)
    return (definition, built) if _agree(network, built, shape) else None


class _UnsaidError(Exception):
    """No text says what a module does."""


def _parts(module: nn.Module) -> Iterator[Part]:
    """Yield what a text says of a module, a layer each."""
    name = activation_name(module)
    if name:
        yield Activation(name)
        return
    match module:
        case nn.Sequential():
            for inner in module:
                yield from _parts(inner)
        case nn.Identity():
            pass
        case Sum():
            yield Residual(_chain(module.path), _chain(module.shortcut))
        case Parallel():
            yield Beside(tuple(map(_chain, module.paths)))
        case nn.Conv2d():
            yield _conv(module)
        case nn.MaxPool2d() | nn.AvgPool2d():
            yield _pool(module)
        case nn.AdaptiveAvgPool2d() | nn.AdaptiveMaxPool2d() if _pair(module.output_size) == (1, 1):
            yield GlobalPool(isinstance(module, nn.AdaptiveAvgPool2d))
        case nn.Flatten() if (module.start_dim, module.end_dim) == (1, -1):
            yield Flatten()
        case nn.Linear():
            yield Dense(module.out_features, None, module.bias is not None)
        case nn.BatchNorm2d() | nn.BatchNorm1d() if (
            module.affine and module.track_running_stats and module.momentum == _MOMENTUM
        ):
            yield BatchNorm(module.eps)
        case ChannelNorm():
            yield LayerNorm(module.eps)
        case nn.LayerNorm() if len(module.normalized_shape) == 1 and module.bias is not None:
            yield LayerNorm(module.eps)
        case nn.Dropout():
            yield Dropout(module.p)
        case nn.Upsample() if module.mode in ("nearest", "bilinear") and module.scale_factor:
            yield Upsample(int(_pair(module.scale_factor)[0]), module.mode == "bilinear")
        case _:
            raise _UnsaidError


def _chain(module: nn.Module) -> Chain:
    return Chain(tuple(_merged(_parts(module))))


def _chain_with_logits(parts: tuple[Part, ...], classes: int) -> Chain:
    """Return the layers, the last dense one as texts have it: without an activation, which goes without saying."""
    last = parts[-1] if parts else None
    if isinstance(last, Dense) and last.activation is None and last.units == classes:
        parts = (*parts[:-1], replace(last, activation=""))
    return Chain(parts)


def _conv(module: nn.Conv2d) -> Conv:
    padding: Padding | Pair
    if isinstance(module, SameConv2d) or module.padding == "same":
        padding = "same"
    elif module.padding == "valid":
        padding = "valid"
    else:
        padding = _pair(module.padding)
    kernel, dilation = _pair(module.kernel_size), _pair(module.dilation)
    if module.padding_mode != "zeros":
        raise _UnsaidError
    reach = [gap * (side - 1) for gap, side in zip(dilation, kernel, strict=True)]
    if isinstance(padding, tuple):
        if _pair(module.stride) == (1, 1) and max(padding) and reach == [2 * side for side in padding]:
            padding = "same"
        elif padding[0] == padding[1]:
            padding = padding[0] or "valid"
    depthwise = module.groups == module.in_channels > 1
    return Conv(
        module.out_channels,
        kernel,
        padding,
        _pair(module.stride),
        dilation,
        None if depthwise else module.groups,
        None,
        module.bias is not None,
    )


def _pool(module: nn.MaxPool2d | nn.AvgPool2d) -> Pool:
    same = isinstance(module, SameMaxPool2d | SameAvgPool2d)
    if _pair(module.padding) != (0, 0) or module.ceil_mode or _pair(getattr(module, "dilation", 1)) != (1, 1):
        raise _UnsaidError
    average = isinstance(module, nn.AvgPool2d)
    return Pool(average, _pair(module.kernel_size), _pair(module.stride), "same" if same else "valid")


def _merged(parts: Iterator[Part]) -> Iterator[Part]:
    """Yield the layers: activations in the convolution or dense layer before them, no flatten behind global pooling."""
    waiting: Part | None = None
    for part in parts:
        if isinstance(part, Activation) and isinstance(waiting, Conv | Dense) and waiting.activation is None:
            waiting = replace(waiting, activation=part.name)
            continue
        if isinstance(part, Flatten) and isinstance(waiting, GlobalPool):
            continue
        if waiting is not None:
            yield waiting
        waiting = part
    if waiting is not None:
        yield waiting


def _agree(network: nn.Module, built: nn.Module, shape: tuple[int, int, int]) -> bool:
    """Say whether both return the same for a picture of noise, in evaluation mode."""
    height, width, channels = shape
    noise = torch.rand(2, channels, height, width, generator=torch.Generator().manual_seed(0))
    try:
        with torch.inference_mode():
            answers = [in_evaluation_mode(one)(noise) for one in (network, built)]
    except (RuntimeError, TypeError, ValueError):
        return False
    first, second = answers
    return torch.allclose(first, second, rtol=_TOLERANCE, atol=_TOLERANCE)


def _pair(value: object) -> Pair:
    return (value[0], value[1]) if isinstance(value, tuple | list) else (value, value)  # type: ignore[return-value]
