"""The rule that turns gradients into steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import optim

if TYPE_CHECKING:
    from torch import nn

    from catseye.training.recipe import Recipe

_RMSPROP_MEMORY = 0.9  # Hinton's and Keras' value; PyTorch's own default is 0.99
_EPSILON = 1e-7  # as Keras has it


def optimizer(network: nn.Module, recipe: Recipe) -> optim.Optimizer:
    """Return the recipe's optimiser for all parameters of ``network``."""
    parameters, rate, decay = list(network.parameters()), recipe.learning_rate, recipe.weight_decay
    if recipe.optimizer == "sgd":
        return optim.SGD(parameters, rate, momentum=recipe.momentum, weight_decay=decay)
    if recipe.optimizer == "rmsprop":
        return optim.RMSprop(parameters, rate, _RMSPROP_MEMORY, _EPSILON, decay, recipe.momentum)
    kind = optim.Adam if recipe.optimizer == "adam" else optim.AdamW
    # Fused: one pass over the weights instead of a dozen.
    return kind(parameters, rate, eps=_EPSILON, weight_decay=decay, fused=True)
