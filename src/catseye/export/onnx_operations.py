"""ONNX operations, collected in a graph."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import TensorProto, compose, helper, numpy_helper

from catseye.export.operations import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt
    from onnx import ModelProto, NodeProto, ValueInfoProto

OPSET = 20  # the first with GELU
_IR_VERSION = 9  # of the first ONNX with this opset; readers refuse a later one than their own
_KINDS = {
    "float32": TensorProto.FLOAT,
    "float64": TensorProto.DOUBLE,
    "int64": TensorProto.INT64,
    "int32": TensorProto.INT32,
}


class OnnxOperations:
    """Adds ONNX nodes one after the other; a node is represented by the name of its output."""

    exact = "float64"

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.arrays: dict[str, Any] = {}  # tensors by name
        self._constants: dict[tuple[str, bytes, tuple[int, ...]], str] = {}

    def add(self, name: str, *inputs: str, **attributes: Any) -> str:
        """Add an ONNX node with one output, by the name of its operation."""
        output = f"{name.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(name, inputs, [output], name=output, **attributes))
        return output

    def constant(self, values: Any, kind: str = WHOLE) -> str:
        """Return a constant; equal ones are stored once."""
        array = np.array(values, kind)
        key = kind, array.tobytes(), array.shape
        if key not in self._constants:
            self._constants[key] = self.stored(array)
        return self._constants[key]

    def stored(self, values: npt.NDArray[Any]) -> str:
        """Return an array as a constant of its own type."""
        name = f"constant_{len(self.arrays)}"
        self.arrays[name] = numpy_helper.from_array(np.ascontiguousarray(values), name)
        return name

    def apply(self, name: str, *nodes: str) -> str:
        """Apply an elementwise operation, by its name in ONNX."""
        return self.add(name, *nodes)

    def cast(self, node: str, kind: str) -> str:
        """Return values converted to another type."""
        return self.add("Cast", node, to=_KINDS[kind])

    def size(self, node: str, axis: int) -> str:
        """Return the length of an axis, int64 (1,)."""
        return self.add("Shape", node, start=axis, end=axis + 1)

    def places(self, count: str) -> str:
        """Return 0, 1, 2, … int64 (count,) for a count (1,)."""
        return self.add("Range", self.constant(0), self.add("Squeeze", count), self.constant(1))

    def cut(self, node: str, axis: int, start: str, count: str) -> str:
        """Return ``count`` (1,) values of an axis from ``start`` (1,)."""
        return self.add("Slice", node, start, self.add("Add", start, count), self.constant([axis]))

    def transpose(self, node: str, order: Sequence[int]) -> str:
        """Return values with their axes in another order."""
        return self.add("Transpose", node, perm=list(order))

    def reshape(self, node: str, shape: Sequence[int]) -> str:
        """Return values in another shape; one side may be -1, and 0 keeps a side."""
        return self.add("Reshape", node, self.constant(list(shape)))

    def matmul(self, left: str, right: str) -> str:
        """Return the matrix product."""
        return self.add("MatMul", left, right)

    def reduce(self, name: str, node: str, axis: int) -> str:
        """Return ``"Sum"``, ``"Max"`` or ``"Min"`` along an axis, which is kept with length 1."""
        return self.add(f"Reduce{name}", node, self.constant([axis]))

    def softmax(self, node: str) -> str:
        """Return softmax along the last axis."""
        return self.add("Softmax", node, axis=-1)

    def embed(self, model: ModelProto, given: str, prefix: str) -> list[str]:
        """Embed a model whose one input is a node, and return its outputs; its names get a prefix."""
        own = compose.add_prefix(model, prefix).graph
        self.nodes.append(helper.make_node("Identity", [given], [own.input[0].name]))
        self.nodes.extend(own.node)
        self.arrays |= {array.name: array for array in own.initializer}
        return [output.name for output in own.output]

    @contextmanager
    def rolled_back_on_error(self) -> Iterator[None]:
        """Remove what the block has added if it raises an exception."""
        count, arrays, constants = len(self.nodes), dict(self.arrays), dict(self._constants)
        try:
            yield
        except BaseException:
            del self.nodes[count:]
            self.arrays, self._constants = arrays, constants
            raise

    def named(self, node: str, name: str) -> str:
        """Return a node under the given name, for an output."""
        self.nodes.append(helper.make_node("Identity", [node], [name], name=name))
        return name

    def model(self, inputs: Sequence[ValueInfoProto], outputs: Sequence[ValueInfoProto], name: str) -> ModelProto:
        """Return the graph as a model."""
        graph = helper.make_graph(self.nodes, name, inputs, outputs, list(self.arrays.values()))
        return helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=_IR_VERSION, producer_name="catseye"
        )
