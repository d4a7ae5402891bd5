"""A verb has the same options in Python as on the command line."""

from __future__ import annotations

import json
from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING

import pytest

import catseye
from catseye.cli import main
from catseye.training.recipe import OPTIONS

if TYPE_CHECKING:
    from pathlib import Path

VERBS = (
    *(
        "attack",
        "card",
        "check",
        "compare",
        "convert",
        "convolve",
        "convolve_functions",
        "drift",
        "equivariance",
        "evaluate",
        "explain",
    ),
    *(
        "hierarchy",
        "ideal",
        "info",
        "label_next",
        "maps",
        "pool",
        "predict",
        "pull",
        "push",
        "reach",
        "receptive_field",
        "shifts",
        "show",
        "sort",
    ),
    *("summary", "tensors", "train", "transfer"),
)
# save(path), to_json(), save_csv(path) and diagram().save(path) in Python
_PRINTING = {"output", "force", "json", "csv", "all_classes", "diagram"}
_STATUS = {"check": {"strict"}}  # what only decides the exit status
# Of catseye.load in Python, for every verb.
_LABELS = {
    *("file_column", "label_column", "split_column", "label_from"),
    *("merge_classes", "rename_classes", "drop_classes"),
}

_SPLIT = {"train": {"split"}, "transfer": {"split"}}  # of catseye.load in Python: the split that it returns is the data


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_has_the_options_of_its_command(verb: str) -> None:
    command = (
        set(signature(import_module(f"catseye.cli.{verb}").command).parameters)
        - _PRINTING
        - _LABELS
        - _STATUS.get(verb, set())
        - _SPLIT.get(verb, set())
    )
    function = set(signature(getattr(catseye, verb)).parameters)
    if "changes" in function:  # the fields of a recipe
        function |= set(OPTIONS)
        assert command <= function
        return
    assert command == function


def test_where_the_labels_are_is_said_to_load() -> None:
    assert signature(catseye.load).parameters.keys() >= {name.removesuffix("_classes") for name in _LABELS} | {"split"}


def test_a_split_is_trained_on_as_its_pictures_are_in_python(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    split, out = "train[:20%]", str(tmp_path / "part")
    assert main(["train", "digits", "--split", split, "--epochs", "1", "--out", out, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    test = catseye.train(catseye.load("digits", split=split), epochs=1).result.test
    assert test
    assert test.examples < 288 / 4  # a fifth of 20 % of 1,438
    assert (told["test"]["examples"], told["test"]["accuracy"]) == (test.examples, test.accuracy)
