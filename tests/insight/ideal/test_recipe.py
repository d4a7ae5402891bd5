"""The recipe of an ideal picture suits its network and refuses impossible values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from catseye.errors import UsageError
from catseye.insight.ideal.parameterisation import FOURIER, PIXELS
from catseye.insight.ideal.recipe import ideal_recipe
from catseye.insight.ideal.transforms import UNCHANGED

if TYPE_CHECKING:
    from catseye.runs.run import Run


def test_no_variation_weight_chooses_the_plainest_recipe_unless_told_otherwise(digits_run: Run) -> None:
    preprocess = digits_run.classifier.preprocess
    plain = ideal_recipe(preprocess, 0)
    assert (plain.parameterisation, plain.transforms, plain.l2, plain.statistics) == (PIXELS, UNCHANGED, 0, 0)
    assert ideal_recipe(preprocess, 0, FOURIER) == replace(ideal_recipe(preprocess, 1), variation=0)
    with pytest.raises(UsageError, match="variation is at least 0; got -1"):
        ideal_recipe(preprocess, -1)
    with pytest.raises(UsageError, match="did you mean fourier"):
        ideal_recipe(preprocess, 1, "furier")
