"""Each optimizer comes with a learning rate and a weight decay of its own, unless they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from catseye.errors import UsageError
from catseye.training.choices import OPTIMIZERS
from catseye.training.recipe import OPTIONS, Recipe
from catseye.training.suited import SUITED
from catseye.transfer_learning.recipe import default_fine_tuning

if TYPE_CHECKING:
    from catseye.training.choices import Optimizer


def test_every_optimizer_has_its_own_values_and_the_documentation_says_them() -> None:
    assert set(SUITED) == set(OPTIMIZERS)
    for name, suited in SUITED.items():
        recipe = Recipe(optimizer=name)
        assert (recipe.learning_rate, recipe.weight_decay) == (suited.learning_rate, suited.weight_decay)
        assert f"`{name}` {suited.learning_rate:g}" in OPTIONS["learning_rate"].details
        assert f"`{name}` {suited.weight_decay:g}" in OPTIONS["weight_decay"].details
    assert "learning_rate : float, default that of the optimizer" in (Recipe.__doc__ or "")


def test_what_is_given_stays() -> None:
    given = Recipe(optimizer="adam", learning_rate=0.5, weight_decay=0.25)
    assert (given.learning_rate, given.weight_decay) == (0.5, 0.25)
    changed = Recipe().with_changes({"optimizer": "sgd", "learning_rate": 0.5})
    assert (changed.learning_rate, changed.weight_decay) == (0.5, 0.0005)
    same = given.with_changes({"optimizer": "adam", "epochs": 9})
    assert (same.learning_rate, same.weight_decay) == (0.5, 0.25)


@pytest.mark.parametrize(
    ("recipe", "optimizer", "rate"),
    [
        (Recipe(), "sgd", 0.05),
        (Recipe.default("convnet", 800, 28), "sgd", 0.03),  # few pictures: 0.6 times the usual
        (Recipe.default("convnet", 800, 28), "adam", 0.006),
        (Recipe.default("dense", 60_000, 28), "muon", 0.007),  # the dense network's is 0.7 times AdamW's
        (default_fine_tuning(500, 0), "sgd", 0.0015),  # fine-tuning's is 0.03 times AdamW's
        (Recipe.lesson("convnet"), "adam", 0.001),  # a tenth of rmsprop's, whose steps without momentum are a tenth
        (Recipe.lesson("fashion_convnet"), "adagrad", 0.005),
    ],
)
def test_another_optimizer_brings_its_values_in_the_recipes_proportion(
    recipe: Recipe, optimizer: Optimizer, rate: float
) -> None:
    changed = recipe.with_changes({"optimizer": optimizer})
    assert changed.learning_rate == pytest.approx(rate)
    assert changed.weight_decay == SUITED[optimizer].weight_decay


@pytest.mark.parametrize("optimizer", ["adam", "nadam", "adagrad", "adamw", "muon"])
def test_a_momentum_that_is_not_used_is_refused(optimizer: str) -> None:
    with pytest.raises(UsageError, match=f"momentum is for sgd and rmsprop; {optimizer} does not use it"):
        Recipe().with_changes({"optimizer": optimizer, "momentum": 0.9})
    with pytest.raises(UsageError, match="for sgd and rmsprop; adam"):
        Recipe(optimizer="adam").with_changes({"momentum": 0.5})
    assert Recipe().with_changes({"optimizer": "rmsprop", "momentum": 0.5}).momentum == 0.5
