"""The command that repeats a run."""

from __future__ import annotations

from dataclasses import replace

import pytest

import catseye
from catseye.datasets import open_dataset
from catseye.runs.command import train_command, transfer_command
from catseye.training.planning import plan
from catseye.training.recipe import Recipe
from catseye.transfer_learning.recipe import TransferRecipe, default_fine_tuning


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


def test_the_command_says_which_part_of_the_data_was_used() -> None:
    part = open_dataset(catseye.load("digits", split="train[:10%]+test"))
    line = train_command(plan(part, "dense", Recipe.lesson("dense"), None), "digits")
    assert line.endswith("--split 'train[:10%]+test' --out RUN")
    line = transfer_command(TransferRecipe("resnet18"), "digits", None, "label", None, split="train[:10%]")
    assert line == "catseye transfer digits --backbone resnet18 --seed 0 --split 'train[:10%]' --out RUN"


def test_the_command_names_what_was_chosen_for_fine_tuning() -> None:
    """Epochs always, as their default depends on the pictures; mirroring only where it was not found out by itself."""
    usual = default_fine_tuning(500, 0)
    recipe = TransferRecipe("resnet18", fine_tuning=usual, choose_flip=True)
    line = transfer_command(recipe, "photos", None, None, usual)
    assert line == f"catseye transfer photos --backbone resnet18 --seed 0 --fine-tune --epochs {usual.epochs} --out RUN"
    chosen = replace(recipe, choose_flip=False)
    assert "--flip" in transfer_command(chosen, "photos", None, None, usual)
    assert "--no-flip" in transfer_command(recipe.with_changes({"flip": False}), "photos", None, None, usual)
