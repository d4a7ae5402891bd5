"""What a Keras model is in the words of a network's text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from catseye.arrays import Floats
    from catseye.networks.definition.definition import Definition

Head = Literal["", "sigmoid", "identity"]


@dataclass(frozen=True)
class Variables:
    """The weights of one layer: the group in the file, and what its variables are, in their order.

    ``head`` says what a last layer's weights are that the file has otherwise: of one ``"sigmoid"`` unit, or an
    ``"identity"`` that it does not have at all.
    """

    path: str
    names: tuple[str, ...]
    head: Head = ""


@dataclass(frozen=True)
class Translation:
    """What is said of a Keras model.

    Attributes
    ----------
    definition : Definition
    shape : (int, int, int)
        Height, width and channels of the pictures.
    classes : int
    variables : tuple of Variables
        One for each layer with weights, in order.
    scale, offset : float64 (C,)
        What the model itself multiplies by and adds at its beginning.
    rescales : bool
        Whether it does.
    left_out : tuple of str
        Kinds of layers that act in training only.
    """

    definition: Definition
    shape: tuple[int, int, int]
    classes: int
    variables: tuple[Variables, ...]
    scale: Floats
    offset: Floats
    rescales: bool
    left_out: tuple[str, ...]
