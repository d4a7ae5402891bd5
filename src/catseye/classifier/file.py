"""The file of a classifier: safetensors, with the description in its header. Nothing in it is trusted.

The header's metadata has one entry, ``catseye``: a JSON object with ``format``, ``network``, ``preprocess``,
``classes``, ``calibration`` and ``provenance``. The tensors are the network's parameters and buffers by name.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any

import safetensors
import safetensors.torch
import torch

from catseye.classifier.description import FORMAT, Description
from catseye.errors import CatseyeError, MissingNetworkError, UsageError
from catseye.networks.custom import class_name, compute_check, custom_title, is_custom, make_module, make_network
from catseye.networks.registry import network_title
from catseye.networks.weights import STORED_TYPES, difference, separate
from catseye.system.files import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn

    from catseye.networks.custom import CustomNetwork

_KEY = "catseye"
_OUTPUTS = "outputs"  # of a network made in Python: its logits for a picture of noise
_ALIKE = 0.01  # processors differ in the last bits, and fast arithmetic in some more
_LARGEST_HEADER_BYTES = 16 * 2**20
_PICKLES = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


def write_model(path: Path, network: nn.Module, description: Description) -> None:
    """Write a network and its description to ``path``, completely or not at all."""
    metadata = {_KEY: json.dumps(description.to_json())}
    if is_custom(description.network_name):
        metadata[_OUTPUTS] = json.dumps(compute_check(network, description.preprocess.shape))
    write_atomically(path, safetensors.torch.save(separate(network.state_dict()), metadata))


def read_model(path: Path, custom: CustomNetwork | None = None) -> tuple[nn.Module, Description]:
    """Return the network and the description in ``path``, every part of them checked.

    Parameters
    ----------
    path
    custom
        The network, for a file that names one made in Python: its weights are those in the file. For another file it
        may only be the network that the file defines.

    Raises
    ------
    UsageError
        The file's network was made in Python and is not given, or what is given does not fit.
    CatseyeError
        The file is truncated, of another kind or a newer version, or its parts do not match each other.
    """
    header = _header(path)
    try:
        description = Description.from_json(header)
        network = None if is_custom(description.network_name) else _fill(path, description)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        reason = f"it has no {error}" if isinstance(error, KeyError) else str(error).rstrip(".")
        raise CatseyeError(f"{path} does not describe a classifier: {reason}.") from error
    if network is None:
        network = _fill_custom(path, description, custom)
    elif custom is not None:
        _check_same(path, description, custom)
    return network.eval().requires_grad_(True), description


def is_model(path: Path) -> bool:
    """Say whether a file has the header of a classifier, whatever else it holds."""
    try:
        _header(path)
    except CatseyeError:
        return False
    return True


def _fill(path: Path, description: Description) -> nn.Module:
    with torch.device("meta"):  # takes no memory, whatever sizes the file claims
        network = description.build()
    network.load_state_dict(_tensors(path, network), assign=True)
    return network


def _fill_custom(path: Path, description: Description, custom: CustomNetwork | None) -> nn.Module:
    title = custom_title(description.network_name)
    if custom is None:
        raise MissingNetworkError(
            f"the network of {path} was written in Python ({title}) and is not in the file: load it in Python with "
            "catseye.Classifier.load(path, network=…), giving the module or the function that makes it."
        )
    network = make_module(custom, description.preprocess.shape, len(description.classes))
    if class_name(network) != title:
        raise UsageError(f"the network of {path} was written in Python as {title}; got {class_name(network)}.")
    network.load_state_dict(_tensors(path, network))
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


def _header(path: Path) -> dict[str, Any]:
    """Return the JSON in the header, whose claimed size is checked before anything is read."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start, first = file.read(8), file.read(1)
        if start.startswith(_PICKLES):
            raise CatseyeError(
                f"{path} is a pickle or a PyTorch archive; such files can run code, so Catseye does not read them."
            )
        length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
        if not 2 <= length <= min(size - 8, _LARGEST_HEADER_BYTES):
            # Every header begins with a brace; its length before that is a number of eight bytes, some of them zero.
            if first not in (b"", b"{") or (start and not first and 0 not in start):
                raise CatseyeError(f"{path} is not a network or classifier file.")
            raise CatseyeError(f"{path} is truncated or is not a safetensors file.")
        header = first + file.read(length - 1)
    try:
        metadata = json.loads(header)["__metadata__"]
        description = json.loads(metadata[_KEY])
        version = description["format"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CatseyeError(f"{path} is not a Catseye classifier: its header does not describe one.") from error
    if version != FORMAT:
        raise CatseyeError(f"{path} has format {version!r}; this version of Catseye reads format {FORMAT}.")
    return dict(description)


def _tensors(path: Path, network: nn.Module) -> dict[str, torch.Tensor]:
    """Return the tensors in ``path``, once their names, shapes and types are known to be the network's."""
    wanted = {name: (list(value.shape), STORED_TYPES[value.dtype]) for name, value in network.state_dict().items()}
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118 (no mapping)
            have = {name: (part.get_shape(), part.get_dtype()) for name, part in slices.items()}
            if have != wanted:
                raise CatseyeError(f"{path} does not match its network: {difference(wanted, have)}.")
            # Copies: what is mapped from a file would change or vanish with it.
            tensors = {name: file.get_tensor(name).clone() for name in wanted}
    except safetensors.SafetensorError as error:
        raise CatseyeError(f"{path} is truncated or damaged ({error}).") from error
    if not all(value.isfinite().all() for value in tensors.values()):
        raise CatseyeError(f"{path} contains weights that are not finite.")
    return tensors
