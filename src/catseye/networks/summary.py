"""A network described layer by layer: sizes, parameters, work and receptive field."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Self

from catseye.drawing.answer import Answer
from catseye.errors import with_short_traceback
from catseye.short_repr import ShortRepr, counted

if TYPE_CHECKING:
    from catseye.networks.windows import Pair


@dataclass(frozen=True, repr=False)
class Layer(ShortRepr):
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

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the row that :meth:`to_json` described."""
        field, shared = values["receptive_field"], values["shared_weights"] or ""
        behind, output = tuple(values["behind"]), tuple(values["output"])
        field = (field[0], field[1]) if field else None
        return cls(
            *(values["name"], values["kind"], output, values["parameters"]),
            *(values["multiply_adds"], field, behind, shared),
        )


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
