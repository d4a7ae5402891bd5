"""What a run was asked to do, against what is asked for now."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from catseye.runs.request import Request
from catseye.training.recipe import Recipe
from catseye.transfer_learning.recipe import TransferRecipe

TRAIN = Request("train", "digits", None, "dense", Recipe(epochs=3), size=(8, 8), fingerprint="a")
TRANSFER = Request("transfer", "pets", "species", "resnet18", TransferRecipe("resnet18"), weights="w.pth")


@pytest.mark.parametrize("request_", [TRAIN, TRANSFER, replace(TRAIN, options=("--label-column", "x"))])
def test_a_request_comes_back_from_json_as_it_was(request_: Request) -> None:
    assert Request.from_json(request_.to_json()) == request_


@pytest.mark.parametrize(
    ("request_", "asked", "says"),
    [
        (TRAIN, {"verb": "train", "network": "dense", "epochs": 3, "size": (8, 8)}, ""),
        (TRAIN, {"verb": "transfer"}, "by catseye train, not by catseye transfer"),
        (TRAIN, {"epochs": 4}, "with epochs 3, not 4"),
        (TRAIN, {"size": (16, 12)}, "with size 8×8, not 16×12"),
        (TRAIN, {"label": "species"}, "with no label, not species"),
        (TRAIN, {"fingerprint": "b"}, "with other data"),
        (TRANSFER, {"label": "breed"}, "with label species, not breed"),
        (TRANSFER, {"fine_tuning": Recipe()}, "with other options of fine-tuning"),
        (TRANSFER, {"choose_flip": True}, "with other options of fine-tuning"),
        (TRANSFER, {"balanced": True}, "with balanced False, not True"),
        (TRAIN, {"options": ("--label-column", "x")}, "with no label options, not with --label-column x"),
    ],
)
def test_the_first_difference_is_said(request_: Request, asked: dict[str, Any], says: str) -> None:
    assert request_.difference(asked) == says
