"""How an ideal picture is made: all that can be chosen, in one value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from catseye.errors import UsageError, unknown
from catseye.insight.ideal.parameterisation import FOURIER, PARAMETERISATIONS, PIXELS
from catseye.insight.ideal.transforms import UNCHANGED, Transforms, fitting

if TYPE_CHECKING:
    from catseye.images.preprocess import Preprocess

STEPS = 128
VARIATION = 1.0
_L2, _STRANGENESS = 20.0, 2.0
_GAIN, _SMALL_GAIN = 1.0, 5.0  # the logits of small networks differ less
_VERSIONS, _SMALL_VERSIONS = 2, 8  # small pictures cost little
_SMALL = 64  # pixels


@dataclass(frozen=True)
class IdealRecipe:
    """Parameterisation, transforms, and the weights of the objective's terms.

    Attributes
    ----------
    parameterisation : str
        ``"fourier"`` or ``"pixels"``.
    transforms : Transforms
        That the picture must survive.
    versions : int
        How many transformed versions every step sees.
    gain : float
        Weight of the goal, at least 0.
    variation, l2, strangeness : float
        Weights, at least 0, of what is kept small: see :mod:`catseye.insight.ideal.objective`.

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
    strangeness: float

    def __post_init__(self) -> None:
        if self.parameterisation not in PARAMETERISATIONS:
            raise unknown("parameterisation", self.parameterisation, PARAMETERISATIONS)
        for name in ("gain", "variation", "l2", "strangeness"):
            if not 0 <= getattr(self, name) < math.inf:
                raise UsageError(f"the weight of {name} is at least 0; got {getattr(self, name):g}.")
        if self.versions < 1:
            raise UsageError(f"a step sees at least 1 version of the picture; got {self.versions}.")


def ideal_recipe(
    preprocess: Preprocess, variation: float = VARIATION, parameterisation: str | None = None
) -> IdealRecipe:
    """Return the recipe that suits a network's pictures.

    Without a variation loss, and unless a parameterisation is named, it is the plainest there is: pixels, no
    transforms, the class's logit alone. That makes noise.
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
        _STRANGENESS,
    )
