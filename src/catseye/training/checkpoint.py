"""Checkpoints: everything that is needed to resume a training as if it had never stopped, in one safe file."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import safetensors
import safetensors.torch
import torch

from catseye.errors import CatseyeError, first_line
from catseye.networks.weights import separate
from catseye.system.files import write_atomically
from catseye.training.history import Epoch

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn, optim

_FORMAT = "3"
_NUMBERS = ("pictures", "seconds", "best_loss", "stopped")
_AVERAGED = "averaged"  # which checkpoints of earlier versions, which averaged nothing, do not have
Tensors = dict[str, torch.Tensor]


@dataclass
class TrainingState:
    """The state of a training after its last finished epoch.

    Attributes
    ----------
    history : list of Epoch
        The finished epochs.
    pictures : int
        Number of pictures trained on, counted in every epoch.
    seconds : float
        Time spent on them, validation included.
    best_loss : float or None
        The lowest validation loss.
    best : dict
        The weights with that loss; empty if early stopping is off.
    stopped : str
        Why training ended before the last epoch; empty if it did not.
    average : dict
        The average of the weights; empty if there is none.
    averaged : int
        How many times weights were taken into it.
    """

    history: list[Epoch] = field(default_factory=list)
    pictures: int = 0
    seconds: float = 0.0
    best_loss: float | None = None
    best: Tensors = field(default_factory=dict)
    stopped: str = ""
    average: Tensors = field(default_factory=dict)
    averaged: int = 0


def save(path: Path, network: nn.Module, optimizers: list[optim.Optimizer], state: TrainingState) -> None:
    """Write a checkpoint; an earlier one is replaced only once the new one is complete."""
    tensors = {f"network.{name}": value for name, value in network.state_dict().items()}
    tensors |= {f"best.{name}": value for name, value in state.best.items()}
    tensors |= {f"average.{name}": value for name, value in state.average.items()}
    for number, optimizer in enumerate(optimizers):
        for index, values in optimizer.state_dict()["state"].items():
            tensors |= {
                f"optimizer.{number}.{index}.{key}": value for key, value in values.items() if value is not None
            }
    description = {
        "history": [epoch.to_json() for epoch in state.history],
        **{name: getattr(state, name) for name in (*_NUMBERS, _AVERAGED)},
    }
    metadata = {"catseye_checkpoint": _FORMAT, "state": json.dumps(description)}
    on_cpu = separate({name: value.cpu() for name, value in tensors.items()})
    write_atomically(path, safetensors.torch.save(on_cpu, metadata))


def restore(path: Path, network: nn.Module, optimizers: list[optim.Optimizer]) -> TrainingState:
    """Set network and optimizers to the state in ``path`` and return the state of the training.

    Raises
    ------
    CatseyeError
        The file is not a checkpoint of this network and these optimizers.
    """
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118 (no mapping)
        if metadata.get("catseye_checkpoint") != _FORMAT:
            raise ValueError("it was written by another version of Catseye")
        description: dict[str, Any] = json.loads(metadata["state"])
        network.load_state_dict(_part(tensors, "network."))
        for number, optimizer in enumerate(optimizers):
            _restore_optimizer(optimizer, _part(tensors, f"optimizer.{number}."))
        history = [Epoch(**epoch) for epoch in description["history"]]
        numbers = {name: description[name] for name in _NUMBERS}
        average = _part(tensors, "average.")
        if average and _shapes(average) != _shapes(network.state_dict()):
            raise ValueError("its average is of other weights")
        averaged = int(description.get(_AVERAGED, 0))
        best = _part(tensors, "best.")
        return TrainingState(history=history, best=best, average=average, averaged=averaged, **numbers)
    except (OSError, KeyError, TypeError, ValueError, RuntimeError, safetensors.SafetensorError) as error:
        raise CatseyeError(
            f"{path} is not a checkpoint of this training ({first_line(error)}); choose another out."
        ) from error


def _part(tensors: Tensors, prefix: str) -> Tensors:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _shapes(tensors: Tensors) -> dict[str, torch.Size]:
    return {name: value.shape for name, value in tensors.items()}


def _restore_optimizer(optimizer: optim.Optimizer, tensors: Tensors) -> None:
    weights = [weight for group in optimizer.param_groups for weight in group["params"]]
    state: dict[int, Tensors] = {}
    for name, value in tensors.items():
        index, key = name.split(".", 1)
        weight = weights[int(index)]
        # Fused optimizers go through both in the order of memory, so it must be the same.
        fitting = torch.empty_like(weight).copy_(value) if value.shape == weight.shape else value
        state.setdefault(int(index), {})[key] = fitting
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
