"""A backbone with trained weights: numbers by name, and a module of PyTorch's once somebody asks for it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    from catseye.images.preprocess import Preprocess
    from catseye.networks.backbones.backbone import Backbone
    from catseye.networks.summary import Summary

    Arrays = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Pretrained:
    """A backbone with weights.

    Attributes
    ----------
    name : str
    preprocess : Preprocess
        The preprocessing that it was trained with.
    origin : str
        Source of the weights: a package, an address, or the file's own name.
    digest : str
        SHA-256 of names and values of all weights.
    arrays : mapping of str to array
        Weights and statistics by name. Nobody changes them.
    head_name : str
        Name of the last dense layer.
    parameters : int
        Learnt numbers, those of the last dense layer included.
    load : callable
        Returns the network in evaluation mode, with as many classes as it was trained on; the same each time.
    summarise : callable
        Returns its summary, for pictures of the preprocess's size.
    parts : tuple of Pretrained
        The two backbones of a pair, whose features lie side by side; else nothing.
    """

    name: str
    preprocess: Preprocess
    origin: str
    digest: str
    arrays: Arrays
    head_name: str
    parameters: int
    load: Callable[[], Backbone]
    summarise: Callable[[], Summary]
    parts: tuple[Pretrained, ...] = ()

    @classmethod
    def of_network(cls, name: str, network: Backbone, preprocess: Preprocess, origin: str) -> Self:
        """Return a network that has already been built, with its weights."""
        arrays = arrays_of(network)
        parameters = sum(weight.numel() for weight in network.parameters())
        return cls(
            *(name, preprocess, origin, digest(arrays), arrays, network.head_name, parameters),
            lambda: network,
            lambda: summarise_network(name, network, preprocess),
        )

    @classmethod
    def of_arrays(
        cls, name: str, arrays: Arrays, head_name: str, preprocess: Preprocess, origin: str, summary: Summary
    ) -> Self:
        """Return the network with these weights, which is built when it is asked for."""
        load = cache(lambda: build_network(name, arrays, preprocess, head_name))
        return cls(
            *(name, preprocess, origin, digest(arrays), arrays, head_name, summary.parameters), load, lambda: summary
        )

    @property
    def network(self) -> Backbone:
        """The network; the first time this loads PyTorch and builds it."""
        return self.load()

    @property
    def features(self) -> int:
        """How many features it has for a picture: what the last dense layer takes."""
        return int(self.arrays[f"{self.head_name}.weight"].shape[1])

    @property
    def classes(self) -> int:
        """How many classes it was trained on; 0 without the dense layers."""
        return int(self.arrays[f"{self.head_name}.weight"].shape[0])


def arrays_of(network: Backbone) -> dict[str, npt.NDArray[Any]]:
    """Return a network's weights and statistics by name; they share its memory where its layout allows."""
    return {name: value.detach().cpu().contiguous().numpy() for name, value in network.state_dict().items()}


def digest(arrays: Arrays) -> str:
    """Return a SHA-256 of names and values."""
    found = hashlib.sha256()
    for name, value in sorted(arrays.items()):
        found.update(name.encode())
        found.update(np.ascontiguousarray(value).reshape(-1).data)
    return found.hexdigest()


def summarise_network(name: str, network: Backbone, preprocess: Preprocess) -> Summary:
    """Return the summary of a network, for pictures of the preprocess's size."""
    from catseye.networks.summarising import summarise

    return summarise(network, preprocess.shape, name)


def build_network(name: str, arrays: Arrays, preprocess: Preprocess, head_name: str) -> Backbone:
    """Return the backbone called ``name`` with these weights, in evaluation mode."""
    import torch

    from catseye.networks.registry import backbone

    with torch.device("meta"):
        network = backbone(name, preprocess.shape, len(arrays[f"{head_name}.weight"]))
    with torch.inference_mode(False):  # whoever asks first may be in it, and others want gradients
        tensors = {key: torch.tensor(value) for key, value in arrays.items()}  # copies: the network may change
        network.load_state_dict(tensors, assign=True)
    return network.eval().requires_grad_(True)
