"""How a network is described: by what each of its steps does to a picture."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from torch import nn

from catseye.networks.backbones.blocks import SameConv2d
from catseye.networks.channels_last import works_along_last
from catseye.networks.definition.modules import SameAvgPool2d, SameMaxPool2d
from catseye.networks.elementwise import ELEMENTWISE, NORMALISATIONS
from catseye.networks.multiply_adds import count_multiply_adds
from catseye.networks.recording import record_steps
from catseye.networks.summary import Layer, Operation, Summary
from catseye.networks.walk import Step, Walk, as_pair

if TYPE_CHECKING:
    from catseye.networks.geometry import Geometry


def summarise(network: nn.Module, shape: tuple[int, int, int], name: str = "network") -> Summary:
    """Describe a network for pictures of ``shape`` (H, W, C).

    What works value by value (relu, dropout, the sum with a shortcut, a product of paths) has no row: it is named in
    the one before, which also has its parameters, unless it sees another part of the picture: a sum whose shortcut has
    layers sees what the path sees, and not only what the shortcut's last layer does. Normalisation has a row of its
    own. What several layers share is counted once, for the first, which the others name; a layer that runs several
    times has a row for each run (``"conv@2"``).
    """
    return summarise_with_geometries(network, shape, name)[0]


def summarise_with_geometries(
    network: nn.Module, shape: tuple[int, int, int], name: str = "network"
) -> tuple[Summary, dict[str, Geometry]]:
    """Return the summary of :func:`summarise` and what :func:`geometries` returns, found in one walk."""
    layers = [Layer("input", "picture", shape, 0, 0, (1, 1))]
    operations = [Operation(layers[0], ())]
    owners: dict[int, str] = {}
    steps, known, all_counted = _steps(network, shape)
    for step in steps:
        layer = _layer(step, owners)
        operations.append(Operation(layer, step.sources or (), step.inside))
        is_addition = layer.kind.startswith("+")
        if type(step.layer) in NORMALISATIONS or (is_addition and not _is_alike(layer, layers[-1])):
            layers.append(replace(layer, kind=layer.kind.removeprefix("+ ")))
        elif is_addition:
            layers[-1] = _merged(layers[-1], layer)
        else:
            layers.append(layer)
    other = sum(weight.numel() for weight in network.parameters()) - sum(layer.parameters for layer in layers)
    followed = all(step.sources is not None for step in steps)
    all_counted = all_counted and all(layer.multiply_adds is not None for layer in layers)
    return Summary(name, shape, tuple(layers), other, tuple(operations) if followed else (), "", all_counted), known


def _steps(network: nn.Module, shape: tuple[int, int, int]) -> tuple[list[Step], dict[str, Geometry], bool]:
    """Return the steps, the geometries by module, and whether no product of matrices is left out of the steps."""
    try:
        walk = Walk(network)
        return list(walk.steps(shape)), walk.geometries(), not walk.has_products
    except Exception:  # whatever a network of one's own does with what is not a real tensor
        return record_steps(network, shape), {}, True


def geometries(network: nn.Module, shape: tuple[int, int, int]) -> dict[str, Geometry]:
    """Return what the output of every module and function sees of pictures of ``shape`` (H, W, C), by its name.

    Where two paths join, it is the path that sees more. Of a network that cannot be followed, nothing is returned.
    """
    try:
        walk = Walk(network)
        for _ in walk.steps(shape):
            pass
    except Exception:  # as in _steps
        return {}
    return walk.geometries()


def _is_alike(addition: Layer, row: Layer) -> bool:
    """Say whether what a row states is true behind the addition as well."""
    return (addition.output, addition.receptive_field) == (row.output, row.receptive_field)


def _merged(row: Layer, addition: Layer) -> Layer:
    kind, parameters = f"{row.kind} {addition.kind}", row.parameters + addition.parameters
    return replace(row, kind=kind, parameters=parameters, behind=(*row.behind, addition.name))


def _layer(step: Step, owners: dict[int, str]) -> Layer:
    """Return a step as a row, and add its weights to ``owners``: by their id, the first layer that has them."""
    size = step.output
    last = step.channels_last
    if last is None:
        last = isinstance(step.layer, nn.Module) and works_along_last(step.layer, size)
    output = (size[1], size[2], size[0]) if len(size) == 3 and not last else size
    if isinstance(step.layer, str):
        kind = step.layer if step.layer == "concatenation" else f"+ {step.layer}"
        return Layer(step.name, kind, output, 0, 0, step.field)
    weights = {id(weight): weight.numel() for weight in step.layer.parameters()}
    fresh = {key: number for key, number in weights.items() if key not in owners}
    owner = next((owners[key] for key in weights if key in owners), "")
    owners.update(dict.fromkeys(fresh, step.name.partition("@")[0]))  # without the number of the run
    shared = f"{'some ' if fresh else ''}weights of {owner}" if owner else ""
    kind = f"{_kind(step.layer)} ({shared})" if shared else _kind(step.layer)
    multiply_adds = count_multiply_adds(step.layer, output)
    return Layer(step.name, kind, output, sum(fresh.values()), multiply_adds, step.field, shared_weights=shared)


def _kind(layer: nn.Module) -> str:
    if type(layer) in ELEMENTWISE:
        return f"+ {ELEMENTWISE[type(layer)]}"
    if isinstance(layer, nn.Conv2d):
        depthwise = "depthwise " if layer.groups == layer.in_channels > 1 else ""
        groups = f", {layer.groups} groups" if layer.groups > 1 and not depthwise else ""
        dilation = as_pair(layer.dilation)
        dilated = f", dilation {_one_or_both(dilation)}" if dilation != (1, 1) else ""
        return f"{depthwise}conv {_times(layer.kernel_size)}{_stride(layer)}{_padding(layer)}{dilated}{groups}"
    if isinstance(layer, nn.ConvTranspose2d):
        return f"transposed conv {_times(layer.kernel_size)}{_stride(layer)}"
    if isinstance(layer, nn.MaxPool2d | nn.AvgPool2d):
        kind = "max" if isinstance(layer, nn.MaxPool2d) else "average"
        stride = "" if as_pair(layer.stride) == as_pair(layer.kernel_size) else f", stride {_one_or_both(layer.stride)}"
        return f"{kind} pool {_times(layer.kernel_size)}{stride}{_padding(layer)}"
    if isinstance(layer, nn.AdaptiveAvgPool2d | nn.AdaptiveMaxPool2d):
        kind = "mean" if isinstance(layer, nn.AdaptiveAvgPool2d) else "max"
        return f"{kind} pool to {_times(layer.output_size)}"
    if isinstance(layer, nn.AdaptiveAvgPool1d):
        return f"mean pool to {layer.output_size}"
    if isinstance(layer, nn.Upsample):
        return f"upsample {_times(layer.scale_factor)}, {layer.mode}".replace(".0", "")
    return {nn.Linear: "dense", nn.Flatten: "flatten"}.get(type(layer), type(layer).__name__)


def _stride(layer: nn.Conv2d | nn.ConvTranspose2d) -> str:
    return f", stride {_one_or_both(layer.stride)}" if as_pair(layer.stride) != (1, 1) else ""


def _padding(layer: nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d) -> str:
    if isinstance(layer, SameConv2d | SameMaxPool2d | SameAvgPool2d) or layer.padding == "same":
        return ", same" if max(as_pair(layer.kernel_size)) > 1 else ""
    margin = 0 if layer.padding == "valid" else layer.padding
    return f", pad {_one_or_both(margin)}" if as_pair(margin) != (0, 0) else ""


def _one_or_both(value: Any) -> str:
    pair = as_pair(value)
    return str(pair[0]) if pair[0] == pair[1] else _times(pair)


def _times(value: Any) -> str:
    return "×".join(map(str, as_pair(value)))
