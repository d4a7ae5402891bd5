"""What networks are made of: their layers, what each sees, and what a convolution does."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from catseye.arguments import read_pair, read_sides, with_checked_arguments
from catseye.classifier.classifier import Classifier
from catseye.errors import UsageError, with_short_traceback
from catseye.images.decoding import decode
from catseye.images.inputs import display_name, source_of
from catseye.images.preprocess import Preprocess
from catseye.insight.convolution.convolution import Convolution
from catseye.insight.convolution.pooling import Pooling
from catseye.insight.convolution.worked_example import WorkedExample, input_name, read_input
from catseye.insight.maps.receptive_field import ReceptiveFields, choose_fields, measure_receptive_fields
from catseye.networks import build, network_title, resolve_network, summarise
from catseye.networks.custom import make_module, why_refused
from catseye.networks.names import NAMES, is_backbone, is_definition
from catseye.networks.pretrained_weights import preprocess_of
from catseye.networks.registry import note_of_added_layer
from catseye.runs.run import Run
from catseye.system.files import is_there
from catseye.verbs.sources import open_classifier

if TYPE_CHECKING:
    from typing import Any

    from PIL import Image
    from torch import nn

    from catseye.images.inputs import Picture
    from catseye.networks import Summary
    from catseye.networks.custom import CustomNetwork
    from catseye.networks.windows import Padding, Pair
    from catseye.verbs.sources import ClassifierSource

log = logging.getLogger("catseye")

_PADDINGS = ("valid", "same")
_SHAPE, _CLASSES = (28, 28, 1), 10  # of a lesson's network, unless told


@with_short_traceback
@with_checked_arguments
def summary(
    network: ClassifierSource | CustomNetwork,
    *,
    shape: tuple[int, int, int] | str | None = None,
    classes: int | None = None,
    batch_norm: bool = False,
    dropout: float = 0.0,
) -> Summary:
    """Describe a network layer by layer: output shape, parameters, multiply-adds and receptive field.

    Parameters
    ----------
    network
        Name of a network or backbone, the text of a network of your own or its .toml file; a `torch.nn.Module`, or a
        function ``(shape, classes)`` that returns one; or a classifier, a run, or the path of either, to which the
        other parameters do not apply.
    shape
        Height, width and channels of the input, also as text such as ``"28x28x1"``; by default (28, 28, 1), for
        backbones their own.
    classes
        By default 10, for backbones 1,000.
    batch_norm
        Add batch normalisation.
    dropout
        Share of values set to 0 before dense layers during training, 0 to 1.

    Raises
    ------
    UsageError
        There is no such network, or it cannot have such an input.

    Examples
    --------
    >>> import catseye
    >>> catseye.summary("convnet")
    Summary(convnet, 8 layers, 104,202 parameters, input 28×28×1)
    """
    made, preprocess, title, name = _open_network(network, shape, classes, batch_norm=batch_norm, dropout=dropout)
    _tell(_note(network, name, classes))
    if callable(network):
        refusal = why_refused(made, preprocess.shape, classes)
        _tell(f"catseye.train refuses this network: {refusal}" if refusal else None)
    return replace(summarise(made, preprocess.shape, title), text=name if is_definition(name) else "")


@with_short_traceback
@with_checked_arguments
def receptive_field(
    network: ClassifierSource | CustomNetwork,
    picture: Picture | None = None,
    *,
    shape: tuple[int, int, int] | str | None = None,
) -> ReceptiveFields:
    """Show how much of a picture the central value of each layer sees: computed, and measured by the gradient.

    Parameters
    ----------
    network
        Name of a network or backbone, the text of a network of your own or its .toml file; a `torch.nn.Module`, or a
        function ``(shape, classes)`` that returns one; or a classifier, a run, or the path of either.
    picture
        The picture to draw the fields on: a path, a Pillow image or an array. Without one it is an empty frame.
    shape
        Height, width and channels of the input of a network without weights, as for :func:`summary`.

    Raises
    ------
    UsageError
        There is no such network, or it has no maps that could be drawn.
    PictureError
        The picture cannot be used.

    Examples
    --------
    >>> import catseye
    >>> catseye.receptive_field("convnet")
    ReceptiveFields(convnet, 7 layers, input 28×28×1)
    """
    made, preprocess, name, text = _open_network(network, shape)
    _tell(_note(network, text))
    pixels = None if picture is None else preprocess.pixels(_decoded(picture, preprocess)).transpose(1, 2, 0)
    fields = measure_receptive_fields(made, preprocess.shape)
    drawn = choose_fields(made, fields)
    if picture is not None and not drawn:
        raise UsageError(f"{name} has no maps: every value sees the whole picture.")
    return ReceptiveFields(name, preprocess.shape, fields, drawn, pixels)


@with_short_traceback
@with_checked_arguments
def convolve(
    source: Any = "drawing",
    *,
    kernel: Any = "sobel_x",
    stride: int | Pair | str = 1,
    padding: Padding | tuple[Padding, Padding] | str = "valid",
    dilation: int | Pair | str = 1,
    true: bool = False,
    pool: str | None = None,
    pool_size: int | Pair | str = 2,
    pool_stride: int | Pair | str | None = None,
    pool_padding: Padding | tuple[Padding, Padding] | str = "valid",
    colour: bool = False,
    steps: int | None = None,
) -> WorkedExample:
    """Slide a kernel over a picture or a matrix and show every step: the window, the products and their sum.

    Parameters
    ----------
    source
        ``"drawing"``, a cat of 5×4 pixels; a picture: a path, a Pillow image or an array uint8 (H, W, 3); a matrix: an
        array or a tensor (H, W), lists, text such as ``"1 2 3; 4 5 6"`` or ``"[[1, 2], [3, 4]]"``, or the path of a
        .csv, .txt or .npy file.
    kernel
        A name such as ``"sobel_x"``, one of :data:`catseye.insight.convolution.kernels.KERNELS`; or a matrix in any of
        the forms above.
    stride, dilation
        Step of the window, and distance between the values under the kernel: a number, or two, down and
        across, also as text such as ``"2x1"``.
    padding
        Zeros added on each side: a number, ``"valid"``, ``"same"``, or two of these.
    true
        True convolution: rotate the kernel by 180°, unlike layers of networks.
    pool
        ``"max"``, ``"average"`` or ``"stride"``: pool the output.
    pool_size, pool_stride, pool_padding
        Window of the pooling, its step (by default its size) and its padding.
    colour
        Convolve red, green and blue separately and add the results, instead of converting to grey.
    steps
        Largest number of steps to show, evenly spaced.

    Raises
    ------
    UsageError
        The input, the kernel or a number is invalid, or the kernel does not fit into the input.
    PictureError
        The picture cannot be used.

    Examples
    --------
    >>> import catseye
    >>> catseye.convolve([[1, 2], [3, 5]], kernel="1 0; 0 -1").output
    array([[-4.]])
    """
    window = (
        read_pair("pool_size", pool_size),
        read_pair("pool_stride", pool_stride),
        read_pair("pool_padding", pool_padding, _PADDINGS),
    )
    if pool is None and window != (2, None, "valid"):
        raise UsageError("size, stride and padding of the pooling need pool, its kind.")
    pooling = None if pool is None else Pooling(pool, *window)
    steps_of = read_pair("stride", stride), read_pair("padding", padding, _PADDINGS), read_pair("dilation", dilation)
    convolution = Convolution(kernel, *steps_of, true)
    return WorkedExample(input_name(source), read_input(source, colour=colour), convolution, pooling, steps)


def _note(network: object, name: str, classes: int | None = None) -> str | None:
    """Return what to say of a network's text, which is no classifier's."""
    if not isinstance(network, str | Path) or _is_path(network):
        return None
    return note_of_added_layer(name, classes or _CLASSES)


def _tell(note: str | None) -> None:
    if note:
        log.warning(note, extra={"note": True})


def _shape(shape: object) -> tuple[int, int, int]:
    height, width, channels = read_sides("shape", shape, ("H", "W", "C"))
    return height, width, channels


def _decoded(picture: Picture, preprocess: Preprocess) -> Image.Image:
    name, known = display_name(picture, "the picture"), preprocess.value_range
    return decode(source_of(picture, name, known), name, value_range=known)


def _open_network(
    network: ClassifierSource | CustomNetwork,
    shape: tuple[int, int, int] | str | None,
    classes: int | None = None,
    **options: Any,
) -> tuple[nn.Module, Preprocess, str, str]:
    """Return a network with its preprocess, title and name, which may be a long text.

    One that is only named has no weights.
    """
    asked = None if shape is None else _shape(shape)
    if isinstance(network, Classifier | Run) or (isinstance(network, str | Path) and _is_path(network)):
        classifier, _ = open_classifier(network)
        name = classifier.network_name
        return classifier.network, classifier.preprocess, network_title(name), name
    if not isinstance(network, str | Path):
        module = make_module(network, asked or _SHAPE, classes or _CLASSES, must_classify=False)
        name = type(module).__name__
        return module, Preprocess(*(asked or _SHAPE)), name, name
    name = resolve_network(str(network))
    known = is_backbone(name)
    preprocess = preprocess_of(name) if known and not asked else Preprocess(*(asked or _SHAPE))
    with torch.device("meta"):  # only the layers matter, not their weights
        made = build(name, preprocess.shape, classes or (1000 if known else _CLASSES), **options)
    return made, preprocess, network_title(name), name


def _is_path(network: str | Path) -> bool:
    """Say whether the path of a classifier is meant, not a network's name."""
    return str(network) not in NAMES and not is_definition(str(network)) and is_there(network)
