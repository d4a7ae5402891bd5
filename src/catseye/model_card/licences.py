"""Under what licence the weights that a classifier began with are published, as far as that is known."""

from __future__ import annotations

from catseye.networks.names import BACKBONES, TIMM, parts_of

_APACHE = "Apache License 2.0, as Google published them (tensorflow/tpu)"
_BSD = "BSD 3-Clause, the licence of torchvision, which states no other for its weights"
_UNKNOWN = "not known to Catseye"
_IMAGENET = "ImageNet's pictures, with which they were trained, are for non-commercial research by ImageNet's terms"


def licence_of_weights(network: str, origin: str) -> str:
    """Return in words under what licence the weights of a network's backbone are.

    Parameters
    ----------
    network
        The network's name.
    origin
        Where the weights are from; empty for a network that was trained from random weights.
    """
    if not origin:
        return "none taken from elsewhere: trained from random weights"
    names = parts_of(network) or (network,)
    return "; ".join(f"{name}: {_licence(name)}" for name in names) + f". {_IMAGENET}"


def _licence(name: str) -> str:
    if name.startswith("efficientnet_lite"):
        return _APACHE
    if name.startswith(TIMM):
        return f"{_UNKNOWN}; timm's page of this model states it"
    return _BSD if name in BACKBONES else _UNKNOWN
