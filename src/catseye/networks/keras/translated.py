"""What a Keras model is in the words of a network's text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from catseye.arrays import Floats
    from catseye.networks.definition.definition import Definition

Head = Literal["", "sigmoid", "identity"]
Kernel = Literal["", "dense", "depthwise"]


@dataclass(frozen=True)
class Variables:
    """The weights of one layer: the group in the file, and what its variables are, in their order.

    Attributes
    ----------
    path : str
    names : tuple of str
    head : str
        What a last layer's weights are that the file has otherwise: of one ``"sigmoid"`` unit, or an ``"identity"``
        that it does not have at all.
    kernel : str
        Which of Keras's layers a convolution's kernel has the shape of: ``"dense"`` (C, N), ``"depthwise"`` (H, W, C,
        multiples), or else that of Conv2D (H, W, C, N).
    first : int
        Number of the first of these variables in the group.
    total : int or None
        Variables of the whole group, where it has more than these.
    constants : mapping or None
        Values of a layer that the file does not have, by name.
    """

    path: str
    names: tuple[str, ...]
    head: Head = ""
    kernel: Kernel = ""
    first: int = 0
    total: int | None = None
    constants: Mapping[str, Floats] | None = field(default=None, compare=False)


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
        Whether it does, starting from values from 0 to 255.
    left_out : tuple of str
        Kinds of layers that act in training only.
    notes : tuple of str
        What else the user should know of the translation.
    """

    definition: Definition
    shape: tuple[int, int, int]
    classes: int
    variables: tuple[Variables, ...]
    scale: Floats
    offset: Floats
    rescales: bool
    left_out: tuple[str, ...]
    notes: tuple[str, ...] = ()
