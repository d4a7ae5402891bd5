"""Networks made in Python: a module of PyTorch's, or a function that makes one."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn.parameter import UninitializedBuffer, is_lazy

from catseye.arguments import received
from catseye.errors import UsageError, first_line
from catseye.networks.definition.from_modules import define_modules
from catseye.networks.memory_layout import keep_layout
from catseye.networks.names import custom_name, custom_title
from catseye.networks.structure import detached_attributes, in_evaluation_mode
from catseye.networks.weights import STORED_TYPES

Shape = tuple[int, int, int]
CustomNetwork = nn.Module | Callable[[Shape, int], nn.Module]

_USUAL_CLASSES = 10
_PROBES = 2  # pictures of noise that a network is tried with
_SUMS_TO_ONE = 1e-3
_ALIKE = 1e-3  # logits that differ by no more than rounding
_BY_BATCH = "Keep track_running_stats of batch normalisation, and give attention batch_first=True."
_NO_NAME = "<lambda>"  # what Python calls a function without a name
_OTHER_TYPE = r"same dtype|scalar type|\b([Dd]ouble|[Hh]alf|BFloat16|Float64|Float16)\b"  # in PyTorch's errors


@dataclass(frozen=True)
class MadeNetwork:
    """A network that somebody wrote in Python, made for pictures of one shape.

    Attributes
    ----------
    name : str
        The text that says the same, where one can; else ``"python:"`` and the name of the class.
    module : torch.nn.Module
        A private copy in single precision, in evaluation mode.
    """

    name: str
    module: nn.Module


def make_network(network: CustomNetwork, shape: Shape, classes: int, seed: int = 0) -> MadeNetwork:
    """Return a network that somebody wrote in Python, made for pictures of ``shape`` (H, W, C), and its name.

    Nothing is changed in what is given: a module is copied, with the weights that it has. A function draws the weights
    of new layers from ``seed``.

    Raises
    ------
    UsageError
        It is neither a module nor a function that makes one; it cannot be copied or saved; it does not turn such
        pictures into logits, one for each class.
    """
    module = make_module(network, shape, classes, seed)
    if not any(weight.requires_grad for weight in module.parameters()):
        raise UsageError("the network has no weights that could learn: all are frozen, or there are none.")
    _check_step(module, shape, classes)
    defined = define_modules(module, shape, classes)
    if defined:
        return MadeNetwork(str(defined[0]), defined[1].eval())
    return MadeNetwork(custom_name(type(module).__name__), module)


def make_module(
    network: CustomNetwork, shape: Shape, classes: int, seed: int = 0, *, must_classify: bool = True
) -> nn.Module:
    """Return a checked copy of a module, or of what a function makes, in evaluation mode; see :func:`make_network`.

    Unless it ``must_classify``, it may return anything.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        made = _unwrapped(_made(network, shape, classes))
        module = _copied(made, is_made=not isinstance(network, nn.Module)).float().cpu().eval()
        keep_layout(module)
        output = _run(module, shape)
    _check_sizes_known(module)
    if must_classify:
        _check_logits(output, classes)
        _check_alone(module, shape)
    for name, value in module.state_dict().items():
        if not isinstance(value, torch.Tensor) or value.dtype not in STORED_TYPES:
            kind = str(value.dtype).removeprefix("torch.") if isinstance(value, torch.Tensor) else received(value)
            raise UsageError(f"the network's state {name} is {kind}, which a classifier's file cannot hold.")
    return module


def why_refused(module: nn.Module, shape: Shape, classes: int | None = None) -> str | None:
    """Return why :func:`make_network` refuses a module that :func:`make_module` made; ``None`` if it does not.

    Unless ``classes`` is given, there are as many as the module returns numbers for a picture.
    """
    output = _run(module, shape)
    values = output.shape[-1] if isinstance(output, torch.Tensor) and output.dim() == 2 else _USUAL_CLASSES
    try:
        make_network(module, shape, classes or values)
    except UsageError as error:
        return str(error)
    return None


def compute_check(network: nn.Module, shape: Shape, other: torch.Tensor | None = None) -> list[float]:
    """Return the logits for one picture of noise, by which it can be told whether a network is still the same.

    They are computed alone, or beside the ``other`` pictures (N, C, H, W).
    """
    height, width, channels = shape
    noise = torch.rand(1, channels, height, width, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        batch = noise if other is None else torch.cat((noise, other))
        logits: list[float] = in_evaluation_mode(network)(batch)[0].tolist()
    return logits


def class_name(module: nn.Module) -> str:
    """Return the name of a module's class, as far as it can be stored."""
    return custom_title(custom_name(type(module).__name__))


def made_name(network: CustomNetwork) -> str:
    """Return what to call a network before it is made: its class, or the function that makes it."""
    if isinstance(network, nn.Module):
        return class_name(network)
    name: str = getattr(network, "__name__", _NO_NAME)
    return "network" if name == _NO_NAME else name


def _made(network: object, shape: Shape, classes: int) -> nn.Module:
    if isinstance(network, nn.Module):
        return network
    if not callable(network):
        raise UsageError(
            "network must be a name, layers as text, a torch.nn.Module, or a function (shape, classes) that returns "
            f"one; got {received(network)}."
        )
    try:
        made = network(shape, classes)
    except Exception as error:
        if isinstance(network, type):
            raise UsageError(
                f"network must be a module, not its class: write network={network.__name__}(…)."
            ) from error
        raise UsageError(
            f"the function for the network fails for shape {shape} and {classes} classes: {_reason(error)}."
        ) from error
    if not isinstance(made, nn.Module):
        raise UsageError(f"the function for the network must return a torch.nn.Module; got {received(made)}.")
    return made


def _unwrapped(module: nn.Module) -> nn.Module:
    """Return the module inside what PyTorch wraps around one, for several GPUs or to compile it."""
    if isinstance(module, nn.DataParallel):
        return _unwrapped(module.module)
    inner = getattr(module, "_orig_mod", None)
    return _unwrapped(inner) if isinstance(inner, nn.Module) else module


def _copied(module: nn.Module, *, is_made: bool = False) -> nn.Module:
    """Return a copy; what a function made needs one too, as the function may return the same each time."""
    if isinstance(module, torch.jit.ScriptModule):
        raise UsageError("network is compiled to TorchScript; give the module that it was made from.")
    try:
        memo: dict[int, Any] = dict(detached_attributes(module))
        # Of lazy layers without a size yet, PyTorch copies the weights, but not the statistics of normalisation.
        memo |= {id(one): _unsized(one) for one in module.buffers() if isinstance(one, UninitializedBuffer)}
        return copy.deepcopy(module, memo)
    except Exception as error:
        advice = (
            "keep in the module only layers, tensors and plain values"
            if is_made
            else "give a function (shape, classes) that makes it"
        )
        raise UsageError(f"the network cannot be copied ({_reason(error)}); {advice}.") from error


def _unsized(buffer: UninitializedBuffer) -> UninitializedBuffer:
    return UninitializedBuffer(device=buffer.device, dtype=buffer.dtype)  # type: ignore[call-arg]


def _run(module: nn.Module, shape: Shape) -> object:
    height, width, channels = shape
    try:
        with torch.no_grad():
            return module(torch.rand(_PROBES, channels, height, width))
    except Exception as error:
        sizes = f"pictures of {height}×{width} pixels, a batch (B, {channels}, {height}, {width})"
        raise UsageError(f"the network fails for {sizes}: {_reason(error)}.{_advice(error)}") from error


def _check_sizes_known(module: nn.Module) -> None:
    """Raise `UsageError` for a lazy layer that has no size behind a batch of pictures."""
    for name, value in (*module.named_parameters(), *module.named_buffers()):
        if is_lazy(value):
            layer = name.rpartition(".")[0]
            raise UsageError(
                f"the network's lazy layer {layer} has no size, as no picture passes it; give it its size, or leave it "
                "out."
            )


def _check_step(module: nn.Module, shape: Shape, classes: int) -> None:
    """Raise `UsageError` unless a copy of the module can do a training step."""
    height, width, channels = shape
    trial = _copied(module).train()
    try:
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            output = trial(torch.rand(_PROBES, channels, height, width))
            if isinstance(output, torch.Tensor):
                output.sum().backward()  # type: ignore[no-untyped-call]
    except Exception as error:
        raise UsageError(
            f"the network fails in training mode, in which it is trained: {_reason(error)}.{_advice(error)}"
        ) from error
    if not isinstance(output, torch.Tensor) or tuple(output.shape) != (_PROBES, classes):
        got = tuple(output.shape) if isinstance(output, torch.Tensor) else received(output)
        raise UsageError(
            f"the network must return logits (B, {classes}) in training mode too; for {_PROBES} pictures it returns "
            f"{got}."
        )


def _check_alone(module: nn.Module, shape: Shape) -> None:
    """Raise `UsageError` unless a picture has the same logits each time, alone and beside others."""
    try:
        alone, again = compute_check(module, shape), compute_check(module, shape)
    except Exception as error:
        raise UsageError(f"the network fails for a batch of one picture: {_reason(error)}. {_BY_BATCH}") from error
    if alone != again:
        raise UsageError(
            "the network returns other logits for the same picture each time, in evaluation mode too: let it draw "
            "random numbers only while self.training."
        )
    besides = torch.tensor([compute_check(module, shape, other) for other in _others(shape)])
    if not torch.allclose(torch.tensor(alone).expand_as(besides), besides, rtol=_ALIKE, atol=_ALIKE):
        raise UsageError(f"the network's logits for a picture depend on the others in its batch. {_BY_BATCH}")


def _others(shape: Shape) -> Iterator[torch.Tensor]:
    """Yield what a picture can stand beside: one of noise, one as far above and as far below the mean, or several."""
    height, width, channels = shape
    noise = torch.rand(6, channels, height, width, generator=torch.Generator().manual_seed(1))
    yield from (noise[:1], torch.full_like(noise[:1], 2.0), torch.full_like(noise[:1], -2.0), noise - 0.5)


def _check_logits(output: object, classes: int) -> None:
    """Raise `UsageError` unless the output is logits (B, classes)."""
    if not isinstance(output, torch.Tensor):
        raise UsageError(f"the network must return one tensor, the logits (B, {classes}); got {received(output)}.")
    if output.layout != torch.strided or output.is_meta or output.is_quantized:
        raise UsageError(f"the network must return one dense tensor, the logits (B, {classes}), with values.")
    if tuple(output.shape) != (_PROBES, classes):
        raise UsageError(
            f"the network must return logits (B, {classes}), one for each class; for {_PROBES} pictures it returns "
            f"{tuple(output.shape)}."
        )
    if not output.is_floating_point() or not output.isfinite().all():
        raise UsageError("the network must return finite floats, the logits; for pictures of noise it does not.")
    if (output >= 0).all() and (output.sum(1) - 1).abs().max() < _SUMS_TO_ONE:
        raise UsageError(
            "the network must return logits, but its outputs are probabilities, as behind softmax. Leave softmax out: "
            "Catseye applies it."
        )


def _reason(error: Exception) -> str:
    return re.sub(r" at 0x[0-9a-f]+", "", first_line(error)).rstrip(".")


def _advice(error: Exception) -> str:
    """Return what to do about an error of PyTorch's that is one of two types of numbers."""
    if not (isinstance(error, RuntimeError) and re.search(_OTHER_TYPE, str(error))):
        return ""
    return " Catseye computes in float32, and casts the weights: leave the casts out of forward."
