"""Activations by Keras's names and by those of texts, where both compute the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.networks.definition.activation import leaky_relu

if TYPE_CHECKING:
    from catseye.networks.keras.layer_list import KerasLayer

SOFTMAX = "softmax"
_SLOPE = 0.2  # of the function leaky_relu; the layer LeakyReLU has 0.3
_SAME = {name: name for name in ("relu", "relu6", "elu", "selu", "gelu", "silu", "mish", "tanh", "sigmoid", "softplus")}
_TEXT = _SAME | {
    "swish": "silu",
    "hard_silu": "hard swish",
    "hard_swish": "hard swish",
    "leaky_relu": leaky_relu(_SLOPE),
}
_TEXT |= {SOFTMAX: SOFTMAX, "log_softmax": SOFTMAX}  # at the end, the same probabilities
KERAS = {text: name for name, text in reversed(_TEXT.items())}
_CLASSES = {"ReLU", "LeakyReLU", "ELU", "Softmax"}  # layers, which may also stand for the name of a function


def read_activation(layer: KerasLayer) -> str | None:
    """Return the text's name of a layer's activation, ``"softmax"``, or ``None`` for linear.

    Raises
    ------
    KerasError
        A text has no such activation, or another form of it.
    """
    value = layer.config.get("activation")
    if isinstance(value, dict):
        inner = value.get("config")
        if value.get("class_name") == "function" and isinstance(inner, str):
            value = inner
        elif value.get("class_name") in _CLASSES and isinstance(inner, dict):
            from catseye.networks.keras.layer_list import KerasLayer

            return read_activation_layer(KerasLayer(value["class_name"], inner))
    if value in (None, "linear"):
        return None
    if isinstance(value, dict):
        raise layer.problem("has a function or class of somebody's own as its activation, which is code")
    if not isinstance(value, str) or value not in _TEXT:
        known = ", ".join([*_TEXT, "linear"])
        raise layer.problem(f"has the activation {str(value)[:60]!r}; known are {known}")
    return _TEXT[value]


def read_activation_layer(layer: KerasLayer) -> str | None:
    """Return the text's name of what a layer of activation is, as :func:`read_activation` does."""
    if layer.kind == "Activation":
        return read_activation(layer)
    if layer.kind == "Softmax":
        return SOFTMAX
    if layer.kind == "ELU":
        _check(layer, "alpha", 1.0, 1.0)
        return "elu"
    if layer.kind == "LeakyReLU":
        return _sloped(layer, layer.number("negative_slope", layer.number("alpha", 0.3)))  # alpha: in Keras 2
    _check(layer, "threshold", 0.0, 0.0)
    largest, slope = layer.config.get("max_value"), layer.number("negative_slope", 0.0)
    if largest is None and slope:
        return _sloped(layer, slope)
    if slope or largest not in (None, 6):
        raise layer.problem("must be relu, relu6 (max_value 6) or of a negative_slope without max_value")
    return "relu6" if largest else "relu"


def _sloped(layer: KerasLayer, slope: float) -> str:
    if not 0 <= slope < 1:
        raise layer.problem(f"has a slope of {slope:g} below zero; it must be from 0 to below 1")
    return leaky_relu(slope) if slope else "relu"


def _check(layer: KerasLayer, name: str, default: float, wanted: float) -> None:
    value = layer.number(name, default)
    if abs(value - wanted) > 1e-6:
        raise layer.problem(f"has {name} {value:g}; a network's text knows only {wanted:g}")
