"""A Keras model translated layer by layer into the text of a network."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING, Literal

import numpy as np

from catseye.errors import UsageError
from catseye.networks.definition.activation import Activation
from catseye.networks.definition.chain import Chain
from catseye.networks.definition.convolution_layer import Conv
from catseye.networks.definition.definition import Definition
from catseye.networks.definition.plain_layers import BatchNorm, Dense, Dropout, Flatten, LayerNorm
from catseye.networks.definition.pooling_layer import GlobalPool, Pool, Upsample
from catseye.networks.keras.activation_names import SOFTMAX, read_activation, read_activation_layer
from catseye.networks.keras.input_shape import read_shape
from catseye.networks.keras.layer_list import INPUT, KerasError, KerasLayer, list_layers
from catseye.networks.keras.translated import Translation, Variables

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.arrays import Floats
    from catseye.networks.definition.chain import Part
    from catseye.networks.definition.shape import Shape

_TRAINING = ("Gaussian", "Alpha", "Spatial", "ActivityRegularization", "Random", "MixUp", "CutMix", "AugMix", "RandAug")


def translate(model: object, shape: tuple[int, int, int] | None) -> Translation:
    """Return a model as a text.

    A softmax at the end is left out, as a network returns logits. One sigmoid unit becomes two classes, of which the
    first has the logit 0: their probabilities are the same.

    Parameters
    ----------
    model
        What ``config.json`` holds; nothing of it is trusted.
    shape
        Height, width and channels, where the model does not say.

    Raises
    ------
    KerasError
        A text cannot say the same.
    UsageError
        The model does not say which shape it takes, or takes another.
    """
    first, *layers = list_layers(model) or (KerasLayer(INPUT, {}),)
    if first.kind != INPUT or not layers:
        raise KerasError("it has no layers.")
    pictures, is_flat = read_shape(first, shape)
    translator = _Translator(pictures, is_flat)
    for layer in layers:
        translator.add(layer)
    return translator.result()


class _Translator:
    """Translates layer by layer."""

    def __init__(self, pictures: tuple[int, int, int], is_flat: bool) -> None:
        self._pictures = pictures
        self._parts: list[Part] = [Flatten()] if is_flat else []
        self._variables: list[Variables] = []
        self._scale, self._offset = np.ones(pictures[2]), np.zeros(pictures[2])
        self._rescales, self._softmax = False, False
        self._padding = 0
        self._left_out: list[str] = []

    def add(self, layer: KerasLayer) -> None:
        """Add one layer."""
        if layer.kind.startswith(_TRAINING):
            self._left_out.append(layer.kind)
            return
        if layer.kind not in _READERS:
            known = ", ".join([*_READERS])
            raise layer.problem(f"is of a kind that a network's text does not have; known are {known}")
        layer.word("data_format", "channels_last", ("channels_last",))
        if self._softmax:
            raise layer.problem("stands behind softmax, which must be the end")
        if self._padding and layer.kind != "Conv2D":
            raise layer.problem("stands behind ZeroPadding2D, where only Conv2D may stand")
        try:
            _READERS[layer.kind](self, layer)
            self._shape()  # what does not fit is found where it stands
        except KerasError:
            raise
        except UsageError as error:
            raise layer.problem(f"cannot be translated: {str(error).rstrip('.')}") from None

    def result(self) -> Translation:
        """Return all of it, once the end is what a classifier's must be."""
        classes = self._close()
        parts = [_as_written(part, is_last=number == len(self._parts)) for number, part in enumerate(self._parts, 1)]
        definition = Definition.read(str(Definition(Chain(tuple(parts)))))
        left_out = tuple(dict.fromkeys(self._left_out))
        weights = tuple(self._variables)
        return Translation(
            definition, self._pictures, classes, weights, self._scale, self._offset, self._rescales, left_out
        )

    def _close(self) -> int:
        shape = self._shape()
        if len(shape) != 1:
            raise KerasError(f"it returns maps ({'×'.join(map(str, shape))}), not one value a class.")
        last = self._parts[-1] if self._parts else None
        is_sigmoid = getattr(last, "activation", None) == "sigmoid" or last == Activation("sigmoid")
        if is_sigmoid and shape[0] > 1:
            raise KerasError(
                f"it ends in {shape[0]:,} sigmoid units, so that several classes can be true at once; the classes of a "
                "classifier exclude each other."
            )
        if is_sigmoid and isinstance(last, Dense):
            self._parts[-1] = Dense(2, None, last.bias)
            self._variables[-1] = replace(self._variables[-1], head="sigmoid")
            return 2
        if shape[0] == 1:
            raise KerasError("it ends in one unit without sigmoid, which gives a number instead of a class.")
        if not isinstance(last, Dense) or last.activation is not None:  # logits always come from a dense layer
            self._parts.append(Dense(shape[0], None, bias=False))
            self._variables.append(Variables("", (), "identity"))
        return shape[0]

    def _shape(self) -> Shape:
        return Chain(tuple(self._parts)).output(self._pictures)

    def _has_only_pictures(self) -> bool:
        return all(part == Flatten() for part in self._parts)

    def _input(self, layer: KerasLayer) -> None:
        del layer  # of a model inside the model

    def _conv(self, layer: KerasLayer) -> None:
        padding = layer.word("padding", "valid", ("valid", "same"))
        conv = Conv(
            layer.count("filters"),
            layer.pair("kernel_size"),
            "same" if padding == "same" else self._padding or "valid",
            layer.pair("strides"),
            layer.pair("dilation_rate"),
            layer.count("groups"),
            None,
            layer.flag("use_bias", True),
        )
        if self._padding and padding == "same":
            raise layer.problem("stands behind ZeroPadding2D, and must have padding valid")
        self._padding = 0
        self._weigh(layer, "kernel", *["bias"] * conv.bias)
        self._parts.append(conv)
        self._activate(read_activation(layer))

    def _dense(self, layer: KerasLayer) -> None:
        dense = Dense(layer.count("units"), None, layer.flag("use_bias", True))
        self._weigh(layer, "kernel", *["bias"] * dense.bias)
        self._parts.append(dense)
        self._activate(read_activation(layer))

    def _activation(self, layer: KerasLayer) -> None:
        self._activate(read_activation_layer(layer))

    def _activate(self, name: str | None) -> None:
        if name == SOFTMAX:
            self._softmax = True
        elif name:
            last = self._parts[-1] if self._parts else None
            if isinstance(last, Conv | Dense) and last.activation is None:
                self._parts[-1] = replace(last, activation=name)
            else:
                self._parts.append(Activation(name))

    def _pool(self, layer: KerasLayer) -> None:
        kernel = layer.pair("pool_size")
        stride = kernel if layer.config.get("strides") is None else layer.pair("strides")
        padding = layer.word("padding", "valid", ("valid", "same"))
        same: Literal["same", "valid"] = "same" if padding == "same" else "valid"
        self._parts.append(Pool(layer.kind == "AveragePooling2D", kernel, stride, same))

    def _global_pool(self, layer: KerasLayer) -> None:
        if layer.flag("keepdims", False):
            raise layer.problem("must have keepdims false")
        self._parts.append(GlobalPool(layer.kind == "GlobalAveragePooling2D"))

    def _flatten(self, layer: KerasLayer) -> None:
        del layer
        if len(self._shape()) == 3:
            self._parts.append(Flatten())

    def _reshape(self, layer: KerasLayer) -> None:
        """Pictures may be reshaped to pictures before anything else, and anything to one row."""
        values, target = prod(self._shape()), layer.config.get("target_shape")
        if not isinstance(target, list) or not all(isinstance(side, int) for side in target):
            raise layer.problem("must have a list of numbers as target_shape")
        if target in ([values], [-1]):
            self._flatten(layer)
        elif self._has_only_pictures() and len(target) == 3 and target[:2] == list(self._pictures[:2]):
            self._parts.clear()
        else:
            raise layer.problem("may reshape only pictures at the beginning, or anything to one row")

    def _dropout(self, layer: KerasLayer) -> None:
        self._parts.append(Dropout(layer.number("rate", 0.5)))

    def _batch_norm(self, layer: KerasLayer) -> None:
        self._norm(layer, "mean", "variance")
        self._parts.append(BatchNorm(layer.number("epsilon", 1e-3)))

    def _layer_norm(self, layer: KerasLayer) -> None:
        if layer.flag("rms_scaling", False):
            raise layer.problem("must have rms_scaling false")
        self._norm(layer)
        self._parts.append(LayerNorm(layer.number("epsilon", 1e-3)))

    def _norm(self, layer: KerasLayer, *moving: str) -> None:
        axis, last = layer.config.get("axis", -1), len(self._shape())
        if (axis[0] if isinstance(axis, list) and len(axis) == 1 else axis) not in (-1, last):
            raise layer.problem(f"must normalise the channels, axis -1; it has axis {str(axis)[:60]}")
        names = ["gamma"] * layer.flag("scale", True) + ["beta"] * layer.flag("center", True)
        self._weigh(layer, *names, *moving)

    def _upsample(self, layer: KerasLayer) -> None:
        down, across = layer.pair("size")
        if down != across:
            raise layer.problem(f"must enlarge both sides alike; it has {down}x{across}")
        method = layer.word("interpolation", "nearest", ("nearest", "bilinear"))
        self._parts.append(Upsample(down, method == "bilinear"))

    def _zero_padding(self, layer: KerasLayer) -> None:
        sides = set(layer.numbers("padding", 1))
        if len(sides) != 1 or not sides.copy().pop().is_integer():
            raise layer.problem("must pad all four sides alike")
        self._padding = int(sides.pop())

    def _rescaling(self, layer: KerasLayer) -> None:
        self._rescale(layer, np.array(layer.numbers("scale", 1.0)), np.array(layer.numbers("offset", 0.0)))

    def _normalization(self, layer: KerasLayer) -> None:
        if layer.config.get("mean") is None or layer.config.get("variance") is None:
            raise layer.problem("must be made with mean and variance, not adapted")
        if layer.flag("invert", False):
            raise layer.problem("must have invert false")
        mean, variance = np.array(layer.numbers("mean", 0.0)), np.array(layer.numbers("variance", 1.0))
        if (variance <= 0).any():
            raise layer.problem("must have variances above 0")
        deviation = np.sqrt(variance)
        self._rescale(layer, 1 / deviation, -mean / deviation)

    def _rescale(self, layer: KerasLayer, scale: Floats, offset: Floats) -> None:
        if not self._has_only_pictures():
            raise layer.problem("must stand before all layers that compute with the picture")
        channels = self._pictures[2]
        if not {len(scale), len(offset)} <= {1, channels} or (scale <= 0).any():
            raise layer.problem(f"must have a scale above 0, and 1 or {channels} values")
        self._scale, self._offset = self._scale * scale, self._offset * scale + offset
        self._rescales = True

    def _weigh(self, layer: KerasLayer, *names: str) -> None:
        self._variables.append(Variables(layer.path, names))


def _as_written(part: Part, *, is_last: bool) -> Part:
    """Return a dense layer without the word for what is understood: relu, but none for the last layer."""
    usual = None if is_last else "relu"
    return replace(part, activation="") if isinstance(part, Dense) and part.activation == usual else part


_READERS: dict[str, Callable[[_Translator, KerasLayer], None]] = {
    INPUT: _Translator._input,
    "Rescaling": _Translator._rescaling,
    "Normalization": _Translator._normalization,
    "Conv2D": _Translator._conv,
    "ZeroPadding2D": _Translator._zero_padding,
    **dict.fromkeys(("MaxPooling2D", "AveragePooling2D"), _Translator._pool),
    **dict.fromkeys(("GlobalAveragePooling2D", "GlobalMaxPooling2D"), _Translator._global_pool),
    "UpSampling2D": _Translator._upsample,
    "BatchNormalization": _Translator._batch_norm,
    "LayerNormalization": _Translator._layer_norm,
    "Dropout": _Translator._dropout,
    "Flatten": _Translator._flatten,
    "Reshape": _Translator._reshape,
    "Dense": _Translator._dense,
    **dict.fromkeys(("Activation", "ReLU", "LeakyReLU", "ELU", "Softmax"), _Translator._activation),
}
