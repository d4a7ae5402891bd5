"""The settings of an ideal picture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from catseye.errors import UsageError, unknown
from catseye.insight.ideal.parameterisation import FOURIER, PARAMETERISATIONS, PIXELS
from catseye.insight.ideal.transforms import UNCHANGED, Transforms, fitting
from catseye.short_repr import ShortRepr

if TYPE_CHECKING:
    from catseye.images.preprocess import Preprocess

STEPS = 128
VARIATION = 1.0
_L2, _STATISTICS = 20.0, 2.0
_GAIN, _SMALL_GAIN = 1.0, 5.0  # the logits of small networks differ less
_VERSIONS, _SMALL_VERSIONS = 2, 8  # small pictures cost little
_SMALL = 64  # pixels


@dataclass(frozen=True, repr=False)
class IdealRecipe(ShortRepr):
    """Parameterisation, transforms, and the weights of the objective's terms.

    Attributes
    ----------
    parameterisation : str
        ``"fourier"`` or ``"pixels"``.
    transforms : Transforms
        Transforms under which the response should last.
    versions : int
        Transformed versions of the picture at every step.
    gain : float
        Weight of the target's objective, at least 0.
    variation, l2, statistics : float
        Weights, at least 0, of the losses: see :mod:`catseye.insight.ideal.objective`.

    Raises
    ------
    UsageError
        A value is outside its range.
    """

    parameterisation: str
    transforms: Transforms
    versions: int
    gain: float
    variation: float
    l2: float
    statistics: float

    def __post_init__(self) -> None:
        if self.parameterisation not in PARAMETERISATIONS:
            raise unknown("parameterisation", self.parameterisation, PARAMETERISATIONS)
        for name in ("gain", "variation", "l2", "statistics"):
            if not 0 <= getattr(self, name) < math.inf:
                raise UsageError(f"the weight of {name} must be at least 0; got {getattr(self, name):g}.")
        if self.versions < 1:
            raise UsageError(f"versions must be at least 1; got {self.versions}.")


def ideal_recipe(
    preprocess: Preprocess, variation: float = VARIATION, parameterisation: str | None = None
) -> IdealRecipe:
    """Return the recipe that suits a network's pictures.

    Without a variation loss, and unless a parameterisation is named, it is the simplest one: pixels, no transforms,
    the class's logit alone. The result is noise.
    """
    if variation == 0 and parameterisation is None:
        return IdealRecipe(PIXELS, UNCHANGED, 1, 1, 0, 0, 0)
    small = max(preprocess.height, preprocess.width) <= _SMALL
    return IdealRecipe(
        parameterisation or FOURIER,
        fitting(preprocess.height, preprocess.width),
        _SMALL_VERSIONS if small else _VERSIONS,
        _SMALL_GAIN if small else _GAIN,
        variation,
        _L2,
        _STATISTICS,
    )
