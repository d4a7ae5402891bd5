"""A probe: the way to look inside a network without changing it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import nn

from catseye.errors import UsageError, unknown
from catseye.networks.backbones.backbone import LOGITS, Backbone
from catseye.networks.layers import function_names, layer_names
from catseye.networks.structure import copy_structure, tensors_in

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


class Probe:
    """A private copy of a network's structure that shares the weights, in evaluation mode.

    Hooks are set on the copy, so that the network itself stays as it is, and other threads can use it, or probes of
    their own, at the same time. A probe is made for each call, in milliseconds; no two threads use the same one.

    Attributes
    ----------
    network : torch.nn.Module
        The copy. Its weights need no gradients; what is written into them is written into the network's.
    """

    def __init__(self, network: nn.Module) -> None:
        self.network = copy_structure(network).eval()

    def logits(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return the logits (B, K) of preprocessed pictures (B, C, H, W)."""
        logits: torch.Tensor = self.network(pictures)
        return logits

    def layer_outputs(self, pictures: torch.Tensor, names: Iterable[str]) -> dict[str, torch.Tensor]:
        """Return the outputs of layers for preprocessed pictures (B, C, H, W), by name, computed in one pass.

        Of a layer that runs several times (one relu that serves a whole block), it is the output of the last run.
        Gradients flow through the outputs where they are enabled.

        Parameters
        ----------
        pictures
        names
            As in :func:`~catseye.networks.layers.layer_names`; ``"logits"`` is what the network returns.

        Raises
        ------
        UsageError
            There is no such layer, or the network does not run it.
        """
        names = list(names)
        modules = self._modules(names)
        recorded: dict[str, list[torch.Tensor]] = {name: [] for name in modules}
        handles = [module.register_forward_hook(partial(_record, recorded[name])) for name, module in modules.items()]
        try:
            outputs = self._named_outputs(pictures)
        finally:
            for handle in handles:
                handle.remove()
        for name, results in recorded.items():
            if not results:
                raise UsageError(f"layer {name} does not run for such a picture.")
            outputs[name] = results[-1]
        return {name: outputs[name] for name in names}

    def _modules(self, names: Iterable[str]) -> dict[str, nn.Module]:
        """Return the modules among the layers of these names, by name: all but stages and logits."""
        stages = tuple(self.network.stages()) if isinstance(self.network, Backbone) else ()
        known = layer_names(self.network)
        modules = {}
        for name in names:
            if name not in (*known, LOGITS):
                raise _unknown_layer(self.network, name)
            if name not in (*stages, LOGITS):
                modules[name] = self.network.get_submodule(name)
        return modules

    def _named_outputs(self, pictures: torch.Tensor) -> dict[str, torch.Tensor]:
        if isinstance(self.network, Backbone):
            return self.network.outputs(pictures)
        return {LOGITS: self.logits(pictures)}


def _unknown_layer(network: nn.Module, name: str) -> UsageError:
    known = layer_names(network)
    if name in function_names(network):
        return UsageError(
            f"layer {name} is a function, whose output is not kept: write a module in its place, such as "
            "nn.MaxPool2d(2) for max_pool2d."
        )
    return (
        unknown("layer", name, known) if known else UsageError(f"unknown layer {name!r}: the network has no modules.")
    )


def _record(results: list[torch.Tensor], layer: nn.Module, received: object, returned: Any) -> Any:
    del layer, received
    if isinstance(returned, torch.Tensor):
        results.append(returned)
        return returned.clone()  # which an operation in place may change, unlike what was recorded
    results.append(next(tensors_in(returned)))  # of a recurrent layer, its outputs without its state
    return returned
