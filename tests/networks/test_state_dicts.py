"""State dicts are found in checkpoints of every usual form; quantised weights are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from catseye.errors import CatseyeError
from catseye.networks.state_dicts import check_numbers, find_state_dict, without_prefix

WEIGHTS = {"a.weight": torch.ones(2, 2), "a.bias": torch.zeros(2)}
OPTIMIZER = {"state": {0: {"step": torch.tensor(1.0)}}, "param_groups": []}
FILE = Path("net.pth")


@pytest.mark.parametrize(
    "content",
    [
        WEIGHTS,
        {"state_dict": WEIGHTS, "state_dict_ema": {}, "epoch": 3},
        {"model": {"state_dict": WEIGHTS}, "optimizer": OPTIMIZER},
        {"model_state_dict": WEIGHTS, "loss": torch.tensor(0.5)},
        {"net": WEIGHTS, "acc": 91.2},
        {"my_name": WEIGHTS, "opt": OPTIMIZER},
    ],
)
def test_the_weights_of_a_checkpoint_are_found(content: Any) -> None:
    assert find_state_dict(content, FILE) is not None
    assert find_state_dict(content, FILE).keys() == WEIGHTS.keys()


@pytest.mark.parametrize("content", [[torch.ones(1)], torch.ones(1), {}, {"a": {"b": 1}}, {0: torch.ones(1)}])
def test_what_holds_no_weights_by_name_is_none(content: Any) -> None:
    with pytest.raises(TypeError):
        find_state_dict(content, FILE)


def test_of_several_sets_none_is_chosen() -> None:
    with pytest.raises(CatseyeError, match="holds several sets of weights, generator, critic; write the one alone"):
        find_state_dict({"generator": WEIGHTS, "critic": WEIGHTS}, FILE)


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (
            {"net": WEIGHTS, "ema": WEIGHTS, "opt": OPTIMIZER, "acc": 91.2},
            "the weights under net are taken; those under ema are",
        ),
        (
            {"state_dict_ema": WEIGHTS, "state_dict": WEIGHTS},
            "under state_dict are taken; those under state_dict_ema are",
        ),
        ({"model": WEIGHTS, "ema": {"module": WEIGHTS}}, "under model are taken; those under ema are"),
        ({"model": {"net": WEIGHTS, "ema": WEIGHTS}}, "under net are taken; those under ema are"),
    ],
)
def test_weights_that_are_left_out_are_named(content: Any, note: str, caplog: pytest.LogCaptureFixture) -> None:
    find_state_dict(content, FILE)
    assert [record.getMessage().count(note) for record in caplog.records] == [1]


def test_one_set_of_weights_beside_an_optimizer_needs_no_word(caplog: pytest.LogCaptureFixture) -> None:
    find_state_dict({"model": WEIGHTS, "optimizer": OPTIMIZER, "scheduler": {"last_epoch": 3}}, FILE)
    assert not caplog.records


def test_what_stands_before_every_name_is_left_out() -> None:
    around = {f"model.net.{name}": value for name, value in WEIGHTS.items()} | {"loss.weight": torch.ones(1)}
    assert without_prefix(around, WEIGHTS).keys() == {*WEIGHTS, "loss.weight"}
    assert without_prefix({"x.a.weight": torch.ones(1)}, WEIGHTS).keys() == {"x.a.weight"}


def test_quantised_weights_are_refused() -> None:
    for kind in (torch.float16, torch.bfloat16, torch.float64):
        check_numbers(FILE, {"w": torch.ones(1, dtype=kind)}, {"w": torch.ones(1)})
    with pytest.raises(CatseyeError, match="w is int8 instead of float32; save the network before it is quantised"):
        check_numbers(FILE, {"w": torch.ones(1, dtype=torch.int8)}, {"w": torch.ones(1)})
