"""The layers of a network by name."""

from __future__ import annotations

import re

from torch import nn

from catseye.errors import UsageError
from catseye.networks.backbones.backbone import Backbone
from catseye.networks.definition.activation import ACTIVATION_NAMES
from catseye.networks.definition.modules import ChannelNorm, Parallel
from catseye.networks.functions import is_elementwise
from catseye.networks.tracing import trace

_MOST_NAMED = 8  # layers in an error
_FOLLOWING = (nn.BatchNorm2d, nn.GroupNorm, ChannelNorm, *ACTIVATION_NAMES)


def layer_names(network: nn.Module) -> tuple[str, ...]:
    """Return the names of all layers, in the order in which a picture passes them.

    A backbone's stages come first (``"stem"``, ``"stage1"``, …), then its modules as ``catseye summary`` lists them
    (``"blocks.0.0.conv_dw"``) and the blocks that they form (``"blocks.0"``). The lessons' networks have modules only.
    """
    stages = tuple(network.stages()) if isinstance(network, Backbone) else ()
    return *stages, *(name for name, _ in network.named_modules() if name and name not in stages)


def function_names(network: nn.Module) -> tuple[str, ...]:
    """Return the names, as in a summary, of what functions and methods compute; of a network that can be followed."""
    try:
        nodes = trace(network).graph.nodes
    except Exception:  # whatever a network of one's own does with what is not a tensor
        return ()
    return tuple(node.name for node in nodes if node.op in ("call_function", "call_method"))


def activation_functions(network: nn.Module) -> dict[str, str]:
    """Return the function by layer, such as ``"relu"``, that alone takes the output of a layer that is a module."""
    if type(network) is nn.Sequential or isinstance(network, Backbone):
        return {}
    try:
        nodes = list(trace(network).graph.nodes)
    except Exception:  # as in function_names
        return {}
    following = {
        str(node.target): [user for user in node.users if user.op != "call_module" and is_elementwise(user)]
        for node in nodes
        if node.op == "call_module" and len(node.users) == 1
    }
    return {layer: re.sub(r"_\d+$", "", users[0].name) for layer, users in following.items() if users}


def default_layers(network: nn.Module) -> tuple[str, ...]:
    """Return the layers whose maps are most informative: a backbone's stages, else what follows each convolution.

    That is its activation. A convolution that no activation module follows stands for itself, as in a network of one's
    own that calls ``torch.relu``; so do parallel paths for all that is in them.
    """
    if isinstance(network, Backbone):
        return tuple(network.stages())
    return tuple(chain[-1][0] for chain in _map_layers(network))


def activated_layers(network: nn.Module) -> dict[str, str]:
    """Return the layers whose maps are easiest to read, those behind activations, each with its stage's name.

    They are those of :func:`default_layers` but for stages that end in a convolution alone.
    """
    if isinstance(network, Backbone):
        return {layer: stage for stage, layer in network.activated().items()}
    return {layer: layer for layer in default_layers(network)}


def every_map(network: nn.Module) -> dict[str, str]:
    """Return all layers with maps in the order in which they run, each with its stage's name; of a backbone the stages.

    A convolution is taken with its normalisation and activation; pooling, for one, stands for itself.
    """
    if isinstance(network, Backbone):
        return activated_layers(network)
    found: list[str] = []
    follows = False
    for name, module in _layers_in_order(network):
        if isinstance(module, nn.Flatten | nn.Linear | nn.AdaptiveAvgPool2d | nn.AdaptiveMaxPool2d):
            break  # from here on there is one position, or none
        follows = follows and isinstance(module, _FOLLOWING)
        found = [*found[:-1], name] if follows else [*found, name]
        follows = follows or isinstance(module, nn.Conv2d | Parallel)
    return {layer: layer for layer in found}


def before_activations(network: nn.Module) -> dict[str, str]:
    """Return by layer of :func:`activated_layers` the one before its activation, whose negative values have gradients.

    A layer stands for itself if it does not end in an activation, or if what comes before that is not known.
    """
    activations = tuple(ACTIVATION_NAMES)
    if not isinstance(network, Backbone):
        chains = [[*chain] for chain in _map_layers(network)]
        before = {
            chain[-1][0]: [name for name, module in chain if not isinstance(module, activations)] for chain in chains
        }
    else:
        names: dict[object, str] = {module: name for name, module in network.named_modules()}
        before = {
            stage: [names[module] for module in modules if not isinstance(module, activations)]
            for stage, modules in network.stages().items()
            if isinstance(modules[-1], activations)
        }
    return {layer: (before.get(layer) or [layer])[-1] for layer in activated_layers(network)}


def last_maps(network: nn.Module) -> str:
    """Return the deepest layer that keeps positions: a backbone's last stage, else the last convolution.

    The convolution is taken with its normalisation and activation, but before pooling, which leaves few positions in
    small pictures.

    Raises
    ------
    UsageError
        The network has no convolution.
    """
    names = default_layers(network)
    if not names:
        if type(network) is nn.Sequential or isinstance(network, Backbone):
            raise UsageError("the network has no convolution: none of its layers keeps positions in the picture.")
        named = f"name a layer that keeps positions ({', '.join(layer_names(network)[:_MOST_NAMED])})"
        raise UsageError(
            "no module of the network is a convolution, and what functions compute is not kept: "
            f"{f'{named}, or ' if layer_names(network) else ''}write nn.Conv2d in place of the function."
        )
    return names[-1]


def _map_layers(network: nn.Module) -> list[list[tuple[str, nn.Module]]]:
    """Return each convolution with the normalisation and the activation that follow it at once."""
    found: list[list[tuple[str, nn.Module]]] = []
    follows = False
    for name, module in _layers_in_order(network):
        if isinstance(module, nn.Flatten | nn.Linear):
            break
        if isinstance(module, nn.Conv2d | Parallel):
            found.append([(name, module)])
            follows = True
        elif follows and isinstance(module, _FOLLOWING):
            found[-1].append((name, module))
        else:
            follows = False
    return found


def _layers_in_order(network: nn.Module) -> list[tuple[str, nn.Module]]:
    """Return the layers that have no others in them and run once a picture, in the order in which they run.

    Where that cannot be found out, as a network decides while it runs, it is the order in which they were made, without
    activations, one of which may serve several layers.
    """
    inside = [f"{name}." for name, module in network.named_modules() if isinstance(module, Parallel)]
    layers = {
        name: module
        for name, module in network.named_modules()
        if (isinstance(module, Parallel | nn.Conv2d) or not list(module.children()))
        and not isinstance(module, nn.Sequential | nn.Identity | nn.Dropout)
        and not any(name.startswith(prefix) for prefix in inside)
    }
    if type(network) is nn.Sequential:
        return list(layers.items())
    try:
        calls = [str(node.target) for node in trace(network).graph.nodes if node.op == "call_module"]
    except Exception:  # whatever a network of one's own does with what is not a tensor
        return [(name, module) for name, module in layers.items() if not isinstance(module, tuple(ACTIVATION_NAMES))]
    return [(name, layers[name]) for name in calls if name in layers and calls.count(name) == 1]
