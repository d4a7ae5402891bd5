"""The recipe of a transfer: what is decided later, and what a resumed run decides."""

from __future__ import annotations

from typing import Any

import pytest

from catseye.transfer_learning.recipe import TransferRecipe, default_fine_tuning


def recipe(*, mirrored: bool = False) -> TransferRecipe:
    return TransferRecipe(mirrored=mirrored, fine_tuning=default_fine_tuning(300, 0))


@pytest.mark.parametrize(
    ("mirrored", "changes", "chosen"),
    [
        (False, {}, True),
        (False, {"epochs": 2}, True),
        (False, {"flip": True}, False),  # asked for
        (False, {"flip": False}, False),
        (True, {}, False),  # the head learns from mirror images anyway
    ],
)
def test_mirroring_is_chosen_unless_it_is_asked_for(mirrored: bool, changes: dict[str, Any], chosen: bool) -> None:
    changed = recipe(mirrored=mirrored).with_changes(changes)
    assert changed.choose_flip is chosen
    assert changed.fine_tuning is not None
    assert changed.fine_tuning.flip is changes.get("flip", True)
    assert changed.fine_tuning.epochs == changes.get("epochs", 8)


def test_without_fine_tuning_there_is_nothing_to_choose() -> None:
    assert TransferRecipe().with_changes({}) == TransferRecipe()


def test_it_survives_json_and_runs_from_before_choose_nothing() -> None:
    made = recipe().with_changes({})
    assert TransferRecipe.from_json(made.to_json()) == made
    before = made.to_json()
    del before["choose_flip"]
    for name in ("random_crop", "colour_jitter", "mixup", "cutmix"):
        del before["fine_tuning"][name]
    opened = TransferRecipe.from_json(before)
    assert opened.choose_flip is False
    assert opened.fine_tuning is not None
    assert opened.fine_tuning.random_crop == opened.fine_tuning.mixup == 0


def test_a_resumed_run_keeps_what_is_not_asked_for() -> None:
    """Other defaults than those of the version that began it leave it as it is."""
    begun = TransferRecipe(fine_tuning=default_fine_tuning(300, 0).with_changes({"epochs": 3, "mixup": 0.1}))
    assert recipe().with_changes({}, begun) == begun
    other = recipe().with_changes({"epochs": 4}, begun)
    assert other.fine_tuning is not None
    assert (other.fine_tuning.epochs, other.fine_tuning.mixup) == (4, 0.1)
    assert other != begun  # so that it is refused
    assert recipe().with_changes({}, TransferRecipe()) == recipe().with_changes({})
