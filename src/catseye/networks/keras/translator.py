"""A Keras model translated layer by layer into the text of a network."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from catseye.errors import UsageError
from catseye.networks.definition.activation import Activation
from catseye.networks.definition.chain import Chain
from catseye.networks.definition.definition import Definition
from catseye.networks.definition.plain_layers import Dense
from catseye.networks.keras import input_layers, value_layers, window_layers
from catseye.networks.keras.chain_builder import ChainBuilder
from catseye.networks.keras.input_shape import read_shape
from catseye.networks.keras.layer_list import INPUT, KerasError, KerasLayer, list_layers
from catseye.networks.keras.refusals import refusal
from catseye.networks.keras.translated import Translation, Variables

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.networks.definition.chain import Part
    from catseye.networks.keras.chain_builder import Adapted
    from catseye.networks.keras.layer_list import Place

# Layers that act in training only, by the beginning of their names.
_TRAINING = ("Gaussian", "Alpha", "Spatial", "ActivityRegularization", "Random", "MixUp", "CutMix", "AugMix")
_BEHIND_SOFTMAX = ("Flatten", "Reshape", "Identity", "Dropout", "Activation")  # which may leave its values as they are
_CHANNELS_LAST = ("Dense", "BatchNormalization", "LayerNormalization")  # act on the last axis, whatever it is
_PADDED = ("Conv2D", "DepthwiseConv2D", "SeparableConv2D")  # take the zeros before them


def translate(
    model: object,
    shape: tuple[int, int, int] | None,
    *,
    adapted: Adapted | None = None,
    place: Place | None = None,
) -> Translation:
    """Return a model as a text.

    A softmax at the end is left out, as a network returns logits. One sigmoid unit becomes two classes, of which the
    first has the logit 0: their probabilities are the same.

    Parameters
    ----------
    model
        What ``config.json`` holds; nothing of it is trusted.
    shape
        Height, width and channels, where the model does not say.
    adapted
        Function from the group of a ``Normalization`` that was adapted to its mean and variance.
    place
        Function from a layer's name and its group in a file of Keras 3 to its group in this one.

    Raises
    ------
    KerasError
        A text cannot say the same.
    UsageError
        The model does not say which shape it takes, or takes another.
    """
    first, *layers = list_layers(model, place) or (KerasLayer(INPUT, {}),)
    if first.kind != INPUT or not layers:
        raise KerasError("it has no layers.")
    builder = ChainBuilder(*read_shape(first, shape or _resized(first, layers)), adapted)
    for layer in layers:
        _add(builder, layer)
    return _result(builder)


def _resized(first: KerasLayer, layers: list[KerasLayer]) -> tuple[int, int, int] | None:
    """Return the size to which a model for pictures of any size resizes them before anything else."""
    sides, resizing = first.config.get("batch_shape"), next((one for one in layers if not _is_left_out(one)), None)
    if not isinstance(sides, list) or len(sides) != 4 or sides[1:3] != [None, None] or sides[3] not in (1, 3):
        return None
    if resizing is None or resizing.kind != "Resizing":
        return None
    return resizing.count("height"), resizing.count("width"), sides[3]


def _is_left_out(layer: KerasLayer) -> bool:
    return layer.kind in _LEFT_OUT or (layer.kind.startswith(_TRAINING) and layer.kind not in _READERS)


def _add(builder: ChainBuilder, layer: KerasLayer) -> None:
    if _is_left_out(layer):
        builder.left_out += [layer.kind] * (layer.kind not in _LEFT_OUT)
        return
    if layer.kind not in _READERS:
        raise layer.problem(refusal(layer.kind))
    layer.word("data_format", "channels_last", ("channels_last",))
    if builder.softmax and layer.kind not in _BEHIND_SOFTMAX:
        raise layer.problem("stands behind softmax, which must be the end")
    if builder.lacks_channels and layer.kind in _CHANNELS_LAST:
        raise layer.problem("acts on the columns of pictures without channels; put Reshape or Flatten before it")
    try:
        if layer.kind not in _PADDED:
            builder.pad_now()
        _READERS[layer.kind](builder, layer)
        builder.shape()  # what does not fit is found where it stands
    except KerasError:
        raise
    except UsageError as error:
        raise layer.problem(f"cannot be translated: {str(error).rstrip('.')}") from None


def _result(builder: ChainBuilder) -> Translation:
    """Return all of it, once the end is what a classifier's must be."""
    builder.pad_now()
    classes, parts = _close(builder), builder.parts
    written = [_as_written(part, is_last=number == len(parts)) for number, part in enumerate(parts, 1)]
    return Translation(
        Definition.read(str(Definition(Chain(tuple(written))))),
        builder.pictures,
        classes,
        tuple(builder.variables),
        builder.scale,
        builder.offset,
        builder.rescales,
        tuple(dict.fromkeys(builder.left_out)),
        tuple(builder.notes),
    )


def _close(builder: ChainBuilder) -> int:
    shape = builder.shape()
    if len(shape) != 1:
        raise KerasError(f"it returns maps ({'×'.join(map(str, shape))}), not one value a class.")
    last = builder.parts[-1] if builder.parts else None
    is_sigmoid = getattr(last, "activation", None) == "sigmoid" or last == Activation("sigmoid")
    if is_sigmoid and shape[0] > 1:
        raise KerasError(
            f"it ends in {shape[0]:,} sigmoid units, so that several classes can be true at once; the classes of a "
            "classifier exclude each other."
        )
    if is_sigmoid and isinstance(last, Dense):
        builder.parts[-1] = Dense(2, None, last.bias)
        builder.variables[-1] = replace(builder.variables[-1], head="sigmoid")
        return 2
    if shape[0] == 1:
        raise KerasError("it ends in one unit without sigmoid, which gives a number instead of a class.")
    if not isinstance(last, Dense) or last.activation is not None:  # logits always come from a dense layer
        builder.parts.append(Dense(shape[0], None, bias=False))
        builder.variables.append(Variables("", (), "identity"))
    return shape[0]


def _as_written(part: Part, *, is_last: bool) -> Part:
    """Return a dense layer without the word for what is understood: relu, but none for the last layer."""
    usual = None if is_last else "relu"
    return replace(part, activation="") if isinstance(part, Dense) and part.activation == usual else part


_LEFT_OUT = (INPUT, "Identity")  # of a model inside the model; what does nothing
_READERS: dict[str, Callable[[ChainBuilder, KerasLayer], None]] = {
    "Rescaling": input_layers.add_rescaling,
    "Normalization": input_layers.add_normalization,
    "Resizing": input_layers.add_resizing,
    "RandomCrop": input_layers.leave_out_same_size,
    "Conv2D": window_layers.add_conv,
    "DepthwiseConv2D": window_layers.add_depthwise,
    "SeparableConv2D": window_layers.add_separable,
    "ZeroPadding2D": window_layers.add_zero_padding,
    "Cropping2D": window_layers.add_cropping,
    "CenterCrop": window_layers.add_centre_crop,
    **dict.fromkeys(("MaxPooling2D", "AveragePooling2D"), window_layers.add_pool),
    **dict.fromkeys(("GlobalAveragePooling2D", "GlobalMaxPooling2D"), window_layers.add_global_pool),
    "UpSampling2D": window_layers.add_upsampling,
    "BatchNormalization": value_layers.add_batch_norm,
    "LayerNormalization": value_layers.add_layer_norm,
    "Dropout": value_layers.add_dropout,
    "Flatten": value_layers.add_flatten,
    "Reshape": value_layers.add_reshape,
    "Dense": value_layers.add_dense,
    **dict.fromkeys(("Activation", "ReLU", "LeakyReLU", "ELU", "Softmax"), value_layers.add_activation),
}
