"""Activations by Keras's names and by those of texts, where both compute the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

if TYPE_CHECKING:
    from catseye.networks.keras.layer_list import KerasLayer

SOFTMAX = "softmax"
_SAME = {name: name for name in ("relu", "relu6", "elu", "selu", "gelu", "silu", "mish", "tanh", "sigmoid", "softplus")}
_TEXT = _SAME | {"swish": "silu", "hard_silu": "hard swish", "hard_swish": "hard swish", SOFTMAX: SOFTMAX}
KERAS = {text: name for name, text in reversed(_TEXT.items())}
_CLASSES = {"ReLU", "LeakyReLU", "ELU", "Softmax"}  # layers, which may also stand for the name of a function
_SLOPE = nn.LeakyReLU().negative_slope  # 0.01, which Keras's 0.2 or 0.3 is not


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
    if not isinstance(value, str) or value not in _TEXT:
        known = ", ".join([*_TEXT, "linear"])
        raise layer.problem(f"has the activation {str(value)[:60]!r}; known are {known}, and leaky_relu of slope 0.01")
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
        _check(layer, "negative_slope", 0.3, _SLOPE)
        return "leaky relu"
    _check(layer, "threshold", 0.0, 0.0)
    largest, slope = layer.config.get("max_value"), layer.number("negative_slope", 0.0)
    if largest is None and slope == _SLOPE:
        return "leaky relu"
    if slope or largest not in (None, 6):
        raise layer.problem("must be relu, relu6 (max_value 6) or of negative_slope 0.01")
    return "relu6" if largest else "relu"


def _check(layer: KerasLayer, name: str, default: float, wanted: float) -> None:
    value = layer.number(name, default)
    if abs(value - wanted) > 1e-6:
        raise layer.problem(f"has {name} {value:g}; a network's text knows only {wanted:g}")
