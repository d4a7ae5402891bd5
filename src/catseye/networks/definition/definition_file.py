"""A network in a file of its own: TOML with its layers and, on request, its name."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from catseye.errors import UsageError
from catseye.networks.definition.definition import Definition
from catseye.networks.names import NAMES

_KEYS = ("name", "layers")
_LARGEST_BYTES = 100_000
_EXAMPLE = 'layers = "conv 32, pool, flatten, dense 10"'


def read_network_file(path: str | Path) -> Definition:
    """Return the network that a TOML file defines.

    ``layers`` is a text, or a list of texts with a layer or several each; ``name`` is by default the file's.

    Raises
    ------
    UsageError
        The file cannot be read, or defines no network.
    """
    values = _values(Path(path))
    unexpected = [key for key in values if key not in _KEYS]
    if "layers" not in values or unexpected:
        found = ", ".join(unexpected or values) or "nothing"
        raise UsageError(f"{path} must hold layers, e.g. {_EXAMPLE}, and at most a name beside it; it holds {found}.")
    layers = values["layers"]
    if isinstance(layers, list) and all(isinstance(layer, str) for layer in layers):
        layers = "\n".join(layers)
    stem = Path(path).stem
    name = values.get("name", Path(path).name if stem in NAMES else stem)  # no file says what resnet18 is
    if not isinstance(layers, str) or not isinstance(name, str):
        raise UsageError(f"{path}: layers is a text or a list of texts, e.g. {_EXAMPLE}, and name is a text.")
    try:
        return Definition.read(layers).named(name)
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from None


def _values(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}); it must be a .toml file with layers.") from None
    if len(content) > _LARGEST_BYTES:
        raise UsageError(f"{path} has over {_LARGEST_BYTES:,} bytes; the text of a network is shorter.")
    try:
        return tomllib.loads(content.decode())
    except (ValueError, RecursionError) as error:  # also of a wrong encoding
        raise UsageError(f"{path} is not TOML: {error}. Write e.g. {_EXAMPLE}.") from None
