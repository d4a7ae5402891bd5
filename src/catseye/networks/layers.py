"""The layers of a network by name."""

from __future__ import annotations

import re

from torch import nn

from catseye.errors import UsageError
from catseye.networks.backbones.backbone import Backbone
from catseye.networks.definition.activation_modules import ACTIVATION_NAMES
from catseye.networks.functions import is_elementwise
from catseye.networks.map_chains import activation_inputs, find_chains
from catseye.networks.nodes import name_nodes
from catseye.networks.tracing import trace

Shape = tuple[int, int, int]

_MOST_NAMED = 8  # layers in an error


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
        names = name_nodes(trace(network))
    except Exception:  # whatever a network of one's own does with what is not a tensor
        return ()
    return tuple(name for node, name in names.items() if node.op != "call_module")


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


def default_layers(network: nn.Module, shape: Shape) -> tuple[str, ...]:
    """Return the layers whose maps are most informative: a backbone's stages, else what follows each convolution.

    That is its activation, or that of the residual block which ends with it, be it a module or a function. Parallel
    paths of a text stand for all that is in them. Pictures have ``shape`` (H, W, C).
    """
    if isinstance(network, Backbone):
        return tuple(network.stages())
    return tuple(chain.name for chain in find_chains(network, shape) if chain.convolves)


def activated_layers(network: nn.Module, shape: Shape) -> dict[str, str]:
    """Return the layers whose maps are easiest to read, those behind activations, each with its stage's name.

    They are those of :func:`default_layers` but for stages that end in a convolution alone.
    """
    if isinstance(network, Backbone):
        return {layer: stage for stage, layer in network.activated().items()}
    return {layer: layer for layer in default_layers(network, shape)}


def every_map(network: nn.Module, shape: Shape) -> dict[str, str]:
    """Return all layers with maps in the order in which they run, each with its stage's name; of a backbone the stages.

    A convolution is taken with its normalisation and activation; pooling and joined paths, for instance, stand for
    themselves.
    """
    if isinstance(network, Backbone):
        return activated_layers(network, shape)
    return {chain.name: chain.name for chain in find_chains(network, shape)}


def before_activations(network: nn.Module, shape: Shape) -> dict[str, str]:
    """Return by layer the one before its activation, whose negative values have gradients.

    Of every activation, and of every layer of :func:`activated_layers`, which stands for itself if it does not end in
    an activation, or if what comes before that is not known.
    """
    found = activation_inputs(network, shape)
    found |= {chain.name: chain.before_activation for chain in find_chains(network, shape) if chain.convolves}
    if not isinstance(network, Backbone):
        return found
    activations = tuple(ACTIVATION_NAMES)
    names: dict[object, str] = {module: name for name, module in network.named_modules()}
    before = {
        stage: [names[module] for module in modules if not isinstance(module, activations)]
        for stage, modules in network.stages().items()
        if isinstance(modules[-1], activations)
    }
    stages = {layer: (before.get(layer) or [found.get(layer, layer)])[-1] for layer in activated_layers(network, shape)}
    return found | stages


def last_maps(network: nn.Module, shape: Shape) -> str:
    """Return the deepest layer that keeps positions: a backbone's last stage, else the last convolution.

    The convolution is taken with its normalisation and activation, but before pooling, which leaves few positions in
    small pictures.

    Raises
    ------
    UsageError
        The network has no convolution.
    """
    names = default_layers(network, shape)
    if not names:
        if type(network) is nn.Sequential or isinstance(network, Backbone):
            raise UsageError("the network has no convolution: none of its layers keeps positions in the picture.")
        known = ", ".join((*layer_names(network), *function_names(network))[:_MOST_NAMED])
        raise UsageError(
            "no module of the network is a convolution: "
            f"{f'name a layer that keeps positions ({known}), or ' if known else ''}"
            "write nn.Conv2d in place of a function."
        )
    return names[-1]
