"""A network as a text says it, for pictures of any shape and any number of classes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from catseye.errors import UsageError
from catseye.networks.definition.activation import Activation
from catseye.networks.definition.chain import Beside, Bracket, Chain, Names, Repeated, Residual
from catseye.networks.definition.convolution_layer import Conv
from catseye.networks.definition.grammar import read_network
from catseye.networks.definition.layer_words import is_layer
from catseye.networks.definition.plain_layers import BatchNorm, Dense, Dropout, Flatten, LayerNorm
from catseye.networks.definition.shape import LayerError, TooSmallError
from catseye.networks.definition.word_reader import shorten
from catseye.networks.lessons import NAMED_TEXTS
from catseye.networks.names import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from torch import nn

    from catseye.networks.definition.chain import Part
    from catseye.networks.definition.shape import Shape

_LONGEST_TITLE, _LONGEST_NAME = 40, 40  # characters
_BEHIND_DENSE = Activation | BatchNorm | LayerNorm | Dropout  # what leaves as many values as there are
_LARGEST_SMALLEST = 4_096  # pixels a side; a network that needs more fits no picture


@dataclass(frozen=True)
class Definition:
    """A network's layers.

    Attributes
    ----------
    layers : Chain
        As they are written: the last dense layer, which returns the logits, may be missing.
    name : str
        What stands before a colon at the beginning of the text; ``""`` without.
    """

    layers: Chain
    name: str = ""

    @classmethod
    def read(cls, text: str) -> Self:
        """Return what a text defines, such as ``"conv 32, pool, flatten"`` or ``"small: conv 8, pool global"``.

        Raises
        ------
        UsageError
            It defines nothing; the message says what to write instead.
        """
        name, colon, layers = text.partition(":")
        if not colon:
            return cls(read_network(text))
        if is_layer(name):
            raise UsageError(f"a colon stands behind a network's name, but “{shorten(name.strip())}” is a layer.")
        return cls(read_network(layers)).named(name.strip())

    def __str__(self) -> str:
        return f"{self.name}: {self.layers}" if self.name else str(self.layers)

    @property
    def title(self) -> str:
        """The name or, without one, the beginning of the text, for a title or a table."""
        text = str(self.layers)
        return self.name or (text if len(text) <= _LONGEST_TITLE else f"{text[: _LONGEST_TITLE - 1].rstrip(', ')}…")

    @property
    def normalises(self) -> bool:
        """Whether it has batch or layer normalisation."""
        return self._has(BatchNorm, LayerNorm)

    @property
    def convolves(self) -> bool:
        """Whether it has a convolution."""
        return self._has(Conv)

    def named(self, name: str) -> Self:
        """Return the network with a name; raise `UsageError` if it cannot be one."""
        if not re.fullmatch(r"[\w][\w .()-]*", name) or len(name) > _LONGEST_NAME:
            raise UsageError(
                f"a network's name has 1 to {_LONGEST_NAME} letters, digits, blanks, hyphens and underscores; got "
                f"{name[:60]!r}."
            )
        if name in NAMES and not (name in NAMED_TEXTS and read_network(NAMED_TEXTS[name]) == self.layers):
            raise UsageError(f"{name} is the name of another network; choose a name of your own.")
        return replace(self, name=name)

    def build(self, shape: Shape, classes: int, *, batch_norm: bool = False, dropout: float = 0.0) -> nn.Sequential:
        """Return the network from pictures (B, C, H, W) to logits (B, classes), with PyTorch's random weights.

        Parameters
        ----------
        shape
            Height, width and channels of the pictures.
        classes
        batch_norm
            Normalise after every convolution and hidden dense layer, before the activation. What normalisation
            subtracts makes a bias useless, so that these layers have none.
        dropout
            Share of values set to zero in training before every dense layer but one that sees the pixels themselves.

        Raises
        ------
        LayerError
            A layer does not fit what reaches it, or the last one the number of classes.
        UsageError
            An option is for networks that do not say the same themselves.
        """
        return self.arrange(shape, classes, batch_norm=batch_norm, dropout=dropout).build(shape, Names())

    def arrange(self, shape: Shape, classes: int, *, batch_norm: bool = False, dropout: float = 0.0) -> Chain:
        """Return all layers of the network that :meth:`build` makes of this; errors are the same."""
        layers = self._completed(shape, classes)
        if batch_norm:
            if self.normalises:
                raise UsageError(f"the network normalises already; leave out batch_norm: {self}.")
            layers = _map_layers(layers, _normalised)
        if dropout:
            if self._has(Dropout):
                raise UsageError(f"the network has dropout already; leave out the option: {self}.")
            layers = _with_dropout(layers, dropout)
        return layers

    def added_behind(self, classes: int) -> str:
        """Return the last dense layer if another one is added behind it, though its words leave that open; else ``""``.

        Such a layer is hidden and gets relu, which is not meant where its number is a mistake.
        """
        last = self.layers.parts[-1]
        hidden = isinstance(last, Dense) and last.activation == "" and last.units > classes
        return str(last) if hidden else ""

    def smallest_side(self) -> int:
        """Return the side in pixels of the smallest square picture with one channel that fits."""
        for side in range(1, _LARGEST_SMALLEST + 1):
            try:
                self.layers.output((side, side, 1))
            except TooSmallError:
                continue
            except LayerError:
                return side  # which another number of channels, or another layer, may mend
            return side
        raise UsageError(f"no picture of up to {_LARGEST_SMALLEST:,} pixels a side is large enough for {self}.")

    def _completed(self, shape: Shape, classes: int) -> Chain:
        """Return all layers, with the last dense one, without an activation, added where it is left out."""
        parts = self.layers.parts
        output = self.layers.output(shape)
        last = parts[-1]
        if isinstance(last, Dense) and last.activation in ("", None):
            if last.units == classes:
                return Chain((*parts[:-1], replace(last, activation=None)))
            if last.activation is None or last.units < classes:
                raise LayerError(
                    last,
                    f"the last layer has one unit a class, and there are {classes:,} classes. Write dense {classes}, "
                    "or leave it out.",
                    (len(parts),),
                )
        self._refuse_near_logits(classes)
        flatten: tuple[Part, ...] = (Flatten(),) if len(output) == 3 else ()
        return Chain((*parts, *flatten, Dense(classes, None)))

    def _refuse_near_logits(self, classes: int) -> None:
        """Raise `LayerError` where the last dense layer has a unit for each class, but its outputs are changed."""
        parts = self.layers.parts
        place = len(parts)
        while place and isinstance(parts[place - 1], _BEHIND_DENSE):
            place -= 1
        last, ends = parts[place - 1] if place else None, place == len(parts)
        if not isinstance(last, Dense) or last.units != classes or (ends and last.activation in ("", None)):
            return
        extra = last.activation if ends else str(parts[place])
        raise LayerError(
            last,
            f"there are {classes:,} classes, and the last layer has one unit for each and nothing behind it: leave out "
            f"{extra}, or write another dense {classes} at the end.",
            (place,),
        )

    def _has(self, *kinds: type) -> bool:
        return any(isinstance(layer, kinds) for layer in _every_layer(self.layers))


def _every_layer(part: Part | Chain) -> Iterator[Part]:
    """Yield every layer once, also those in brackets."""
    inside = _inside(part)
    if inside is None:
        assert not isinstance(part, Chain)
        yield part
        return
    for chain in inside:
        for within in chain.parts:
            yield from _every_layer(within)


def _inside(part: Part | Chain) -> tuple[Chain, ...] | None:
    """Return the chains that a part consists of; ``None`` for a layer."""
    match part:
        case Chain():
            return (part,)
        case Repeated():
            return (Chain((part.part,)),)
        case Bracket():
            return (part.chain,)
        case Residual():
            return part.path, part.shortcut
        case Beside():
            return part.paths
    return None


def _map_layers(chain: Chain, change: Callable[[Part], tuple[Part, ...]]) -> Chain:
    """Return the chain with every layer replaced by what ``change`` returns for it, also in brackets."""
    parts: list[Part] = []
    for part in chain.parts:
        match part:
            case Repeated():
                parts.append(Repeated(part.times, Bracket(_map_layers(Chain((part.part,)), change))))
            case Bracket():
                parts.append(Bracket(_map_layers(part.chain, change)))
            case Residual():
                parts.append(Residual(_map_layers(part.path, change), _map_layers(part.shortcut, change)))
            case Beside():
                parts.append(Beside(tuple(_map_layers(path, change) for path in part.paths)))
            case _:
                parts += change(part)
    return Chain(tuple(parts))


def _with_dropout(chain: Chain, share: float) -> Chain:
    parts: list[Part] = []
    for part in chain.parts:
        seen = any(isinstance(layer, Conv | Dense) for earlier in parts for layer in _every_layer(earlier))
        parts += [Dropout(share), part] if isinstance(part, Dense) and seen else [part]
    return Chain(tuple(parts))


def _normalised(layer: Part) -> tuple[Part, ...]:
    if isinstance(layer, Conv) or (isinstance(layer, Dense) and layer.activation is not None):
        activation = "relu" if layer.activation == "" else layer.activation
        behind = (Activation(activation),) if activation else ()
        return replace(layer, activation=None, bias=False), BatchNorm(), *behind
    return (layer,)
