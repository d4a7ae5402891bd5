"""Layers behind and beside each other, as brackets in a text say."""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

from catseye.networks.definition.shape import LayerError, check_output, shape_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import nn

    from catseye.networks.definition.shape import Shape


class Layer(Protocol):
    """One layer of a text, which becomes one or more modules."""

    def output(self, shape: Shape) -> Shape:
        """Return the shape behind it; raise `LayerError` if it does not fit."""

    def modules(self, shape: Shape) -> Iterator[tuple[str, nn.Module]]:
        """Yield its modules, each with the name that is numbered."""


class Names:
    """Numbers the layers of a network by kind: conv1, relu1, conv2, …; the one flatten has no number."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def following(self, kind: str) -> str:
        """Return the next name of this kind."""
        self._counts[kind] += 1
        return kind if kind == "flatten" and self._counts[kind] == 1 else f"{kind}{self._counts[kind]}"


@dataclass(frozen=True)
class Chain:
    """Layers one behind the other."""

    parts: tuple[Part, ...] = ()

    def __str__(self) -> str:
        return ", ".join(map(str, self.parts))

    def output(self, shape: Shape) -> Shape:
        """Return the shape behind the last layer; raise `LayerError` for the first that does not fit."""
        for number, part in enumerate(self.parts, 1):
            try:
                shape = part.output(shape)
            except LayerError as error:
                raise error.within(number) from None
        return shape

    def build(self, shape: Shape, names: Names) -> nn.Sequential:
        """Return the modules for maps or values of ``shape``, named in the order in which they run."""
        from torch import nn  # only for what computes with PyTorch: a text is read without it

        modules: OrderedDict[str, nn.Module] = OrderedDict()
        for part in self.parts:
            modules |= part.build(shape, names) if isinstance(part, Structure) else _named(part, shape, names)
            shape = part.output(shape)
        return nn.Sequential(modules)


@dataclass(frozen=True)
class Repeated:
    """Repeated layers, each repetition with its own weights: ``3 × [conv 64 same, batch norm]``."""

    times: int
    part: Part

    def __str__(self) -> str:
        return f"{self.times} × {self.part}"

    def output(self, shape: Shape) -> Shape:
        """Return the shape behind the last repetition; raise `LayerError` if one does not fit."""
        for _ in range(self.times):
            shape = self.part.output(shape)
        return shape

    def build(self, shape: Shape, names: Names) -> OrderedDict[str, nn.Module]:
        """Return the modules of all repetitions, one behind the other."""
        modules: OrderedDict[str, nn.Module] = OrderedDict()
        for _ in range(self.times):
            modules |= Chain((self.part,)).build(shape, names).named_children()
            shape = self.part.output(shape)
        return modules


@dataclass(frozen=True)
class Bracket:
    """Layers in brackets, which stand for one."""

    chain: Chain

    def __str__(self) -> str:
        return f"[{self.chain}]"

    def output(self, shape: Shape) -> Shape:
        """Return the shape behind the last layer."""
        return self.chain.output(shape)

    def build(self, shape: Shape, names: Names) -> OrderedDict[str, nn.Module]:
        """Return the modules, as if there were no brackets."""
        return OrderedDict(self.chain.build(shape, names).named_children())


@dataclass(frozen=True)
class Residual:
    """What layers make of their input, plus that input, or plus what other layers make of it: ``[…] + input``."""

    path: Chain
    shortcut: Chain = Chain()

    def __str__(self) -> str:
        return f"[{self.path}] + {f'[{self.shortcut}]' if self.shortcut.parts else 'input'}"

    def output(self, shape: Shape) -> Shape:
        """Return the shape of both; raise `LayerError` if they differ."""
        path, shortcut = self.path.output(shape), self.shortcut.output(shape)
        if path != shortcut:
            raise LayerError(
                self,
                f"the brackets make {shape_in_words(path)} of {shape_in_words(shape)}, which cannot be added to "
                f"{shape_in_words(shortcut)}. {self._remedy(shape, path, shortcut)}",
            )
        return path

    def build(self, shape: Shape, names: Names) -> OrderedDict[str, nn.Module]:
        """Return the one module."""
        from catseye.networks.definition.modules import Sum

        name = names.following("sum")
        return OrderedDict({name: Sum(self.path.build(shape, names), self.shortcut.build(shape, names))})

    def _remedy(self, shape: Shape, path: Shape, shortcut: Shape) -> str:
        if len(path) == len(shortcut) == 3 and not self.shortcut.parts:
            stride = -(-shape[0] // path[0])
            projection = f"conv {path[2]} 1x1{f' stride {stride}' if stride > 1 else ''} linear"
            if (-(-shape[0] // stride), -(-shape[1] // stride)) == path[:2]:
                return (
                    f"Write “+ [{projection}]” for “+ input”, or keep the shape inside the brackets (same, stride 1)."
                )
        if len(path) == len(shortcut) == 3 and shape[:2] != path[:2] and not self.shortcut.parts:
            projection = f" and “+ [conv {path[2]} 1x1 linear]” for “+ input”" if path[2] != shape[2] else ""
            return f"Write same in each layer inside the brackets{projection}, so that both have the same shape."
        if len(path) == len(shortcut) == 3:
            filters = "" if path[2] == shortcut[2] else f", here {path[2]}"
            return (
                "Write same in each layer of both brackets, the same strides and, in the last, the same number of "
                f"filters{filters}."
            )
        return "Both sides of + must have the same shape: flatten and dense belong behind the sum."


@dataclass(frozen=True)
class Beside:
    """What several paths make of the same input, channels behind channels: ``[conv 16 1x1 | conv 16 same]``."""

    paths: tuple[Chain, ...]

    def __str__(self) -> str:
        return f"[{' | '.join(str(path) if path.parts else 'input' for path in self.paths)}]"

    def output(self, shape: Shape) -> Shape:
        """Return the shape of all paths together; raise `LayerError` if their sizes differ."""
        outputs = [path.output(shape) for path in self.paths]
        if len({output[:-1] if len(output) == 3 else () for output in outputs}) > 1 or len(set(map(len, outputs))) > 1:
            raise LayerError(
                self,
                f"the paths return {', '.join(map(shape_in_words, outputs))}: height and width must be the same in "
                "all. Write same in each, and the same strides.",
            )
        return check_output(self, (*outputs[0][:-1], sum(output[-1] for output in outputs)))

    def build(self, shape: Shape, names: Names) -> OrderedDict[str, nn.Module]:
        """Return the one module."""
        from catseye.networks.definition.modules import Parallel

        name = names.following("parallel")
        return OrderedDict({name: Parallel([path.build(shape, names) for path in self.paths])})


Structure = Repeated | Bracket | Residual | Beside
Part: TypeAlias = "Structure | Layer"


def _named(layer: Layer, shape: Shape, names: Names) -> OrderedDict[str, nn.Module]:
    return OrderedDict((names.following(kind), module) for kind, module in layer.modules(shape))
