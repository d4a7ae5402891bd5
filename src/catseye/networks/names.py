"""Names of networks, known without loading PyTorch."""

from __future__ import annotations

import re

from catseye.networks.lessons import LESSON_TEXTS, NAMED_TEXTS

LESSONS = tuple(LESSON_TEXTS)
BACKBONES = (
    *(f"efficientnet_lite{number}" for number in range(5)),
    "mobilenet_v2",
    *(f"resnet{depth}" for depth in (18, 34, 50, 101, 152)),
    *(f"vgg{depth}{kind}" for depth in (11, 13, 16, 19) for kind in ("", "_bn")),
)
NAMES = tuple(NAMED_TEXTS) + BACKBONES
NETWORK_FILE = ".toml"  # ends the path of a file that defines a network
TIMM = "timm:"  # begins the name of any network of timm's
PAIR = "+"  # between the names of two backbones side by side
# Backbones whose features are the means of their last maps, by the normalisation that both of a pair must share.
JOINABLE = (
    tuple(name for name in BACKBONES if name.startswith("efficientnet")),
    tuple(name for name in BACKBONES if name.startswith(("mobilenet", "resnet"))),
)
LARGEST_CLASSES = 100_000
NOT_WEIGHTS = "catseye:"  # begins the names of tensors in a classifier's file that are not its network's
_CUSTOM = "python:"
_LONGEST_NAME = 100


def is_backbone(name: str) -> bool:
    """Say whether the name is that of a backbone, or of two side by side, one of timm's included."""
    return name in BACKBONES or name.startswith(TIMM) or bool(parts_of(name))


def parts_of(name: str) -> tuple[str, ...]:
    """Return the names of the two backbones in the name of a pair; nothing if it is not a pair's.

    Examples
    --------
    >>> parts_of("resnet18+resnet34"), parts_of("resnet18"), parts_of("resnet18+vgg16")
    (('resnet18', 'resnet34'), (), ())
    """
    first, _, second = name.partition(PAIR)
    return (first, second) if is_joinable(first, second) else ()


def is_joinable(first: str, second: str) -> bool:
    """Say whether two backbones, given by name, can lie side by side."""
    return first != second and any(first in family and second in family for family in JOINABLE)


def is_lesson(name: str) -> bool:
    """Say whether the name is that of a network that has to be trained first."""
    return name in NAMED_TEXTS


def is_definition(network: str) -> bool:
    """Say whether a text of layers or a TOML file is meant, not a name or the path of anything else."""
    return network.lower().endswith(NETWORK_FILE) or re.search(r"[,\[]|^\s*(conv|dense)\s", network.lower()) is not None


def is_custom(name: str) -> bool:
    """Say whether the name stands for a network that only the Python program that wrote it can make."""
    return name.startswith(_CUSTOM)


def custom_title(name: str) -> str:
    """Return the name of the class that is behind a custom network's name."""
    return name.removeprefix(_CUSTOM)


def custom_name(title: str) -> str:
    """Return the name of a custom network of the class called ``title``, as far as that can be stored."""
    plain = re.sub(r"\W", "", title)[:_LONGEST_NAME]
    return _CUSTOM + (plain if is_custom_name(_CUSTOM + plain) else "Network")


def is_custom_name(name: str) -> bool:
    """Say whether a text from outside can be the name of a custom network."""
    return re.fullmatch(rf"{_CUSTOM}[^\W\d]\w{{0,{_LONGEST_NAME - 1}}}", name) is not None
