"""Whether a map depends on what the network has learned: its weights are made random, layer by layer."""

from __future__ import annotations

import copy
import statistics
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from catseye.insight.explanation.attribution import is_constant
from catseye.insight.explanation.methods import Effort, compute_attribution
from catseye.networks.initialisation import initialise
from catseye.short_repr import ShortRepr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from catseye.arrays import Floats
    from catseye.insight.explanation.class_score import ClassScore

DRAWS = 3  # of random weights
_MOST_DEPTHS = 6  # that maps are made at
_ALIKE = 0.5  # rank correlation from which a map counts as the same
_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)
_DRAWING = (torch.Tensor.uniform_, torch.Tensor.normal_)  # what reset_parameters fills weights with
_QUICK = Effort(gradients=0, overlap=1, copies=8)


@dataclass(frozen=True, eq=False, repr=False)
class Depth(ShortRepr):
    """The map when the weights from the network's head down to one layer are random.

    Attributes
    ----------
    layer : str
        The last one made random, with all that come after it.
    similarities : tuple of float
        Spearman's rank correlation with the map of the trained network, -1 to 1, for each draw of weights.
    map : float32 (H, W)
        The map of the first draw of random weights.
    """

    layer: str
    similarities: tuple[float, ...]
    map: Floats

    @property
    def similarity(self) -> float:
        """The mean over the draws."""
        return statistics.fmean(self.similarities)

    def to_json(self) -> dict[str, Any]:
        """Return layer and similarities as JSON values."""
        return {"layer": self.layer, "similarity": self.similarity, "draws": list(self.similarities)}


@dataclass(frozen=True, eq=False, repr=False)
class Sanity(ShortRepr):
    """The result of cascading weight randomisation (Adebayo et al. 2018, arXiv:1810.03292).

    Attributes
    ----------
    map : float32 (H, W)
        The map of the network as it is.
    depths : tuple of Depth
        Results by depth, from the head alone to the whole network.
    """

    map: Floats
    depths: tuple[Depth, ...]

    @property
    def passed(self) -> bool:
        """Whether the map of a wholly random network differs: its rank correlation is below 0.5."""
        return not self.empty and self.depths[-1].similarity < _ALIKE

    @property
    def empty(self) -> bool:
        """Whether the map is constant, so that there is nothing to compare."""
        return is_constant(self.map)

    @property
    def verdict(self) -> str:
        """The result in words."""
        if self.empty:
            return "not possible: the map is the same everywhere"
        last = f"{self.depths[-1].similarity:.2f}"
        if self.passed:
            return f"passed: the map changes with the weights (similarity {last} when all are random)"
        return f"failed: with random weights the map is much the same (similarity {last}): it shows the picture"

    def to_json(self) -> dict[str, Any]:
        """Return the similarities and the verdict as JSON values."""
        depths = [depth.to_json() for depth in self.depths]
        return {"passed": self.passed, "verdict": self.verdict, "depths": depths}


def check_sanity(
    method: str,
    class_score: ClassScore,
    *,
    layer: str | None,
    seed: int,
    advance: Callable[[int], None] = lambda _: None,
) -> Sanity:
    """Make the weights random from the head down, and compare the maps with the original one.

    The weights of a copy are changed, not the network's own. All maps, the original one included, are computed with
    less effort than those that are shown.

    Parameters
    ----------
    method, class_score, layer
        As for :func:`catseye.insight.explanation.attribution.compute_attribution`.
    seed
        Random seed of the weights.
    advance
        Called with 1 after every map.
    """

    def made(network: nn.Module) -> Floats:
        advance(1)
        return compute_attribution(method, class_score.of(network), layer=layer, effort=_QUICK, seed=seed).map

    original = made(class_score.probe.network)
    draws = []
    for draw in range(DRAWS):
        network = copy.deepcopy(class_score.probe.network)
        maps = {}
        for number, names in enumerate(depths(network)):
            _randomise(network, names, seed + 1000 * draw + number)
            maps[names[-1]] = made(network)
        draws.append(maps)
    found = (
        Depth(name, tuple(similarity(original, maps[name]) for maps in draws), draws[0][name]) for name in draws[0]
    )
    return Sanity(original, tuple(found))


def maps_made(network: nn.Module) -> int:
    """Return how many maps :func:`check_sanity` computes."""
    return 1 + DRAWS * len(depths(network))


def depths(network: nn.Module) -> list[list[str]]:
    """Return the layers with weights from the head down, in at most six groups; the head is a group of its own."""
    units: list[list[str]] = []
    for name in _parts(network, ""):
        layer = network.get_submodule(name)
        if units and isinstance(layer, _NORMS):
            units[-1].insert(0, name)  # it belongs to the layer before it, whose name the group has
        elif any(True for _ in layer.parameters()):
            units.append([name])
    head, *others = reversed(units)
    count = min(len(others), _MOST_DEPTHS - 1)
    cuts = [round(number * len(others) / count) for number in range(count + 1)] if count else [0]
    return [head, *(list(chain.from_iterable(others[first:last])) for first, last in pairwise(cuts))]


def similarity(one: Floats, other: Floats) -> float:
    """Return Spearman's rank correlation of two maps, -1 to 1; 0 where one of them is constant."""
    from scipy.stats import rankdata

    if is_constant(one) or is_constant(other):
        return 0.0
    return float(np.corrcoef(rankdata(one), rankdata(other))[0, 1])


def _parts(network: nn.Module, prefix: str) -> list[str]:
    """Return the names of layers and blocks: the parts of sequences, and of a module that contains everything else."""
    children = list(network.named_children())
    names = []
    for name, child in children:
        opened = isinstance(child, nn.Sequential | nn.ModuleList) or (len(children) == 1 and not prefix)
        inner = _parts(child, f"{prefix}{name}.") if opened else []
        names += inner or [f"{prefix}{name}"]
    return names


def _randomise(network: nn.Module, names: list[str], seed: int) -> None:
    """Make the named layers what they are before training; batch normalisation is then the identity."""
    reset(network, names, seed)
    for number, name in enumerate(names):
        initialise(network.get_submodule(name), "he_uniform", seed * 100 + number)


def reset(network: nn.Module, names: Iterable[str], seed: int) -> None:
    """Call ``reset_parameters`` of the named layers, and of those inside, with random numbers of their own."""
    with _DrawnFrom(torch.Generator().manual_seed(seed)):
        for name in names:
            for layer in network.get_submodule(name).modules():
                if callable(reset_parameters := getattr(layer, "reset_parameters", None)):
                    reset_parameters()


class _DrawnFrom(TorchFunctionMode):
    """Lets random numbers of this thread come from a generator, instead of the one that all threads share."""

    def __init__(self, generator: torch.Generator) -> None:
        super().__init__()
        self._generator = generator

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = dict(kwargs or {})
        if "generator" in kwargs or func in _DRAWING:
            kwargs["generator"] = kwargs.get("generator") or self._generator
        return func(*args, **kwargs)
