"""A probe: the way to look inside a network without changing it."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

import torch
from torch import nn

from catseye.errors import UsageError, unknown
from catseye.networks.backbones.backbone import LOGITS, Backbone
from catseye.networks.channel_axes import find_channel_axes
from catseye.networks.channels_last import lie_last
from catseye.networks.layers import function_names, layer_names
from catseye.networks.nodes import Recorder, find_nodes, name_nodes, split_run
from catseye.networks.structure import copy_structure, tensors_in
from catseye.networks.tracing import trace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from torch import fx


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
        self._passes: bool | None = None  # whether a gradient passes it, once that is known

    def logits(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return the logits (B, K) of preprocessed pictures (B, C, H, W)."""
        logits: torch.Tensor = self.network(pictures)
        return logits

    def layer_outputs(self, pictures: torch.Tensor, names: Iterable[str]) -> dict[str, torch.Tensor]:
        """Return the outputs of layers for preprocessed pictures (B, C, H, W), by name, computed in one pass.

        Of a layer that runs several times (one relu that serves a whole block), it is the output of the last run;
        ``"relu@1"`` is that of the first. A network that can be followed has the outputs of its functions, too.
        Gradients flow through the outputs where they are enabled.

        Parameters
        ----------
        pictures
        names
            As in :func:`~catseye.networks.layers.layer_names`, with ``"@2"`` for the second run, or as in
            :func:`~catseye.networks.layers.function_names`; ``"logits"`` is what the network returns.

        Raises
        ------
        UsageError
            There is no such layer, or the network does not run it.
        """
        names = list(names)
        if any(self._is_function(name) for name in names):
            return self._from_graph(pictures, names)
        modules = self._modules(names)
        recorded: dict[str, list[torch.Tensor]] = {name: [] for name in modules}
        handles = [module.register_forward_hook(partial(_record, recorded[name])) for name, module in modules.items()]
        try:
            outputs = self._named_outputs(pictures)
        finally:
            for handle in handles:
                handle.remove()
        for name, results in recorded.items():
            outputs[name] = _choose_run(name, results)
        return {name: outputs[name] for name in names}

    def with_channels_first(self, name: str, values: torch.Tensor) -> torch.Tensor:
        """Return a layer's output as (B, C, H, W) if it has height and width, else as it is."""
        if values.dim() != 4:
            return values
        axis = self._channel_axes.get(name) if self._channel_axes else None
        last = lie_last(self.network, split_run(name)[0], values) if axis is None else axis == values.dim() - 1
        if not last and axis in (None, 1):
            return values
        return values.movedim(values.dim() - 1 if axis is None else axis, 1)

    @cached_property
    def _graph(self) -> fx.GraphModule | None:
        """The network's graph; ``None`` of a network that cannot be followed, and of backbones, which have stages."""
        if isinstance(self.network, Backbone):
            return None
        try:
            return trace(self.network)
        except Exception:  # whatever a network of one's own does with what is not a tensor
            return None

    @cached_property
    def _functions(self) -> frozenset[str]:
        names = name_nodes(self._graph) if self._graph else {}
        return frozenset(name for node, name in names.items() if node.op != "call_module")

    @cached_property
    def _channel_axes(self) -> dict[str, int | None]:
        if self._graph is None:
            return {}
        axes = find_channel_axes(self._graph)
        return {name: axes[node] for name, node in find_nodes(self._graph).items()}

    def _is_function(self, name: str) -> bool:
        """Say whether a name stands for what a function computes, not for a module."""
        return name != LOGITS and name in self._functions

    def _from_graph(self, pictures: torch.Tensor, names: list[str]) -> dict[str, torch.Tensor]:
        assert self._graph is not None
        nodes = find_nodes(self._graph)
        for name in names:
            if name != LOGITS and name not in nodes:
                raise self._unknown_layer(name)
        recorder = Recorder(self._graph, (nodes[name] for name in names if name != LOGITS))
        with torch.set_grad_enabled(torch.is_grad_enabled() and self._hands_on_gradients(pictures)):
            logits = recorder.run(pictures)
        outputs = {name: logits if name == LOGITS else recorder.results[nodes[name]] for name in names}
        for name, values in outputs.items():
            tensors = tuple(tensors_in(values))
            if not tensors:
                raise UsageError(f"{name} computes no tensor, and therefore has no output to show.")
            outputs[name] = tensors[0]
        return outputs

    def _hands_on_gradients(self, pictures: torch.Tensor) -> bool:
        """Say whether a gradient passes the network, as its graph does not have a ``torch.no_grad()`` in its code."""
        if not pictures.requires_grad:
            return True
        if self._passes is None:
            self._passes = self.logits(pictures.detach()[:1].requires_grad_()).requires_grad
        return self._passes

    def _modules(self, names: Iterable[str]) -> dict[str, nn.Module]:
        """Return the modules among the layers of these names, by name: all but stages and logits."""
        stages = tuple(self.network.stages()) if isinstance(self.network, Backbone) else ()
        known = layer_names(self.network)
        modules = {}
        for name in names:
            module, _ = (name, None) if name in known else split_run(name)
            if module not in (*known, LOGITS):
                raise self._unknown_layer(name)
            if module not in (*stages, LOGITS):
                modules[name] = self.network.get_submodule(module)
        return modules

    def _named_outputs(self, pictures: torch.Tensor) -> dict[str, torch.Tensor]:
        if isinstance(self.network, Backbone):
            return self.network.outputs(pictures)
        return {LOGITS: self.logits(pictures)}

    def _unknown_layer(self, name: str) -> UsageError:
        known = layer_names(self.network)
        functions = function_names(self.network)
        if name in functions:
            return UsageError(f"layer {name} is a function, whose output in a backbone is not kept: name a module.")
        every = (*known, *functions)
        if every:
            return unknown("layer", name, every)
        return UsageError(f"unknown layer {name!r}: the network has no modules, and its functions cannot be followed.")


def _choose_run(name: str, results: list[torch.Tensor]) -> torch.Tensor:
    """Return what a layer returned in the run that the name asks for, or else the last."""
    layer, run = split_run(name)
    if not results:
        raise UsageError(f"layer {layer} does not run for such a picture.")
    if run is None:
        return results[-1]
    if run > len(results):
        raise UsageError(f"layer {layer} runs {len(results)} times for a picture; got {name}.")
    return results[run - 1]


def _record(results: list[torch.Tensor], layer: nn.Module, received: object, returned: Any) -> Any:
    del layer, received
    if isinstance(returned, torch.Tensor):
        results.append(returned)
        return returned.clone()  # which an operation in place may change, unlike what was recorded
    results.append(next(tensors_in(returned)))  # of a recurrent layer, its outputs without its state
    return returned
