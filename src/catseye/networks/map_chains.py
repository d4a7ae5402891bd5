"""The layers of a network that have maps, each with what follows it value by value: a chain for each convolution."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from torch import nn

from catseye.networks.definition.activation_modules import ACTIVATION_NAMES
from catseye.networks.elementwise import ELEMENTWISE, NORMALISATIONS
from catseye.networks.recording import record_steps
from catseye.networks.walk import Step, Walk

if TYPE_CHECKING:
    from collections.abc import Sequence

_CONVOLUTIONS = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)  # dense layers, too, if they work at each position
_ACTIVATIONS = (*ACTIVATION_NAMES, nn.PReLU)
_GLOBAL = (nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d)
_PATHS = "Parallel"  # the module of parallel paths in a text, which stand for one layer


@dataclass(frozen=True)
class Chain:
    """A layer with maps, and what follows it at once: normalisation, the sum of a residual block, an activation.

    Attributes
    ----------
    steps : tuple of Step
    convolves : bool
        Whether it begins with a convolution, or is of parallel paths.
    functions : frozenset of str
        Names of its steps that are no modules.
    """

    steps: tuple[Step, ...]
    convolves: bool
    functions: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The name of its output: of its last step, or of the block that ends in it where that is a function or sum."""
        last = self.steps[-1]
        ends_block = any(isinstance(step.layer, str) for step in self.steps) or last.name in self.functions
        return last.block if ends_block and last.block else last.name

    @property
    def before_activation(self) -> str:
        """The name of what its activation takes; of its output if it has none."""
        if not _is_activation(self.steps[-1]):
            return self.name
        return next((step.name for step in reversed(self.steps) if not _is_activation(step)), self.name)


def find_chains(network: nn.Module, shape: tuple[int, int, int]) -> list[Chain]:
    """Return the chains of layers with maps of pictures of ``shape`` (H, W, C), in the order in which they end.

    What is behind global pooling has one position, and therefore no maps. Of a network that cannot be followed, layers
    that run one after the other are taken as connected.
    """
    steps = _steps(network, shape)
    modules = {name for name, _ in network.named_modules()}
    functions = frozenset(step.name for step in steps if step.name.partition("@")[0] not in modules)
    ends: dict[int, Chain] = {}
    inside: set[int] = set()
    with_maps = _with_maps(steps)
    for number in with_maps:
        if number in inside:
            continue
        step = steps[number - 1]
        convolves = isinstance(step.layer, _CONVOLUTIONS) or _is_paths(step)
        if not convolves and type(step.layer) in (nn.Identity, nn.Dropout, nn.Dropout2d):
            continue
        chain = _followed(steps, number) if convolves or type(step.layer) in NORMALISATIONS else [number]
        inside.update(chain)
        known = ends.get(chain[-1])
        if known is None or (convolves and not known.convolves) or len(chain) > len(known.steps):
            ends[chain[-1]] = Chain(tuple(steps[each - 1] for each in chain), convolves, functions)
    return [ends[number] for number in sorted(ends)]


def activation_inputs(network: nn.Module, shape: tuple[int, int, int]) -> dict[str, str]:
    """Return by layer that is an activation the name of what it takes; of one that runs several times, by each run.

    Its name alone stands for the last run. What follows another activation takes what that one does.
    """
    steps = _steps(network, shape)
    found = {}
    for step in steps:
        source = step
        while _is_activation(source) and source.sources and source.sources[0]:
            source = steps[source.sources[0] - 1]
        if _is_activation(step) and not _is_activation(source):
            found[step.name] = found[step.name.partition("@")[0]] = source.name
    return found


def _steps(network: nn.Module, shape: tuple[int, int, int]) -> list[Step]:
    try:
        return list(Walk(network).steps(shape))
    except Exception:  # whatever a network of one's own does with what is not a real tensor
        return [replace(step, sources=(number,)) for number, step in enumerate(record_steps(network, shape))]


def _with_maps(steps: Sequence[Step]) -> list[int]:
    """Return the numbers, from 1, of the steps with maps, without those inside of parallel paths."""
    pooled = {0: False}  # whether only one position is left
    for number, step in enumerate(steps, 1):
        behind = any(pooled[source] for source in step.sources or ())
        one = step.output[1:] == (1, 1) if len(step.output) == 3 else False
        pooled[number] = one and (behind or isinstance(step.layer, _GLOBAL))
    return [
        number
        for number, step in enumerate(steps, 1)
        if len(step.output) == 3 and not pooled[number] and (_is_paths(step) or not _is_in_paths(step))
    ]


def _followed(steps: Sequence[Step], first: int) -> list[int]:
    """Return a step's number and those of what follows it at once.

    That is normalisation and activations, and a sum or product that goes on with it before these; behind a sum only the
    activation, as a normalisation there belongs to the next block.
    """
    chain, last = [first], first
    is_summed = is_activated = False
    while True:
        users = [number for number, step in enumerate(steps, 1) if last in (step.sources or ())]
        following = next((number for number in users if type(steps[number - 1].layer) in ELEMENTWISE), None)
        if following is None and not is_summed and not is_activated:
            following = next((number for number in users if _continues(steps, first, number, len(users))), None)
        if following is None or ((is_summed or is_activated) and len(users) > 1):
            return chain
        last, layer = following, steps[following - 1].layer
        if is_summed and (is_activated or type(layer) in NORMALISATIONS):
            return chain
        is_activated = is_activated or isinstance(layer, _ACTIVATIONS)
        is_summed = is_summed or layer == "sum"
        if isinstance(layer, (str, *_ACTIVATIONS)) or type(layer) in NORMALISATIONS:
            chain.append(following)


def _continues(steps: Sequence[Step], first: int, join: int, users: int) -> bool:
    """Say whether a join goes on with a chain: what other steps take, too, is only a shortcut of a sum."""
    layer = steps[join - 1].layer
    same_size = sorted(steps[first - 1].output) == sorted(steps[join - 1].output)
    return same_size and (layer == "product" or (layer == "sum" and users == 1))


def _is_activation(step: Step) -> bool:
    return isinstance(step.layer, _ACTIVATIONS)


def _is_paths(step: Step) -> bool:
    return step.layer == "concatenation" and bool(step.inside) and step.inside[-1] == (step.name, _PATHS)


def _is_in_paths(step: Step) -> bool:
    return any(kind == _PATHS for _, kind in step.inside)
