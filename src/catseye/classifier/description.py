"""What the header of a classifier's file says: everything but the weights, every value checked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from catseye.classifier.unfamiliarity import Unfamiliarity
from catseye.datasets.info import LONGEST_NAME, is_class_name
from catseye.evaluation.calibration import Calibration
from catseye.images.preprocess import Preprocess
from catseye.networks.names import LARGEST_CLASSES, is_custom, is_custom_name
from catseye.short_repr import ShortRepr

if TYPE_CHECKING:
    from torch import nn

    from catseye.classifier.unfamiliarity import Arrays

FORMAT = 1


@dataclass(frozen=True, repr=False)
class Description(ShortRepr):
    """Everything about a classifier but its weights.

    Attributes
    ----------
    network_name : str
        Name by which the network is built again.
    network_options : dict
        ``batch_norm`` and ``dropout`` of the lessons' networks.
    preprocess : Preprocess
    classes : tuple of str
    calibration : Calibration
    provenance : dict
        JSON values: recipe, data and their fingerprint, versions, licence, measured accuracy.
    unfamiliarity : Unfamiliarity or None
        The score of how unlike the training pictures a picture is; files of earlier versions have none.
    """

    network_name: str
    network_options: dict[str, Any]
    preprocess: Preprocess
    classes: tuple[str, ...]
    calibration: Calibration
    provenance: dict[str, Any]
    unfamiliarity: Unfamiliarity | None = None

    def build(self) -> nn.Module:
        """Return the network with fresh weights; raise `UsageError` if it cannot be built as described."""
        from catseye.networks.registry import build

        return build(self.network_name, self.preprocess.shape, len(self.classes), **self.network_options)

    def to_json(self) -> dict[str, Any]:
        """Return the description as JSON values, as they are stored in the header."""
        return {
            "format": FORMAT,
            "network": {"name": self.network_name, **self.network_options},
            "preprocess": self.preprocess.to_json(),
            "classes": list(self.classes),
            "calibration": self.calibration.to_json(),
            "provenance": self.provenance,
            **({"unfamiliarity": self.unfamiliarity.to_json()} if self.unfamiliarity else {}),
        }

    @classmethod
    def from_json(cls, description: dict[str, Any], arrays: Arrays) -> Self:
        """Return the description in a header, which may hold anything; ``arrays`` are its unfamiliarity's by name.

        Raises
        ------
        KeyError, TypeError, ValueError, AttributeError, OverflowError
            A part is missing, is of another type, or has an impossible value; `UsageError` is a `ValueError`.
        """
        preprocess = description["preprocess"]
        name, options = _network(description["network"])
        return cls(
            name,
            options,
            Preprocess(**(preprocess | {"mean": tuple(preprocess["mean"]), "std": tuple(preprocess["std"])})),
            _classes(description["classes"]),
            _calibration(description["calibration"]),
            _provenance(description["provenance"]),
            Unfamiliarity.from_json(description["unfamiliarity"], arrays) if "unfamiliarity" in description else None,
        )


def _network(given: Any) -> tuple[str, dict[str, Any]]:
    options = {name: value for name, value in given.items() if name != "name"}
    checks = {"batch_norm": lambda value: isinstance(value, bool), "dropout": _is_number}
    if isinstance(given["name"], str) and is_custom(given["name"]) and not is_custom_name(given["name"]):
        raise ValueError("the name of a network written in Python must be that of a class")
    if not isinstance(given["name"], str) or not all(
        name in checks and checks[name](options[name]) for name in options
    ):
        raise ValueError("the network's name must be text, batch_norm true or false, and dropout a number")
    return given["name"], options


def _classes(names: Any) -> tuple[str, ...]:
    if not isinstance(names, list) or not 1 <= len(names) <= LARGEST_CLASSES:
        raise ValueError(f"classes must be a list of 1 to {LARGEST_CLASSES:,} names")
    # Names are printed on terminals: nothing in them may be a command to one.
    if not all(isinstance(name, str) and is_class_name(name) for name in names):
        raise ValueError(f"class names must be printable text of 1 to {LONGEST_NAME} characters")
    if len(set(names)) != len(names):
        raise ValueError("two classes have the same name")
    return tuple(names)


def _calibration(given: Any) -> Calibration:
    calibration = Calibration(**given)
    if not (_is_number(calibration.temperature) and 0.01 <= calibration.temperature <= 100):
        raise ValueError(f"the temperature must be from 0.01 to 100, not {calibration.temperature!r}")
    if not isinstance(calibration.examples, int) or calibration.examples < 0:
        raise ValueError(
            f"the number of examples behind the temperature must be 0 or more, not {calibration.examples!r}"
        )
    return calibration


def _provenance(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise ValueError("the provenance must be an object")
    return given


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
