"""What channels at several depths of a network look for, up to a class: values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catseye.drawing.answer import Answer
from catseye.insight.ideal.target import CHANNEL
from catseye.short_repr import ShortRepr, counted

if TYPE_CHECKING:
    from catseye.arrays import Pixels
    from catseye.datasets.left_out import LeftOut
    from catseye.insight.ideal.ascent import Ideal

RULE = (
    "the channels that contribute most to the class: gradient of its logit × activation, summed over the map, mean "
    "over the pictures with its largest logits"
)
_AS_MUCH = 0.995  # of a patch's response, which is 8 bits of another position
Box = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False, repr=False)
class Patch(ShortRepr):
    """The part of a picture that a channel responds to, or a whole picture.

    Attributes
    ----------
    picture, class_name : str
        Path or number of the picture, and its label.
    response : float
        The channel's largest response in the picture, or the class's probability.
    pixels : uint8 (C, H, W)
    box : (float, float, float, float), optional
        Receptive field of the strongest position: top, left, bottom, right in pixels of ``pixels``; ``None`` where it
        covers all of them.
    at_edge : bool
        Whether that position is one of the outermost, few of its map, and sees padding.
    """

    picture: str
    class_name: str
    response: float
    pixels: Pixels
    box: Box | None = None
    at_edge: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return all but the pixels as JSON values."""
        return {
            "picture": self.picture,
            "class_name": self.class_name,
            "response": self.response,
            "at_edge": self.at_edge,
        }


@dataclass(frozen=True, eq=False, repr=False)
class Example(ShortRepr):
    """A channel, or the class: its ideal picture and the pictures that activate it most.

    Attributes
    ----------
    number : int
        Of the channel in its layer, or of the class.
    contribution : float
        Mean contribution to the class's logit; of the class, that logit itself.
    ideal : Ideal
    patches : tuple of Patch
        Largest response first.
    """

    number: int
    contribution: float
    ideal: Ideal
    patches: tuple[Patch, ...]

    @property
    def seen(self) -> Pixels:
        """The part of the ideal picture that counts, uint8 (C, H, W): what one position sees, or all of it."""
        return self.ideal.seen(self.ideal.picture).transpose(2, 0, 1)

    @property
    def has_failed(self) -> bool:
        """Whether no ideal picture of a channel was found: nothing to which it responds more than to a plain one."""
        return self.ideal.target.kind == CHANNEL and not self.ideal.reached

    @property
    def ideal_is_weaker(self) -> bool:
        """Whether a patch has a larger response than the ideal picture: the search for that did not find the best."""
        is_channel = self.ideal.target.kind == CHANNEL
        return is_channel and bool(self.ideal.score.response < _AS_MUCH * self.patches[0].response)

    @property
    def responds_to_edge(self) -> bool:
        """Whether all of the patches lie at the edge of their pictures, where a layer's padding begins."""
        return all(patch.at_edge for patch in self.patches)

    def to_json(self) -> dict[str, Any]:
        """Return the example as JSON values."""
        return {
            "number": self.number,
            "contribution": self.contribution,
            f"ideal_{self.ideal.target.quantity}": self.ideal.score.response,
            "ideal_is_found": not self.has_failed,
            "ideal_is_weaker": self.ideal_is_weaker,
            "responds_to_edge": self.responds_to_edge,
            "pictures": [patch.to_json() for patch in self.patches],
        }


@dataclass(frozen=True, eq=False, repr=False)
class Level(ShortRepr):
    """One layer with a few of its channels.

    Attributes
    ----------
    layer : str
    stage : str
        Name of the backbone's stage whose last activation the layer is, or the layer's own.
    channels : int
        Number of channels that it has.
    field : (float, float)
        Height and width of the receptive field in pixels.
    exact : bool
        Whether that is known, and not a position's share of the picture.
    examples : tuple of Example
        Channels with the largest contribution, largest first.
    """

    layer: str
    stage: str
    channels: int
    field: tuple[float, float]
    exact: bool
    examples: tuple[Example, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the level as JSON values."""
        return {
            "layer": self.layer,
            "stage": self.stage,
            "channels": self.channels,
            "receptive_field": list(self.field) if self.exact else None,
            "examples": [example.to_json() for example in self.examples],
        }


@dataclass(frozen=True, eq=False, repr=False)
class Hierarchy(Answer):
    """What channels at several depths look for, and a class.

    Attributes
    ----------
    classifier, data : str
    searched : int
        Number of pictures that were searched.
    side : (int, int)
        Height and width of the network's pictures.
    levels : tuple of Level
        From the first layers to the last.
    class_name : str
    top : Example
        The class itself.
    seed : int
        Of the ideal pictures.
    notes : tuple of str
    left_out : tuple of LeftOut
    field : (int, int) or None
        Height and width in pixels of what the class sees of a picture; ``None`` if that is not known.
    """

    classifier: str
    data: str
    searched: int
    side: tuple[int, int]
    levels: tuple[Level, ...]
    class_name: str
    top: Example
    seed: int
    notes: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    field: tuple[int, int] | None = None

    def __repr__(self) -> str:
        layers = [level.layer for level in self.levels]
        shown = f"{layers[0]} to {layers[-1]}" if len(layers) > 1 else layers[0]
        return f"Hierarchy({self.classifier}: {counted(len(layers), 'layer')}, {shown}, class {self.class_name})"

    def to_json(self) -> dict[str, Any]:
        """Return numbers and names of everything in the figure as JSON values."""
        return {
            "classifier": self.classifier,
            "data": self.data,
            "pictures_searched": self.searched,
            "class": self.class_name,
            "rule": RULE,
            "seed": self.seed,
            "levels": [level.to_json() for level in self.levels],
            "top": self.top.to_json(),
        }
