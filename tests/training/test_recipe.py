"""The recipe: its checks, the default one, and that of the lessons."""

from typing import Any

import pytest

from catseye.errors import UsageError
from catseye.training.recipe import Recipe


def test_it_survives_json() -> None:
    recipe = Recipe(epochs=3, optimizer="sgd", flip=True, seed=7)
    assert Recipe.from_json(recipe.to_json()) == recipe


def test_a_recipe_from_before_an_option_is_one_without_it() -> None:
    before = Recipe(flip=True).to_json()
    for name in ("random_crop", "colour_jitter", "mixup", "cutmix"):
        assert before.pop(name) == 0
    assert Recipe.from_json(before) == Recipe(flip=True)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"epochs": 0}, "epochs must be between 1 and 100,000; got 0"),
        ({"epochs": 2.5}, "epochs must be an integer; got 2.5"),
        ({"epochs": True}, "epochs must be an integer; got True"),
        ({"batch_size": 0}, "batch_size must be between 1 and 65,536; got 0"),
        ({"optimizer": "adamax"}, "optimizer must be sgd, rmsprop, adagrad, adam, nadam, adamw or muon; got 'adamax'"),
        ({"learning_rate": 0}, "learning_rate must be above 0 and at most 1,000; got 0"),
        ({"learning_rate": float("nan")}, "learning_rate must be a finite number; got nan"),
        ({"learning_rate": "0.1"}, "learning_rate must be a finite number; got '0.1'"),
        ({"learning_rate": float("inf")}, "finite"),
        ({"schedule": "step"}, "schedule must be constant, exponential, cosine or one_cycle"),
        ({"momentum": 1.0}, "momentum must be at least 0 and below 1; got 1.0"),
        ({"weight_decay": -1}, "weight_decay must be at least 0; got -1"),
        ({"label_smoothing": 1}, "label_smoothing must be at least 0 and below 1"),
        ({"gradient_clip": -1}, "gradient_clip must be at least 0"),
        ({"validation": 0.6}, "validation must be between 0 and 0.5; got 0.6"),
        ({"shift": -1}, "shift must be between 0 and 64"),
        ({"random_crop": 1.5}, "random_crop must be between 0 and 1; got 1.5"),
        ({"colour_jitter": -0.1}, "colour_jitter must be between 0 and 1; got -0.1"),
        ({"mixup": float("inf")}, "mixup must be a finite number; got inf"),
        ({"cutmix": -1}, "cutmix must be between 0 and 100; got -1"),
        ({"mixup": 0.2, "batch_size": 1}, "mixup mixes pictures of one batch: batch_size must be at least 2; got 1"),
        ({"cutmix": 1, "adversarial": 0.1}, "cutmix must be 0 in adversarial training, which attacks one class"),
        ({"random_resized_crop": 0.5}, "did you mean random_crop"),
        ({"color_jitter": 0.5}, "did you mean colour_jitter"),
        ({"dropout": 1}, "dropout must be at least 0 and below 1; got 1"),
        ({"precision": "fp16"}, "precision must be fp32 or bf16; got 'fp16'"),
        ({"initialisation": "zeros"}, "initialisation must be he_normal, he_uniform,"),
        ({"layer_decay": 0}, "layer_decay must be above 0 and at most 1"),
        ({"layer_decay": 1.1}, "layer_decay must be above 0 and at most 1"),
        ({"frozen_statistics": 1}, "frozen_statistics must be True or False; got 1"),
        ({"time_limit": -1}, "time_limit must be at least 0"),
        ({"seed": -1}, "seed must be between 0 and 4,294,967,295"),
        ({"flip": 1}, "flip must be True or False"),
        ({"early_stopping": 2, "validation": 0.0}, "validation must be above 0"),
        ({"rate": 1}, "unknown recipe option 'rate'"),
        ({"epoks": 1}, "did you mean epochs"),
        ({"lr": 1}, "learning_rate"),
        ({"batch_norm": True, "batch_size": 1}, "needs a batch_size of at least 2"),
        ({"nesterov": True}, "nesterov is for sgd with momentum; got muon, momentum 0.9."),
        ({"nesterov": True, "optimizer": "adam"}, r"got adam, momentum 0.9 \(nadam is adam with it\)"),
        ({"nesterov": True, "optimizer": "sgd", "momentum": 0.0}, "got sgd, momentum 0."),
        ({"learning_rate_decay": 0.1}, "learning_rate_decay is for the exponential schedule; got schedule one_cycle"),
        ({"learning_rate_decay": 0}, "learning_rate_decay must be above 0 and at most 1"),
        ({"average": "polyak"}, "average must be none, ema or swa; got 'polyak'"),
        ({"average": "swa", "epochs": 4}, "only one in 4: train for at least 5 epochs, or use average ema"),
        ({"average": "swa", "epochs": 8, "early_stopping": 2}, "set early_stopping to 0, or use average ema"),
        ({"loss": "python:mine"}, "label_smoothing does not reach a loss of your own; got 0.05"),
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
    assert (few.epochs, few.shift, few.batch_norm) == (24, 5, True)  # 25 steps per epoch, 600 in all
    assert (tiny.epochs, tiny.shift) == (60, 0)


def test_adamw_takes_twice_as_long_as_muon() -> None:
    assert Recipe.default("convnet", 60_000, 28).optimizer == "muon"
    many, few = Recipe.default("dense", 60_000, 28), Recipe.default("dense", 800, 64)
    assert (many.optimizer, many.epochs, few.epochs) == ("adamw", 3, 48)
