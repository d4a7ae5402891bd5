"""The recipe's optimizers, built for a network."""

from __future__ import annotations

from inspect import unwrap
from typing import TYPE_CHECKING, Any, TypeVar

import torch
from torch import nn, optim

from catseye.errors import UsageError
from catseye.networks.backbones.backbone import Backbone
from catseye.training.muon import Muon

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.training.recipe import Recipe

AnyOptimizer = TypeVar("AnyOptimizer", bound=optim.Optimizer)

_RMSPROP_DECAY = 0.9  # Hinton's and Keras' value; PyTorch's own default is 0.99
_ADAGRAD_FIRST_SUM = 0.1  # of squared gradients, before the first: Keras' value; PyTorch's is 0
_EPSILON = 1e-7  # as in Keras
_WRAPPED = ("add_param_group", "zero_grad", "state_dict", "load_state_dict")


def build_optimizers(network: nn.Module, recipe: Recipe) -> list[optim.Optimizer]:
    """Return the recipe's optimizers, which together update all parameters of ``network``.

    Each of their groups has a ``"share"``, the factor by which the scheduled learning rate is multiplied. With
    ``"muon"``, Muon updates the hidden layers' matrices and AdamW everything else: biases, normalisations and the last
    layer.

    Raises
    ------
    UsageError
        The recipe has a ``layer_decay``, and the network has no stages.
    """
    groups, rate, decay = _groups(network, recipe), recipe.learning_rate, recipe.weight_decay
    if recipe.optimizer == "sgd":
        return [_plain(optim.SGD)(groups, rate, recipe.momentum, weight_decay=decay, nesterov=recipe.nesterov)]
    if recipe.optimizer == "adagrad":
        first = _ADAGRAD_FIRST_SUM
        return [_plain(optim.Adagrad)(groups, rate, weight_decay=decay, initial_accumulator_value=first, eps=_EPSILON)]
    if recipe.optimizer == "nadam":
        return [_plain(optim.NAdam)(groups, rate, eps=_EPSILON, weight_decay=decay)]
    if recipe.optimizer == "rmsprop":
        return [_plain(optim.RMSprop)(groups, rate, _RMSPROP_DECAY, _EPSILON, decay, recipe.momentum)]
    if recipe.optimizer == "muon":
        matrices = _matrices(network)
        hidden = _only(groups, lambda weight: id(weight) in matrices)
        groups = _only(groups, lambda weight: id(weight) not in matrices)
        products = torch.bfloat16 if recipe.precision == "bf16" else torch.float32
        muon = [_plain(Muon)(hidden, rate, decay, products)] if hidden else []
    else:
        muon = []
    kind = optim.Adam if recipe.optimizer == "adam" else optim.AdamW
    # Fused: one pass over the weights instead of a dozen.
    return [*muon, _plain(kind)(groups, rate, eps=_EPSILON, weight_decay=decay, fused=True)]


def _plain(kind: type[AnyOptimizer]) -> type[AnyOptimizer]:
    """Return an optimizer's class without the wrappers that PyTorch puts around its methods for its compiler.

    They would import the compiler, which takes longer than training a small network.
    """
    methods = {name: unwrap(getattr(kind, name)) for name in _WRAPPED}
    return type(kind.__name__, (kind,), {**methods, "step": torch.no_grad()(unwrap(kind.step))})


def _groups(network: nn.Module, recipe: Recipe) -> list[dict[str, Any]]:
    if recipe.layer_decay == 1:
        return [{"params": list(network.parameters()), "share": 1.0}]
    if not isinstance(network, Backbone):
        raise UsageError("layer_decay needs a backbone, whose layers form stages; omit it for this network.")
    parts = _by_depth(network)
    return [
        {"params": part, "share": recipe.layer_decay ** (len(parts) - 1 - depth)} for depth, part in enumerate(parts)
    ]


def _only(groups: list[dict[str, Any]], belongs: Callable[[nn.Parameter], bool]) -> list[dict[str, Any]]:
    chosen = [group | {"params": [weight for weight in group["params"] if belongs(weight)]} for group in groups]
    return [group for group in chosen if group["params"]]


def _matrices(network: nn.Module) -> set[int]:
    """Return the identities of the weights that mix all of a hidden layer's inputs into each of its outputs.

    The last layer is not among them: its outputs are classes, each of which learns by itself.
    """
    layers = [
        layer
        for layer in network.modules()
        if isinstance(layer, nn.Linear) or (isinstance(layer, nn.Conv2d) and layer.groups == 1)
    ]
    return {id(layer.weight) for layer in layers[:-1]}


def _by_depth(network: Backbone) -> list[list[nn.Parameter]]:
    """Return the parameters of each stage, of what comes between the last one and the head, and of the head."""
    stages = [
        [weight for layer in layers if isinstance(layer, nn.Module) for weight in layer.parameters()]
        for layers in network.stages().values()
    ]
    head = list(network.head.parameters())
    placed = {id(weight) for part in (*stages, head) for weight in part}
    between = [weight for weight in network.parameters() if id(weight) not in placed]
    return [part for part in (*stages, between, head) if part]
