"""The file of a classifier: safetensors, with the description in its header. Nothing in it is trusted.

The header's metadata has one entry, ``catseye``: a JSON object with ``format``, ``network``, ``preprocess``,
``classes``, ``calibration`` and ``provenance``. The tensors are the network's parameters and buffers by name.
"""

from __future__ import annotations

import json
import math
import struct
from typing import TYPE_CHECKING, Any

import safetensors
import safetensors.torch
import torch

from catseye.datasets.info import LONGEST_NAME, is_class_name
from catseye.errors import CatseyeError, UsageError
from catseye.evaluation.calibration import Calibration
from catseye.images.preprocess import Preprocess
from catseye.networks.registry import LARGEST_CLASSES, build
from catseye.networks.weights import difference
from catseye.system.files import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn

    from catseye.classifier import Classifier

FORMAT = 1
_KEY = "catseye"
_LARGEST_HEADER_BYTES = 16 * 2**20
_PICKLES = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
_TYPES = {torch.float32: "F32", torch.int64: "I64"}


def write_model(path: Path, classifier: Classifier) -> None:
    """Write ``classifier`` to ``path``, whole or not at all."""
    description = {
        "format": FORMAT,
        "network": {"name": classifier.network_name, **classifier.network_options},
        "preprocess": classifier.preprocess.to_json(),
        "classes": list(classifier.classes),
        "calibration": classifier.calibration.to_json(),
        "provenance": classifier.provenance,
    }
    tensors = {name: value.contiguous() for name, value in classifier.network.state_dict().items()}
    write_atomically(path, safetensors.torch.save(tensors, {_KEY: json.dumps(description)}))


def read_model(path: Path) -> dict[str, Any]:
    """Return the fields of the classifier in ``path``, every one of them checked.

    Raises
    ------
    CatseyeError
        The file is cut off, of another kind or a newer version, or its parts do not fit each other.
    """
    description = _description(path)
    try:
        fields, shape = _fields(description)
        network_name, options = fields["network_name"], fields["network_options"]
        with torch.device("meta"):  # takes no memory, whatever sizes the file claims
            network = build(network_name, shape, len(fields["classes"]), **options)
        network.load_state_dict(_tensors(path, network), assign=True)
    except (UsageError, KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        reason = f"it has no {error}" if isinstance(error, KeyError) else str(error).rstrip(".")
        raise CatseyeError(f"{path} does not describe a classifier: {reason}.") from error
    return {"network": network.eval().requires_grad_(True), **fields}


def _description(path: Path) -> dict[str, Any]:
    """Return the JSON in the header, whose claimed size is checked before anything is read."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(8)
        if start.startswith(_PICKLES):
            raise CatseyeError(f"{path} is a pickle or a PyTorch archive; such files can run code and are not read.")
        length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
        if not 2 <= length <= min(size - 8, _LARGEST_HEADER_BYTES):
            raise CatseyeError(f"{path} is cut off, or no safetensors file.")
        header = file.read(length)
    try:
        metadata = json.loads(header)["__metadata__"]
        description = json.loads(metadata[_KEY])
        version = description["format"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CatseyeError(f"{path} is no classifier of Catseye's: its header does not describe one.") from error
    if version != FORMAT:
        raise CatseyeError(f"{path} has format {version!r}; this version of Catseye reads format {FORMAT}.")
    return dict(description)


def _fields(description: dict[str, Any]) -> tuple[dict[str, Any], tuple[int, int, int]]:
    given = description["preprocess"]
    preprocess = Preprocess(**(given | {"mean": tuple(given["mean"]), "std": tuple(given["std"])}))
    calibration = Calibration(**description["calibration"])
    if not (_is_number(calibration.temperature) and 0.01 <= calibration.temperature <= 100):
        raise ValueError(f"the temperature is 0.01 to 100, not {calibration.temperature!r}")
    if not isinstance(calibration.examples, int) or calibration.examples < 0:
        raise ValueError(f"the temperature was fitted on a number of examples, not {calibration.examples!r}")
    name, options = _network(description["network"])
    if not isinstance(description["provenance"], dict):
        raise ValueError("the provenance is an object")
    fields = {
        "network_name": name,
        "network_options": options,
        "preprocess": preprocess,
        "classes": _classes(description["classes"]),
        "calibration": calibration,
        "provenance": description["provenance"],
    }
    return fields, preprocess.shape


def _network(given: Any) -> tuple[str, dict[str, Any]]:
    options = {name: value for name, value in given.items() if name != "name"}
    checks = {"batch_norm": lambda value: isinstance(value, bool), "dropout": _is_number}
    if not isinstance(given["name"], str) or not all(
        name in checks and checks[name](options[name]) for name in options
    ):
        raise ValueError("the network's name is a text, batch_norm true or false, and dropout is a number")
    return given["name"], options


def _classes(names: Any) -> tuple[str, ...]:
    if not isinstance(names, list) or not 1 <= len(names) <= LARGEST_CLASSES:
        raise ValueError(f"classes are a list of 1 to {LARGEST_CLASSES:,} names")
    # Names are printed on terminals: nothing in them may be a command to one.
    if not all(isinstance(name, str) and is_class_name(name) for name in names):
        raise ValueError(f"class names are printable texts of 1 to {LONGEST_NAME} characters")
    if len(set(names)) != len(names):
        raise ValueError("two classes have the same name")
    return tuple(names)


def _tensors(path: Path, network: nn.Module) -> dict[str, torch.Tensor]:
    """Return the tensors in ``path``, after their names, shapes and types were found to be the network's."""
    wanted = {name: (list(value.shape), _TYPES[value.dtype]) for name, value in network.state_dict().items()}
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118 (no mapping)
            have = {name: (part.get_shape(), part.get_dtype()) for name, part in slices.items()}
            if have != wanted:
                raise CatseyeError(f"{path} does not fit its network: {difference(wanted, have)}.")
            # Copies: what is mapped from a file would change or vanish with it.
            tensors = {name: file.get_tensor(name).clone() for name in wanted}
    except safetensors.SafetensorError as error:
        raise CatseyeError(f"{path} is cut off or damaged ({error}).") from error
    if not all(value.isfinite().all() for value in tensors.values()):
        raise CatseyeError(f"{path} holds weights that are not finite.")
    return tensors


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
