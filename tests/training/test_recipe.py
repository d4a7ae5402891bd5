"""The recipe: what it takes, what it refuses, what the lessons' own is."""

from typing import Any

import pytest

from catseye.errors import UsageError
from catseye.training.recipe import Recipe


def test_it_survives_json() -> None:
    recipe = Recipe(epochs=3, optimizer="sgd", flip=True, seed=7)
    assert Recipe.from_json(recipe.to_json()) == recipe


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"epochs": 0}, "epochs is 1 to 100,000; got 0"),
        ({"epochs": 2.5}, "epochs is of type int; got 2.5"),
        ({"epochs": True}, "epochs is of type int"),
        ({"batch_size": 0}, "batch_size is"),
        ({"optimizer": "adamax"}, "optimizer is one of sgd, rmsprop, adam, adamw, muon; got 'adamax'"),
        ({"learning_rate": 0}, "learning_rate is above 0"),
        ({"learning_rate": float("nan")}, "finite"),
        ({"learning_rate": float("inf")}, "finite"),
        ({"schedule": "step"}, "schedule is one of"),
        ({"momentum": 1.0}, "momentum is 0 to below 1"),
        ({"weight_decay": -1}, "weight_decay is 0 or more"),
        ({"label_smoothing": 1}, "label_smoothing is 0 to below 1"),
        ({"gradient_clip": -1}, "gradient_clip is 0"),
        ({"validation": 0.6}, "validation is 0 to 0.5"),
        ({"shift": -1}, "shift is 0 to 64"),
        ({"dropout": 1}, "dropout is 0 to below 1"),
        ({"precision": "fp16"}, "precision is one of fp32, bf16"),
        ({"initialisation": "zeros"}, "initialisation is one of"),
        ({"layer_decay": 0}, "layer_decay is above 0 to 1"),
        ({"layer_decay": 1.1}, "layer_decay is above 0 to 1"),
        ({"frozen_statistics": 1}, "frozen_statistics is of type bool"),
        ({"time_limit": -1}, "time_limit is 0"),
        ({"seed": -1}, "seed is 0 to"),
        ({"flip": 1}, "flip is of type bool"),
        ({"early_stopping": 2, "validation": 0.0}, "needs a validation share"),
        ({"rate": 1}, "unknown recipe option 'rate'"),
        ({"epoks": 1}, "did you mean epochs"),
        ({"lr": 1}, "learning_rate"),
        ({"batch_norm": True, "batch_size": 1}, "needs a batch_size of at least 2"),
    ],
)
def test_a_wrong_value_says_what_was_expected_and_what_came(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        Recipe().with_changes(changes)


def test_the_lessons_recipes() -> None:
    digits, clothes = Recipe.lesson("convnet"), Recipe.lesson("fashion_convnet")
    assert (digits.optimizer, digits.batch_size, digits.epochs) == ("rmsprop", 128, 5)
    assert (clothes.optimizer, clothes.batch_size, clothes.epochs) == ("adam", 32, 10)
    for recipe in (digits, clothes):
        assert (recipe.learning_rate, recipe.schedule, recipe.validation) == (0.001, "constant", 0.0)
        assert (recipe.initialisation, recipe.precision, recipe.normalise) == ("glorot_uniform", "fp32", False)


def test_few_pictures_are_seen_more_often_and_moved_about() -> None:
    many, few, tiny = (Recipe.default("convnet", *data) for data in ((60_000, 28), (800, 64), (1, 8)))
    assert (many.epochs, many.shift, many.batch_norm) == (2, 0, False)
    assert (few.epochs, few.shift, few.batch_norm) == (24, 5, True)  # 25 steps an epoch, 600 in all
    assert (tiny.epochs, tiny.shift) == (60, 0)


def test_adamw_takes_twice_as_long_as_muon() -> None:
    assert Recipe.default("convnet", 60_000, 28).optimizer == "muon"
    many, few = Recipe.default("dense", 60_000, 28), Recipe.default("dense", 800, 64)
    assert (many.optimizer, many.epochs, few.epochs) == ("adamw", 3, 48)
