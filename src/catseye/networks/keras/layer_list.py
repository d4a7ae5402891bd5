"""The layers of a Keras model in the order in which they run, as its configuration lists them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from catseye.errors import CatseyeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from catseye.networks.windows import Pair

_MOST_LAYERS, _DEEPEST = 2_000, 8
_LARGEST = 10**6  # of any number in a configuration
_LONGEST_NAME = 60  # characters
INPUT = "InputLayer"
_MODELS = ("Sequential", "Functional", "Model")  # Model: Functional as Keras called it before 2.4
_KERAS = ("keras", "tf_keras", "tensorflow")  # packages whose layers are Keras's own
Place: TypeAlias = "Callable[[str, str], str]"


# The layer that one comes from, as Keras 3 and as Keras 2 write it.
_SOURCE = r"(?:\"keras_history\": |^\[\[)\[(\"[^\"]*\"), 0, 0(?:\]|, \{.*\}\]\]\]$)"


class KerasError(CatseyeError):
    """A Keras model that cannot be read; the message names the layer."""


@dataclass(frozen=True)
class KerasLayer:
    """One layer.

    Attributes
    ----------
    kind : str
        Keras's name of the class, such as ``"Conv2D"``.
    config : dict
        JSON values, of which none is trusted: every method below checks what it returns.
    path : str
        The group of its variables in the file of weights.
    """

    kind: str
    config: dict[str, Any]
    path: str = ""

    def __str__(self) -> str:
        name = self.config.get("name")
        return f"layer {name[:_LONGEST_NAME]} ({self.kind})" if isinstance(name, str) else f"a layer {self.kind}"

    def problem(self, what: str) -> KerasError:
        """Return the error about this layer."""
        return KerasError(f"{self} {what}.")

    def count(self, name: str, default: int | None = None, *, least: int = 1) -> int:
        """Return a whole number from ``least``; ``default`` where there is none."""
        value = self.config.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= _LARGEST:
            raise self.problem(f"must have a whole number from {least} as {name}; it has {_shown(value)}")
        return value

    def number(self, name: str, default: float) -> float:
        """Return a number; ``default`` where there is none."""
        value = self.config.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _LARGEST:
            raise self.problem(f"must have a number as {name}; it has {_shown(value)}")
        return float(value)

    def numbers(self, name: str, default: float) -> list[float]:
        """Return a number, or each number of nested lists."""
        value = self.config.get(name)
        several = _flat(value) if isinstance(value, list) else [value]
        return [self.replaced(name, one).number(name, default) for one in several]

    def pair(self, name: str) -> Pair:
        """Return two whole numbers from 1, given as one or as two."""
        value = self.config.get(name)
        several = value if isinstance(value, list) and len(value) == 2 else [value, value]
        first, second = (self.replaced(name, one).count(name) for one in several)
        return first, second

    def replaced(self, name: str, value: object) -> KerasLayer:
        """Return the layer with another value in its configuration."""
        return KerasLayer(self.kind, self.config | {name: value}, self.path)

    def word(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        """Return one of the choices."""
        value = self.config.get(name, default)
        if value not in choices:
            raise self.problem(f"must have {name} {' or '.join(choices)}; it has {_shown(value)}")
        return str(value)

    def flag(self, name: str, default: bool) -> bool:
        """Return true or false."""
        value = self.config.get(name, default)
        if not isinstance(value, bool):
            raise self.problem(f"must have true or false as {name}; it has {_shown(value)}")
        return value


def list_layers(model: object, place: Place | None = None) -> tuple[KerasLayer, ...]:
    """Return every layer of a model in the order in which they run, those of models inside it included.

    Parameters
    ----------
    model
        What ``config.json`` holds.
    place
        Function from a layer's name and its group in a file of Keras 3 to its group in this one.

    Raises
    ------
    KerasError
        It is not a Sequential model, nor a Functional one whose layers follow one another.
    """
    found = tuple(_layers(_object(model), "", 0, place or (lambda _, group: group)))
    if len(found) > _MOST_LAYERS:
        raise KerasError(f"it has {len(found):,} layers; at most {_MOST_LAYERS:,} are read.")
    return found


def _layers(model: dict[str, Any], path: str, depth: int, place: Place) -> Iterator[KerasLayer]:
    kind, config = model.get("class_name"), model.get("config")
    if _is_code(model):
        raise KerasError(
            f"it is a class of somebody's own, {_shown(kind)}, which is code; save keras.Sequential(model.layers) "
            "instead."
        )
    if kind in _MODELS and isinstance(config, list):  # as Keras had it before 2.2.3
        config = {"layers": config}
    if kind not in _MODELS or not isinstance(config, dict) or not isinstance(config.get("layers"), list):
        raise KerasError(f"it is not a Sequential or Functional model but {_shown(kind)}.")
    if depth > _DEEPEST:
        raise KerasError(f"its models stand more than {_DEEPEST} deep in each other.")
    layers = [_object(layer) for layer in config["layers"][: _MOST_LAYERS + 1]]
    if kind != "Sequential":
        _check_line(layers)
    elif not depth and layers and layers[0].get("class_name") != INPUT:
        yield _input(model, layers)
    used: Counter[str] = Counter()
    for layer in layers:
        name, inner = str(layer.get("class_name")), layer.get("config")
        if _is_code(layer):
            raise KerasError(
                f"its layer {name[:_LONGEST_NAME]} is a class of somebody's own, which is code; build the model with "
                "Keras's own layers."
            )
        group = _snake_case(name)
        inside = f"{path}layers/{group}{f'_{used[group]}' if used[group] else ''}"
        used[group] += 1
        if name in _MODELS:
            yield from _layers(layer, f"{inside}/", depth + 1, place)
        elif not depth or name != INPUT:
            own = _object(inner)
            yield KerasLayer(name, own, place(str(own.get("name")), inside))


def _is_code(layer: dict[str, Any]) -> bool:
    """Say whether a class is not Keras's own; layers of Keras 2 do not always name their module."""
    module = layer.get("module")
    if module is None:  # also of classes in the script that saved the model
        return layer.get("registered_name") is not None
    return not isinstance(module, str) or module.split(".")[0] not in _KERAS


def _input(model: dict[str, Any], layers: list[dict[str, Any]]) -> KerasLayer:
    """Return the input of a Sequential model that has no layer for it."""
    built = _object(model.get("build_config") or {}).get("input_shape")
    first = _object(layers[0].get("config") or {})
    if built is None and layers[0].get("class_name") in _MODELS and isinstance(first.get("layers"), list):
        inner = [_object(layer) for layer in first["layers"][:1]]
        first = _object(inner[0].get("config") or {}) if inner else {}
    own = first.get("batch_input_shape", first.get("batch_shape"))
    return KerasLayer(INPUT, {"batch_shape": own if built is None else built})


def _check_line(layers: list[dict[str, Any]]) -> None:
    """Raise `KerasError` unless each layer takes what the one before it returns, and nothing else."""
    before = ""
    for number, layer in enumerate(layers):
        one = KerasLayer(str(layer.get("class_name")), _object(layer.get("config")))
        nodes = layer.get("inbound_nodes")
        if isinstance(nodes, list) and len(nodes) > 1:
            raise one.problem(
                f"is used {len(nodes)} times, with the same weights. Only models that use each layer once can be read"
            )
        sources = re.findall(_SOURCE, _dumped(nodes))
        if sources != ([before] if number else []) or len(nodes or []) != min(number, 1):
            raise one.problem(
                "does not take exactly what the layer before it returns. Only models whose layers follow one "
                "another can be read"
            )
        before = _dumped(layer.get("name", one.config.get("name")))


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise KerasError(f"its configuration must have an object where it has {_shown(value)}.")
    return value


def _dumped(value: object) -> str:
    import json

    return json.dumps(value)


def _flat(values: list[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list):
            yield from _flat(value)
        else:
            yield value


def _shown(value: object) -> str:
    return repr(value)[:_LONGEST_NAME] if value is not None else "none"


def _snake_case(name: str) -> str:
    """Return the name that Keras gives a class's variables: ``"batch_normalization"``, ``"conv2d"``."""
    parted = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name[:_LONGEST_NAME])
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", parted).lower()
