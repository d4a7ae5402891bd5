"""The file of a classifier: safetensors, with the description in its header. Nothing in it is trusted.

The header's metadata has one entry, ``catseye``: a JSON object with ``format``, ``network``, ``preprocess``,
``classes``, ``calibration`` and ``provenance``, and ``unfamiliarity`` if the classifier scores that. The tensors are
the network's parameters and buffers by name, and those of the unfamiliarity, whose names begin with its prefix.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import safetensors
import safetensors.torch
import torch

from catseye.classifier.header import KEY, missing_network, nonsense
from catseye.errors import CatseyeError, UsageError
from catseye.networks.custom import class_name, compute_check, make_module, make_network
from catseye.networks.names import NOT_WEIGHTS, custom_title, is_custom
from catseye.networks.titles import network_title
from catseye.networks.weights import STORED_TYPES, difference, separate
from catseye.system.files import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn

    from catseye.classifier.description import Description
    from catseye.networks.custom import CustomNetwork

_OUTPUTS = "outputs"  # of a network made in Python: its logits for a picture of noise
_ALIKE = 0.01  # processors differ in the last bits, and fast arithmetic in some more


def write_model(path: Path, network: nn.Module, description: Description) -> None:
    """Write a network and its description to ``path``, completely or not at all."""
    metadata = {KEY: json.dumps(description.to_json())}
    if is_custom(description.network_name):
        metadata[_OUTPUTS] = json.dumps(compute_check(network, description.preprocess.shape))
    tensors = separate(network.state_dict())
    if description.unfamiliarity:
        tensors |= {name: torch.from_numpy(values) for name, values in description.unfamiliarity.arrays.items()}
    write_atomically(path, safetensors.torch.save(tensors, metadata))


def read_network(
    content: bytes, path: Path, description: Description, custom: CustomNetwork | None = None
) -> nn.Module:
    """Return the network in a file, every part of it checked.

    Parameters
    ----------
    content
        Content of the file.
    path
        Its name in errors.
    description
        What its header says.
    custom
        The network, for a file that names one made in Python: its weights are those in the file. For another file it
        may only be the network that the file defines.

    Raises
    ------
    UsageError
        The file's network was made in Python and is not given, or what is given does not fit.
    CatseyeError
        The file is truncated, or its parts do not match each other.
    """
    if is_custom(description.network_name):
        network = _fill_custom(content, path, description, custom)
    else:
        try:
            network = _fill(content, path, description)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise CatseyeError(f"{path} does not describe a classifier: {nonsense(error)}.") from error
        if custom is not None:
            _check_same(path, description, custom)
    return network.eval().requires_grad_(True)


def _fill(content: bytes, path: Path, description: Description) -> nn.Module:
    with torch.device("meta"):  # takes no memory, whatever sizes the file claims
        network = description.build()
    network.load_state_dict(_tensors(content, path, network), assign=True)
    return network


def _fill_custom(content: bytes, path: Path, description: Description, custom: CustomNetwork | None) -> nn.Module:
    title = custom_title(description.network_name)
    if custom is None:
        raise missing_network(path, description)
    network = make_module(custom, description.preprocess.shape, len(description.classes))
    if class_name(network) != title:
        raise UsageError(f"the network of {path} was written in Python as {title}; got {class_name(network)}.")
    network.load_state_dict(_tensors(content, path, network))
    _check_outputs(path, network, description)
    return network


def _check_same(path: Path, description: Description, custom: CustomNetwork) -> None:
    """Raise `UsageError` unless what is given is the network that is in the file."""
    if make_network(custom, description.preprocess.shape, len(description.classes)).name != description.network_name:
        title = network_title(description.network_name)
        raise UsageError(f"the network of {path} is in the file ({title}), and another is given; leave out network.")


def _check_outputs(path: Path, network: nn.Module, description: Description) -> None:
    """Raise `UsageError` unless the network that is given computes what the one that was saved did."""
    with safetensors.safe_open(path, framework="pt") as file:
        stored = (file.metadata() or {}).get(_OUTPUTS)
    if stored is None:  # files of earlier versions have none
        return
    try:
        saved = json.loads(stored)
    except (ValueError, RecursionError):
        saved = None
    classes = len(description.classes)
    if not (isinstance(saved, list) and len(saved) == classes and all(isinstance(value, float) for value in saved)):
        raise CatseyeError(f"{path} does not describe a classifier: its outputs must be {classes} numbers.")
    expected = torch.tensor(saved)
    found = torch.tensor(compute_check(network, description.preprocess.shape))
    if not torch.allclose(found, expected, rtol=_ALIKE, atol=_ALIKE * max(1.0, float(expected.abs().max()))):
        raise UsageError(
            f"the network that is given does not compute what that of {path} did, from the same weights: its code has "
            "changed, or it uses numbers that are neither parameters nor buffers."
        )


def _tensors(content: bytes, path: Path, network: nn.Module) -> dict[str, torch.Tensor]:
    """Return the tensors in a file, once their names, shapes and types are known to be the network's."""
    wanted = {name: (list(value.shape), STORED_TYPES[value.dtype]) for name, value in network.state_dict().items()}
    try:
        found = safetensors.torch.load(content)
    except (safetensors.SafetensorError, KeyError) as error:  # KeyError: of a type that PyTorch does not have
        raise CatseyeError(f"{path} is truncated or damaged ({error}).") from error
    tensors = {name: value for name, value in found.items() if not name.startswith(NOT_WEIGHTS)}
    have = {
        name: (list(value.shape), STORED_TYPES.get(value.dtype, str(value.dtype))) for name, value in tensors.items()
    }
    if have != wanted:
        raise CatseyeError(f"{path} does not match its network: {difference(wanted, have)}.")
    if not all(value.isfinite().all() for value in tensors.values()):
        raise CatseyeError(f"{path} contains weights that are not finite.")
    return tensors
