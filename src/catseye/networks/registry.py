"""All networks by name."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from catseye.errors import UsageError, unknown, with_short_traceback
from catseye.networks.backbones import timm as timm_network
from catseye.networks.backbones.backbone import SMALLEST_SIDE
from catseye.networks.backbones.efficientnet_lite import EFFICIENTNET_LITES
from catseye.networks.backbones.mobilenet import MOBILENETS
from catseye.networks.backbones.pair import Pair
from catseye.networks.backbones.resnet import RESNETS
from catseye.networks.backbones.vgg import VGGS
from catseye.networks.definition.definition import Definition
from catseye.networks.definition.definition_file import read_network_file
from catseye.networks.definition.habits import is_known_elsewhere
from catseye.networks.definition.layer_words import ONE_WORD_LAYERS
from catseye.networks.definition.shape import TooSmallError
from catseye.networks.endings import is_other
from catseye.networks.lessons import NAMED_TEXTS, SMALL
from catseye.networks.names import (
    BACKBONES,
    LARGEST_CLASSES,
    LESSONS,
    NAMES,
    NETWORK_FILE,
    TIMM,
    is_backbone,
    is_custom,
    parts_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

    from catseye.networks.backbones.backbone import Backbone

_BACKBONES: dict[str, Callable[[int], Backbone]] = EFFICIENTNET_LITES | MOBILENETS | RESNETS | VGGS
LARGEST_PARAMETERS = 2**28  # 268 million, 1 GiB of weights; a mistyped picture size should not take all memory
_CLASSIFIER, _SOURCE = ".safetensors", ".py"
_IN_PYTHON = (
    "A network written in Python cannot be given on the command line, nor by its name: give the module itself, in "
    "Python."
)


@with_short_traceback
def build(
    name: str, shape: tuple[int, int, int], classes: int, *, batch_norm: bool = False, dropout: float = 0.0
) -> nn.Module:
    """Return a network for pictures of ``shape`` (H, W, C), with PyTorch's random weights.

    Parameters
    ----------
    name
        One of ``NAMES``, a text that defines a network, such as ``"conv 32, pool, flatten, dense 10"``, or
        ``"timm:NAME"`` for any network of timm's, where that is installed.
    shape, classes
    batch_norm, dropout
        Options of networks that are defined by a text, as the lessons' are; backbones have their own.

    Raises
    ------
    UsageError
        There is no such network; the pictures do not fit it; it would have too many parameters; the options are not
        for it.
    """
    if not 1 <= classes <= LARGEST_CLASSES:
        raise UsageError(f"a network has 1 to {LARGEST_CLASSES:,} classes; got {classes}.")
    if min(shape) < 1:
        raise UsageError(f"pictures have at least one row, column and channel; got {'×'.join(map(str, shape))}.")
    if is_backbone(name):
        if batch_norm or dropout:
            raise UsageError(f"{name} is as its authors made it: batch_norm and dropout are for {', '.join(LESSONS)}.")
        return backbone(name, shape, classes)
    return _defined(name, shape, classes, batch_norm, dropout)


def backbone(name: str, shape: tuple[int, int, int], classes: int) -> Backbone:
    """Return a backbone by name, with PyTorch's random weights; raise `UsageError` as :func:`build` does."""
    if not is_backbone(name):
        raise unknown("backbone", name, BACKBONES)
    height, width, channels = shape
    if channels != 3:
        raise UsageError(f"{name} takes colour pictures with 3 channels; got {channels}.")
    if min(height, width) < SMALLEST_SIDE:
        side = f"{SMALLEST_SIDE}×{SMALLEST_SIDE}"
        raise UsageError(f"{name}: a picture of {height}×{width} pixels is too small. The smallest is {side}.")
    parts = parts_of(name)
    if parts:
        first, second = (_BACKBONES[part](1) for part in parts)
        return Pair(first, second, classes)
    return timm_network.build(name, classes) if name.startswith(TIMM) else _BACKBONES[name](classes)


@with_short_traceback
def resolve_network(network: str) -> str:
    """Return the name or text that stands for a network from now on.

    A name stays as it is; of a text the canonical form is returned, of a TOML file what it defines.

    Raises
    ------
    UsageError
        There is no such network.
    """
    if network in NAMES or is_backbone(network):
        return network
    if network.lower().endswith(NETWORK_FILE):
        return str(read_network_file(network))
    if is_other(Path(network)) or network.lower().endswith(_CLASSIFIER):
        raise UsageError(f"there is no file {network}.")
    if network.lower().endswith(_SOURCE):
        raise UsageError(f"{network} is Python's. {_IN_PYTHON}")
    return str(definition(network))


def split_networks(networks: str) -> tuple[str, ...]:
    """Return the networks in a text: names behind commas, or texts and names behind semicolons.

    Examples
    --------
    >>> split_networks("dense, convnet"), split_networks("conv 8, pool; dense"), split_networks("conv 8, pool")
    (('dense', 'convnet'), ('conv 8, pool', 'dense'), ('conv 8, pool',))
    """
    names = [part.strip() for part in networks.split(",")]
    if ";" not in networks and all(re.fullmatch(r"[\w:.-]+", name) and not _is_layer(name) for name in names):
        return tuple(names)
    return tuple(part.strip() for part in networks.split(";"))


def _is_layer(word: str) -> bool:
    return word.lower() in ONE_WORD_LAYERS


def needs_batch_norm(network: str) -> bool:
    """Say whether a network leaves it to the recipe to normalise: one of Catseye's own names does.

    A backbone is as its authors made it, and a text or a module is trained as it is written.
    """
    return network in NAMED_TEXTS


def is_dense(network: str) -> bool:
    """Say whether a network has no convolution."""
    return not (is_backbone(network) or is_custom(network)) and not definition(network).convolves


def definition(name: str) -> Definition:
    """Return the definition with this name, or that a text is; raise `UsageError` if it is neither."""
    if name in NAMED_TEXTS:
        return Definition.read(NAMED_TEXTS[name])
    if re.fullmatch(r"[\w-]+", name) and not _is_layer(name):
        if is_known_elsewhere(name):
            Definition.read(name)  # which says what is missing, or how it is written here
        layers = get_close_matches(name.lower(), ONE_WORD_LAYERS, n=1, cutoff=0.75)
        if layers:
            raise UsageError(f"unknown network {name!r}; did you mean the layer {layers[0]}?")
        error = unknown("network", name, NAMES)
        is_class = name[:1].isupper() and name.lower() not in NAMES
        raise UsageError(f"{error} {_IN_PYTHON}") if is_class else error
    return Definition.read(name)


def note_of_added_layer(name: str, classes: int) -> str | None:
    """Return a note where a text ends with a dense layer of more units than classes, behind which another is added."""
    if name in NAMES or is_backbone(name) or is_custom(name):
        return None
    last = definition(name).added_behind(classes)
    if not last:
        return None
    return (
        f"the text ends with {last}, but there are {classes:,} classes: dense {classes} is added behind it, and {last} "
        f"is a hidden layer with relu. Write dense {classes} if it should be the last, or {last} relu."
    )


def smallest_side(name: str) -> int:
    """Return the side in pixels of the smallest square picture that the network takes."""
    return SMALLEST_SIDE if is_backbone(name) else definition(name).smallest_side()


def _defined(name: str, shape: tuple[int, int, int], classes: int, batch_norm: bool, dropout: float) -> nn.Module:
    if not 0 <= dropout < 1:
        raise UsageError(f"dropout is a share from 0 to below 1; got {dropout}.")
    defined = definition(name)
    try:
        with torch.device("meta"):
            plan = defined.build(shape, classes, batch_norm=batch_norm, dropout=dropout)
    except TooSmallError as error:
        side = defined.smallest_side()
        height, width, _ = shape
        fits = name in LESSONS and min(height, width) >= smallest_side(SMALL)
        raise UsageError(
            f"a picture of {height}×{width} pixels is too small for the network: {error} The smallest is {side}×{side}."
            f"{f' The network {SMALL} takes smaller ones.' if fits else ''}"
        ) from None
    parameters = sum(weight.numel() for weight in plan.parameters())
    if parameters > LARGEST_PARAMETERS:
        raise UsageError(f"{name} would have {parameters:,} parameters at this picture size; choose a smaller one.")
    return defined.build(shape, classes, batch_norm=batch_norm, dropout=dropout)
