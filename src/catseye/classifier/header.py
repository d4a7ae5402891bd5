"""The header of a classifier's file, read without loading PyTorch. Nothing in it is trusted."""

from __future__ import annotations

import json
import struct
import zipfile
from typing import TYPE_CHECKING, Any

import safetensors
import safetensors.numpy

from catseye.classifier.description import FORMAT, Description
from catseye.classifier.unfamiliarity import PREFIX
from catseye.errors import CatseyeError, MissingNetworkError
from catseye.networks.names import custom_title

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy.typing as npt

KEY = "catseye"
_LARGEST_HEADER_BYTES = 16 * 2**20
_PICKLES = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


def read_description(path: Path) -> Description:
    """Return the description in a file's header, every part of it checked.

    Raises
    ------
    CatseyeError
        The file is truncated, of another kind or a newer version, or its header makes no sense.
    """
    header = _header(path)
    try:
        return Description.from_json(header, _unfamiliarity_arrays(path) if "unfamiliarity" in header else {})
    except safetensors.SafetensorError as error:
        raise CatseyeError(f"{path} is truncated or damaged ({error}).") from error
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise CatseyeError(f"{path} does not describe a classifier: {nonsense(error)}.") from error


def nonsense(error: Exception) -> str:
    """Return what is wrong with a header, as Python's errors say."""
    return f"it has no {error}" if isinstance(error, KeyError) else str(error).rstrip(".")


def compose(arrays: Mapping[str, npt.NDArray[Any]], description: Description) -> bytes:
    """Return the content of a classifier's file; ``arrays`` are the network's weights and statistics by name."""
    own = description.unfamiliarity.arrays if description.unfamiliarity else {}
    return safetensors.numpy.save({**arrays, **own}, {KEY: json.dumps(description.to_json())})


def _unfamiliarity_arrays(path: Path) -> dict[str, npt.NDArray[Any]]:
    with safetensors.safe_open(path, framework="np") as file:
        return {name: file.get_tensor(name) for name in file.keys() if name.startswith(PREFIX)}  # noqa: SIM118


def missing_network(path: Path, description: Description) -> MissingNetworkError:
    """Return the error for the file of a network that was written in Python and is not given."""
    return MissingNetworkError(
        f"the network of {path} was written in Python ({custom_title(description.network_name)}) and is not in the "
        "file: load it in Python with catseye.Classifier.load(path, network=…), giving the module or the function that "
        "makes it."
    )


def is_model(path: Path) -> bool:
    """Say whether a file has the header of a classifier, whatever else it holds."""
    try:
        _header(path)
    except CatseyeError:
        return False
    return True


def _is_keras(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return "config.json" in archive.namelist()
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def _header(path: Path) -> dict[str, Any]:
    """Return the JSON in the header, whose claimed size is checked before anything is read."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start, first = file.read(8), file.read(1)
        if start.startswith(_PICKLES[0]) and _is_keras(path):
            raise CatseyeError(f"{path} is a file of Keras; give it the ending .keras.")
        length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
        is_possible = 2 <= length <= min(size - 8, _LARGEST_HEADER_BYTES)
        # Some lengths of a header begin with a pickle's two bytes, but no pickle has six others of such a length.
        if start.startswith(_PICKLES) and not (is_possible and first == b"{"):
            raise CatseyeError(
                f"{path} is a pickle or a PyTorch archive; such files can run code, so Catseye does not read them."
            )
        if not is_possible:
            # Every header begins with a brace; its length before that is a number of eight bytes, some of them zero.
            if first not in (b"", b"{") or (start and not first and 0 not in start):
                raise CatseyeError(f"{path} is not a network or classifier file.")
            raise CatseyeError(f"{path} is truncated or is not a safetensors file.")
        header = first + file.read(length - 1)
    try:
        metadata = json.loads(header)["__metadata__"]
        description = json.loads(metadata[KEY])
        version = description["format"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CatseyeError(f"{path} is not a Catseye classifier: its header does not describe one.") from error
    if version != FORMAT:
        raise CatseyeError(f"{path} has format {version!r}; this version of Catseye reads format {FORMAT}.")
    return dict(description)
