"""A verb has the same options in Python as on the command line."""

from __future__ import annotations

from importlib import import_module
from inspect import signature

import pytest

import catseye
from catseye.training.recipe import OPTIONS

VERBS = (
    *(
        "attack",
        "check",
        "compare",
        "convert",
        "convolve",
        "evaluate",
        "explain",
        "ideal",
        "info",
        "maps",
        "predict",
        "reach",
    ),
    *("receptive_field", "shifts", "show", "sort", "summary", "train", "transfer"),
)
# save(path), to_json(), save_csv(path) and diagram().save(path) in Python
_PRINTING = {"output", "force", "json", "csv", "all_classes", "diagram"}
_LABELS = {"file_column", "label_column", "split_column", "label_from"}  # of catseye.load in Python, for every verb


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_has_the_options_of_its_command(verb: str) -> None:
    command = set(signature(import_module(f"catseye.cli.{verb}").command).parameters) - _PRINTING - _LABELS
    function = set(signature(getattr(catseye, verb)).parameters)
    if "changes" in function:  # the fields of a recipe
        function |= set(OPTIONS)
        assert command <= function
        return
    assert command == function


def test_where_the_labels_are_is_said_to_load() -> None:
    assert signature(catseye.load).parameters.keys() >= _LABELS
