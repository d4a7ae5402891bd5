"""The command that repeats a run."""

from __future__ import annotations

from dataclasses import replace

import pytest

import catseye
from catseye.runs.command import train_command, transfer_command
from catseye.training.planning import plan
from catseye.training.recipe import Recipe
from catseye.transfer_learning.recipe import TransferRecipe


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        (Recipe.lesson("dense"), "--recipe lesson --seed 0"),
        (Recipe.default("small_convnet", 1438, 12).with_changes({"precision": "fp32"}), "--precision fp32 --seed 0"),
        (
            Recipe.default("small_convnet", 1438, 12).with_changes(
                {"learning_rate": 0.5, "flip": True, "batch_norm": False, "seed": 3}
            ),
            "--lr 0.5 --flip --no-batch-norm --precision",
        ),
    ],
)
def test_the_command_repeats_the_training(recipe: Recipe, words: str) -> None:
    line = train_command(plan(catseye.load("digits"), "dense", recipe, (16, 12)), "my digits")
    assert line.startswith("catseye train 'my digits' --network dense ")
    assert words in line
    assert line.endswith("--size 16x12 --out RUN")


def test_the_command_says_where_the_labels_are() -> None:
    digits = catseye.load("digits")
    labelled = replace(digits, info=replace(digits.info, options=("--label-from", "{label}_{}.jpg")))
    line = train_command(plan(labelled, "dense", Recipe.lesson("dense"), None), "photos")
    assert line.endswith("--label-from '{label}_{}.jpg' --out RUN")
    recipe = TransferRecipe("resnet18")
    assert transfer_command(recipe, "photos", None, "label", None, labelled.info.options).endswith(
        "--label-from '{label}_{}.jpg' --out RUN"
    )
