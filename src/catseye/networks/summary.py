"""A network described layer by layer: sizes, parameters, work and receptive field."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from torch import nn

from catseye.drawing.answer import Answer
from catseye.errors import with_short_traceback
from catseye.networks.backbones.blocks import SameConv2d
from catseye.networks.channels_last import works_along_last
from catseye.networks.definition.modules import SameAvgPool2d, SameMaxPool2d
from catseye.networks.elementwise import ELEMENTWISE, NORMALISATIONS
from catseye.networks.multiply_adds import count_multiply_adds
from catseye.networks.recording import record_steps
from catseye.networks.walk import Step, Walk, as_pair
from catseye.short_repr import ShortRepr, counted

if TYPE_CHECKING:
    from catseye.networks.geometry import Geometry
    from catseye.networks.windows import Pair


@dataclass(frozen=True)
class Layer:
    """One row of a summary.

    Attributes
    ----------
    name, kind : str
        The layer's name; what it does, with the activation that follows it.
    output : tuple of int
        (H, W, C), or the number of values once they lie in one row.
    parameters : int
        Learnt numbers.
    multiply_adds : int or None
        Multiplications with additions for one picture, of convolutions, dense, recurrent and encoder layers; those of
        biases and normalisation are not counted. ``None`` where they cannot be known, as of other layers with weights.
    receptive_field : (int, int) or None
        Height and width in pixels of the part of the input that one output value depends on; ``None`` in a network
        that cannot be followed, because it decides while it runs which layers a picture passes.
    behind : tuple of str
        Names of what follows value by value, as ``kind`` has it after each ``+``: ``("relu1",)``.
    shared_weights : str
        Whose weights a layer uses again, ``"weights of conv1"``, or ``"some weights of conv1"``; ``""`` if it has its
        own. ``kind`` says so too.
    """

    name: str
    kind: str
    output: tuple[int, ...]
    parameters: int
    multiply_adds: int | None
    receptive_field: Pair | None
    behind: tuple[str, ...] = ()
    shared_weights: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the row as JSON values."""
        return {
            "name": self.name,
            "kind": self.kind,
            "behind": list(self.behind),
            "output": list(self.output),
            "parameters": self.parameters,
            "multiply_adds": self.multiply_adds,
            "receptive_field": list(self.receptive_field) if self.receptive_field else None,
            "shared_weights": self.shared_weights or None,
        }


@dataclass(frozen=True, repr=False)
class Operation(ShortRepr):
    """One operation of a network, with what it takes; unlike a row of the table, relu or a sum is one too.

    Attributes
    ----------
    layer : Layer
        Its kind begins with ``+`` if it works value by value.
    sources : tuple of int
        Numbers of the operations whose results it takes; 0 is the picture.
    inside : tuple of (str, str)
        Names and classes of the modules that it is a part of, the outermost first.
    """

    layer: Layer
    sources: tuple[int, ...]
    inside: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, repr=False)
class Summary(Answer):
    """A network's layers and totals.

    Attributes
    ----------
    network : str
    input : (int, int, int)
        Height, width and channels of the pictures.
    layers : tuple of Layer
        The rows, the first of which is the picture.
    other_parameters : int
        Learnt numbers that belong to no layer, such as a factor in a network of one's own.
    operations : tuple of Operation
        What the rows consist of, in order, number 0 being the picture; empty if only the rows are known.
    text : str
        The whole text of a network that is one, of which ``network`` may be the beginning; else ``""``.
    all_counted : bool
        Whether every multiply-add is in a row: not those of a product of matrices that is no layer.
    """

    network: str
    input: tuple[int, int, int]
    layers: tuple[Layer, ...]
    other_parameters: int = 0
    operations: tuple[Operation, ...] = ()
    text: str = ""
    all_counted: bool = True

    def __repr__(self) -> str:
        shape = "×".join(map(str, self.input))
        size = f"{counted(len(self.layers), 'layer')}, {counted(self.parameters, 'parameter')}"
        return f"Summary({self.network}, {size}, input {shape})"

    @property
    def parameters(self) -> int:
        """All learnt numbers."""
        return sum(layer.parameters for layer in self.layers) + self.other_parameters

    @property
    def multiply_adds(self) -> int:
        """All multiplications with additions for one picture; some of them unless ``all_counted``."""
        return sum(layer.multiply_adds or 0 for layer in self.layers)

    @with_short_traceback
    def diagram(self) -> Answer:
        """Return the network as a drawing: a block for each layer, to scale, with the sizes between them.

        Examples
        --------
        >>> import catseye
        >>> catseye.summary("convnet").diagram()
        Diagram(convnet, 7 layers)
        """
        # By name and on use, as for a view: what draws knows the summary, not the reverse.
        drawn: Answer = import_module("catseye.networks.diagram.diagram").Diagram(self)
        return drawn

    def to_json(self) -> dict[str, Any]:
        """Return the summary as JSON values."""
        return {
            "network": self.network,
            "input": list(self.input),
            "parameters": self.parameters,
            "other_parameters": self.other_parameters,
            "multiply_adds": self.multiply_adds if self.all_counted else None,
            "layers": [layer.to_json() for layer in self.layers],
        }


def summarise(network: nn.Module, shape: tuple[int, int, int], name: str = "network") -> Summary:
    """Describe a network for pictures of ``shape`` (H, W, C).

    What works value by value (relu, dropout, the sum with a shortcut, a product of paths) has no row: it is named in
    the one before, which also has its parameters. Normalisation has a row of its own. What several layers share is
    counted once, for the first, which the others name; a layer that runs several times has a row for each run
    (``"conv@2"``).
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
        if type(step.layer) in NORMALISATIONS or (layer.kind.startswith("+") and layer.output != layers[-1].output):
            layers.append(replace(layer, kind=layer.kind.removeprefix("+ ")))
        elif layer.kind.startswith("+"):
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
