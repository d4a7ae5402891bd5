"""The layers of a network as Keras's, with their configuration and the names of their variables."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from torch import nn

from catseye.errors import UsageError
from catseye.networks.backbones.blocks import SameConv2d
from catseye.networks.definition.activation_modules import activation_name
from catseye.networks.definition.modules import ChannelNorm, SameAvgPool2d, SameMaxPool2d
from catseye.networks.keras.activation_names import KERAS
from catseye.networks.keras.translated import Variables
from catseye.networks.keras.weighted import WeightedModule, walk_modules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.networks.windows import Pair

_GROUPS = {
    nn.Conv2d: "conv2d",
    nn.Linear: "dense",
    nn.BatchNorm2d: "batch_normalization",
    nn.BatchNorm1d: "batch_normalization",
    nn.LayerNorm: "layer_normalization",
}


@dataclass(frozen=True)
class _Written:
    """A Keras layer; ``weighted`` where it has variables."""

    kind: str
    config: dict[str, Any]
    weighted: WeightedModule | None = None


class KerasLayers:
    """A network's layers.

    Parameters
    ----------
    network
        What the text of a network builds, on whatever device.
    shape
        Height, width and channels of the pictures.

    Raises
    ------
    UsageError
        Keras has no such layers in a Sequential model.
    """

    def __init__(self, network: nn.Module, shape: tuple[int, int, int]) -> None:
        if not isinstance(network, nn.Sequential):
            raise UsageError(
                "Keras's files are written and read for networks defined by a text, as the lessons' are; "
                f"this one is {type(network).__name__}."
            )
        self._layers = [
            layer for name, module, order in walk_modules(network, shape)
            for layer in _layers(WeightedModule(name, module, order))
        ]  # fmt: skip

    def configurations(self) -> list[dict[str, Any]]:
        """Return the layers as a Sequential model's configuration lists them."""
        return [layer_configuration(layer.kind, layer.config) for layer in self._layers]

    def weighted(self) -> Iterator[tuple[str, WeightedModule]]:
        """Yield the layers with variables, each with its group in a file of weights."""
        used: Counter[str] = Counter()
        for layer in self._layers:
            if layer.weighted:
                group = next(group for kind, group in _GROUPS.items() if isinstance(layer.weighted.module, kind))
                yield f"layers/{group}{f'_{used[group]}' if used[group] else ''}", layer.weighted
                used[group] += 1

    def variables(self) -> list[Variables]:
        """Return where the variables of each layer with weights are found in a file."""
        return [Variables(group, tuple(module.variables())) for group, module in self.weighted()]


def layer_configuration(kind: str, config: dict[str, Any]) -> dict[str, Any]:
    """Return one layer as a model's configuration holds it."""
    return {"module": "keras.layers", "class_name": kind, "config": config, "registered_name": None}


def _layers(own: WeightedModule) -> Iterator[_Written]:
    """Yield what a module is in Keras."""
    module = own.module
    if isinstance(module, nn.LeakyReLU):
        yield _Written("LeakyReLU", {"name": own.name, "negative_slope": module.negative_slope})
        return
    activation = activation_name(module)
    if activation:
        yield _Written("Activation", {"name": own.name, "activation": KERAS[activation]})
        return
    match module:
        case nn.Conv2d():
            yield from _conv(module, own)
        case nn.Linear():
            yield _Written(
                "Dense", {"name": own.name, "units": module.out_features, "use_bias": _has_bias(module)}, own
            )
        case nn.MaxPool2d() | nn.AvgPool2d():
            same = isinstance(module, SameMaxPool2d | SameAvgPool2d)
            kind = "MaxPooling2D" if isinstance(module, nn.MaxPool2d) else "AveragePooling2D"
            sides = {"pool_size": _pair(module.kernel_size), "strides": _pair(module.stride)}
            yield _Written(kind, {"name": own.name, **sides, "padding": "same" if same else "valid"})
        case nn.AdaptiveAvgPool2d() | nn.AdaptiveMaxPool2d():
            kind = "Average" if isinstance(module, nn.AdaptiveAvgPool2d) else "Max"
            yield _Written(f"Global{kind}Pooling2D", {"name": own.name})
        case nn.Flatten():
            yield _Written("Flatten", {"name": own.name})
        case nn.BatchNorm2d() | nn.BatchNorm1d():
            yield _Written("BatchNormalization", {"name": own.name, "axis": -1, "epsilon": module.eps}, own)
        case ChannelNorm() | nn.LayerNorm():
            yield _Written("LayerNormalization", {"name": own.name, "axis": -1, "epsilon": module.eps}, own)
        case nn.Dropout():
            yield _Written("Dropout", {"name": own.name, "rate": module.p})
        case nn.Upsample():
            factor = int(_pair(module.scale_factor)[0])
            yield _Written("UpSampling2D", {"name": own.name, "size": [factor, factor], "interpolation": module.mode})
        case _:
            raise UsageError(
                f"a Keras file holds layers that follow one another; {own.name} ({type(module).__name__}) is "
                "not one of them."
            )


def _conv(module: nn.Conv2d, own: WeightedModule) -> Iterator[_Written]:
    padding, reach = (
        _pair(module.padding),
        [g * (k - 1) for g, k in zip(module.dilation, module.kernel_size, strict=True)],
    )
    same = isinstance(module, SameConv2d) or (
        max(module.stride) == 1 and max(padding) > 0 and reach == [2 * side for side in padding]
    )
    if max(module.stride) > 1 and max(module.dilation) > 1:
        raise UsageError(f"Keras has no convolution with a stride and a dilation both above 1; {own.name} has both.")
    if not same and max(padding):
        sides = [[side, side] for side in padding]
        yield _Written("ZeroPadding2D", {"name": f"{own.name}_padding", "padding": sides})
    yield _Written(
        "Conv2D",
        {
            "name": own.name,
            "filters": module.out_channels,
            "kernel_size": list(module.kernel_size),
            "strides": list(module.stride),
            "dilation_rate": list(module.dilation),
            "groups": module.groups,
            "padding": "same" if same else "valid",
            "use_bias": _has_bias(module),
        },
        own,
    )


def _has_bias(module: nn.Conv2d | nn.Linear) -> bool:
    return module.bias is not None


def _pair(value: Any) -> Pair:
    return (value[0], value[1]) if isinstance(value, tuple | list) else (value, value)
