"""Weight files of others: read without running code in them, and fitted to a network name by name."""

from __future__ import annotations

import pickle
import re
import zipfile
from typing import TYPE_CHECKING, Any

import safetensors
import safetensors.torch
import torch

from catseye.errors import CatseyeError, UsageError, first_line
from catseye.networks.backbones.efficientnet_lite import official_names
from catseye.networks.names import NOT_WEIGHTS
from catseye.networks.state_dicts import check_numbers, find_state_dict, without_prefix
from catseye.system.files import is_there

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from catseye.networks.backbones.backbone import Backbone

Tensors = dict[str, torch.Tensor]
# What a classifier's file can hold, by the name that safetensors has for it.
STORED_TYPES = {
    torch.float32: "F32",
    torch.int64: "I64",
    torch.int32: "I32",
    torch.uint8: "U8",
    torch.bool: "BOOL",
}
_COUNTER = "num_batches_tracked"  # of batch normalisation: older files have none, and it changes no result
_LISTED = 4
_LONGEST = 60  # letters of a name from a file
_SAVE = "write its weights alone with torch.save(model.state_dict(), FILE)"


def read_weights(path: Path) -> Tensors:
    """Return the tensors in a safetensors or .pth file by name.

    A .pth is a pickle, of which only tensors and plain containers are accepted (``weights_only``); anything else in
    it is refused, not run.

    Raises
    ------
    UsageError
        There is no such file.
    CatseyeError
        It is damaged, of another kind, or would run code.
    """
    if not (is_there(path) and path.is_file()):
        raise UsageError(f"there is no weight file {path}.")
    try:
        tensors = _safetensors(path) if path.suffix == ".safetensors" else _pth(path)
    except RuntimeError as error:
        if "TorchScript" in str(error):
            raise CatseyeError(f"{path} is a TorchScript program, which is code; {_SAVE}.") from error
        raise CatseyeError(f"{path} is a truncated or damaged weight file ({first_line(error)}).") from error
    except (safetensors.SafetensorError, EOFError, OSError, ValueError, KeyError) as error:
        raise CatseyeError(f"{path} is a truncated or damaged weight file ({first_line(error)}).") from error
    except (pickle.UnpicklingError, zipfile.BadZipFile, TypeError, AttributeError, IndexError) as error:
        more = _more_than_weights(path)
        what = f"but holds more, {more}," if more else "or holds more than weights,"
        whole = "" if more else "of a whole model, "
        raise CatseyeError(f"{path} is not a weight file, {what} and was not loaded; {whole}{_SAVE}.") from error
    tensors = {name: value for name, value in tensors.items() if not name.startswith(NOT_WEIGHTS)}
    found = {name.removeprefix("module."): value for name, value in tensors.items()}
    if len(found) < len(tensors):
        raise CatseyeError(
            f"{path} has the same names with and without the prefix module; which count, it does not say."
        )
    return found


def separate(tensors: Mapping[str, torch.Tensor]) -> Tensors:
    """Return the tensors as a file can hold them: each contiguous, and what two layers share as two copies.

    In memory, a convolution's channels may lie last.
    """
    found: Tensors = {}
    addresses: set[int] = set()
    for name, value in tensors.items():
        address = value.untyped_storage().data_ptr()
        whole = value.contiguous()
        found[name] = whole.clone() if address in addresses and whole.data_ptr() == value.data_ptr() else whole
        addresses.add(address)
    return found


def load_weights(make: Callable[[int], Backbone], tensors: Tensors, path: Path) -> Backbone:
    """Return a network filled with ``tensors``, with as many classes as these have.

    Parameters
    ----------
    make
        Function from a number of classes to the network.
    tensors
        Tensors by the network's own parameter names.
    path
        Source of the tensors, for messages.

    Raises
    ------
    CatseyeError
        A tensor is missing, unexpected, of another shape, or not finite; all such are listed.
    """
    with torch.device("meta"):
        network = make(1)
    tensors = official_names(without_prefix(tensors, network.state_dict()), network.state_dict())
    head = tensors.get(f"{network.head_name}.weight")
    classes = len(head) if head is not None and head.dim() == 2 and len(head) else 1
    with torch.device("meta"):
        network = make(classes)
    wanted = network.state_dict()
    for name in wanted.keys() - tensors.keys():
        if name.endswith(_COUNTER):
            tensors[name] = torch.zeros((), dtype=torch.int64)
    fault = difference({n: tuple(v.shape) for n, v in wanted.items()}, {n: tuple(v.shape) for n, v in tensors.items()})
    if fault:
        raise CatseyeError(f"{path} holds the weights of another network: {fault}.")
    check_numbers(path, tensors, wanted)
    network.load_state_dict({n: tensors[n].to(wanted[n].dtype) for n in wanted}, assign=True)
    if not all(value.isfinite().all() for value in network.state_dict().values()):
        raise CatseyeError(f"{path} holds weights that are not finite.")
    return network.eval().requires_grad_(True)


def difference(wanted: dict[str, Any], have: dict[str, Any]) -> str:
    """Say what is missing, unexpected, or other than wanted, by name; nothing if all is the same."""
    changed = [name for name in wanted if name in have and wanted[name] != have[name]]
    parts = [
        f"{word} {_some(names)}"
        for word, names in (
            ("missing", sorted(wanted.keys() - have.keys())),
            ("unexpected", sorted(have.keys() - wanted.keys())),
        )
        if names
    ]
    if changed:
        parts.append(_some([f"{name} is {have[name]} instead of {wanted[name]}" for name in changed]))
    return "; ".join(parts)


def _safetensors(path: Path) -> Tensors:
    with safetensors.safe_open(path, framework="pt") as file:
        # Copies: what is mapped from a file would change or vanish with it.
        return {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118 (no mapping)


def _pth(path: Path) -> Tensors:
    return find_state_dict(torch.load(path, map_location="cpu", weights_only=True), path)


def _more_than_weights(path: Path) -> str:
    """Return in words what a file of torch.save holds beside tensors and plain values; nothing of it is loaded.

    NumPy's scalars would do no harm, but what makes them from a file is not made for hostile ones.
    """
    try:
        found = torch.serialization.get_unsafe_globals_in_checkpoint(path)
    except Exception:  # whatever a file of another kind leads to
        return ""
    names = dict.fromkeys("NumPy values" if re.match(r"numpy\.", name) else name for name in sorted(found))
    return _some([re.sub(r"[^\w.]", "?", name)[:_LONGEST] if name != "NumPy values" else name for name in names])


def _some(names: list[str]) -> str:
    return ", ".join(names[:_LISTED]) + (f" and {len(names) - _LISTED} more" if len(names) > _LISTED else "")
