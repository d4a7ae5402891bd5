"""Translation of a network to ONNX."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import torch
from torch import fx, nn

from catseye.errors import first_line
from catseye.export.onnx_conversion import convert_network
from catseye.export.onnx_layers import find_translation
from catseye.networks.feature_layer import LOGITS
from catseye.networks.structure import in_evaluation_mode
from catseye.networks.tracing import trace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.export.onnx_operations import OnnxOperations
    from catseye.images.preprocess import Preprocess


_SHAPE = "shape"  # in a node's meta


class UntranslatableError(Exception):
    """A layer or function that has no translation."""


def write_network(
    ops: OnnxOperations, network: nn.Module, preprocess: Preprocess, maps: str, layer: str | None
) -> tuple[str, str | None]:
    """Return a network's logits (N, K) for normalised maps, and the input of ``layer``, its features, if that is given.

    Catseye's own translation writes short graphs within milliseconds. PyTorch's exporter, which takes many seconds, is
    used for other networks.

    Raises
    ------
    MissingPackageError
        The network needs PyTorch's exporter, and the package for that is not installed.
    CatseyeError
        A layer has no translation.
    """
    network = in_evaluation_mode(network)
    try:
        with ops.rolled_back_on_error():
            return _translate(ops, network, preprocess, maps, layer)
    except UntranslatableError as error:
        return convert_network(ops, network, preprocess, maps, layer, first_line(error))  # fx adds more


def _translate(
    ops: OnnxOperations, network: nn.Module, preprocess: Preprocess, maps: str, layer: str | None
) -> tuple[str, str | None]:
    height, width, channels = preprocess.shape
    try:
        graph = trace(network)
        with torch.inference_mode():
            _Shapes(graph).run(torch.zeros(1, channels, height, width))
    except Exception as error:  # of any kind, as users' modules may do anything
        raise UntranslatableError("the network's code asks for the values or the sizes of its pictures") from error
    translation = _Translation(graph, ops)
    logits: str = translation.run(maps)
    if layer is None:
        return logits, None
    return logits, logits if layer == LOGITS else translation.inputs[layer]


class _Shapes(fx.Interpreter):
    """Runs a network's graph, and records the shape of each tensor; torch.fx's own pass would load SymPy."""

    def run_node(self, n: fx.Node) -> Any:
        result = super().run_node(n)
        if isinstance(result, torch.Tensor):
            n.meta[_SHAPE] = tuple(result.shape)
        return result


class _Translation(fx.Interpreter):
    """Runs a network's graph with the names of ONNX nodes in place of tensors."""

    def __init__(self, graph: fx.GraphModule, ops: OnnxOperations) -> None:
        super().__init__(graph)
        self._ops = ops
        self._node: fx.Node | None = None
        self.inputs: dict[str, str] = {}  # of each layer, by its name

    def run_node(self, n: fx.Node) -> Any:
        self._node = n
        return super().run_node(n)

    def call_module(self, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
        layer = self.fetch_attr(target)
        translate = find_translation(layer)
        if translate is None or kwargs or len(args) != 1:
            raise UntranslatableError(f"layer {target} ({type(layer).__name__}) has no translation for ONNX")
        self.inputs[target] = args[0]
        return translate(self._ops, layer, args[0], self._shape())

    def call_function(self, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
        is_plain = not kwargs and all(isinstance(arg, str) for arg in args)
        if target in (operator.add, torch.add) and is_plain:
            return self._ops.add("Add", *args)
        if target is torch.cat and all(isinstance(part, str) for part in args[0]):
            return self._concatenate(*args, **kwargs)
        raise UntranslatableError(f"the function {getattr(target, '__name__', target)} has no translation for ONNX")

    def call_method(self, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:  # noqa: ARG002
        raise UntranslatableError(f"the method {target} has no translation for ONNX")

    def get_attr(self, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:  # noqa: ARG002
        raise UntranslatableError(f"the tensor {target} has no translation for ONNX")

    def _concatenate(self, parts: Sequence[str], dim: int = 0) -> str:
        return self._ops.add("Concat", *parts, axis=dim)

    def _shape(self) -> tuple[int, ...]:
        """Return the shape of the node's input."""
        assert self._node is not None
        taken = self._node.args[0]
        assert isinstance(taken, fx.Node)
        if _SHAPE not in taken.meta:
            raise UntranslatableError("a layer takes more than one tensor, which has no translation for ONNX")
        shape: tuple[int, ...] = taken.meta[_SHAPE]
        return shape
