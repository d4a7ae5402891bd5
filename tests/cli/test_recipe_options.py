"""The options of ``train`` and ``transfer`` are those of the recipe."""

from __future__ import annotations

import re
import shlex
from inspect import signature

import pytest

from catseye.cli import main, train, transfer
from catseye.training.recipe import OPTIONS
from catseye.transfer_learning.recipe import FINE_TUNING_OPTIONS


def test_train_offers_every_option_of_the_recipe_and_transfer_those_of_fine_tuning() -> None:
    assert set(OPTIONS) <= set(signature(train.command).parameters)
    offered = set(signature(transfer.command).parameters)
    assert set(FINE_TUNING_OPTIONS) <= offered
    assert not {"normalise", "initialisation", "batch_norm", "dropout"} & offered


@pytest.mark.parametrize("verb", ["train", "transfer"])
def test_help_shows_them(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([verb, "--help"]) == 0
    told = re.sub(r"\s+", " ", capsys.readouterr().out)
    for option in OPTIONS.values() if verb == "train" else FINE_TUNING_OPTIONS.values():
        assert option.declaration.partition("/")[0] in told
        assert option.sentence in told


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            "transfer digits --lr 0.1 --flip",
            "error: --lr, --flip: only for fine-tuning; add --fine-tune.",
        ),
        ("transfer digits --fine-tune --adversarial 2/1", "adversarial must be between 0 and 1; got 2.0."),
        ("transfer digits --fine-tune --dropout 0.5", "--dropout"),
        ("train digits --lr-decay 5", "error: --lr-decay must be above 0 and at most 1; got 5.0."),
        ("train digits --time-limit -1", "error: --time-limit must be at least 0; got -1.0."),
        ("pool drawing --steps 0", "error: --steps must be at least 1; got 0."),
        ("train digits --loss mse", "got 'mse'; did you mean mean_squared_error?"),
        ("train digits --optimizer SGD", "got 'SGD'; did you mean sgd?"),
        (
            "train digits --optimizer adamax",
            "optimizer must be sgd, rmsprop, adagrad, adam, nadam, adamw or muon; got 'adamax'.",
        ),
    ],
)
def test_what_they_refuse(line: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(shlex.split(line)) == 2
    assert says in capsys.readouterr().err
