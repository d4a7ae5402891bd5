"""Errors on the command line name options, not Python's arguments."""

from __future__ import annotations

import pytest
import typer

from catseye.cli.app import app
from catseye.cli.option_names import say_options
from catseye.errors import UsageError

VERBS = typer.main.get_command(app).commands  # type: ignore[attr-defined]  # of a group


@pytest.mark.parametrize(
    ("words", "text", "said"),
    [
        ("train digits", "learning_rate must be above 0; got 0.", "--lr must be above 0; got 0."),
        ("train digits", "data must be a name.", "data must be a name."),  # no option
        ("train digits", "a loss must be finite.", "a loss must be finite."),  # the word, not the argument
        ("transfer x", "learning_rate, flip: only for fine-tuning.", "--lr, --flip: only for fine-tuning."),
        ("train x", "r is not empty: go on with resume=True.", "r is not empty: go on with --resume."),
        ("train x", "begin again with out='my run'.", "begin again with --out 'my run'."),
        ("train x", 'begin again with out="it\'s".', "begin again with --out 'it'\"'\"'s'."),
        ("train x", "begin again with out='\\x'.", "begin again with out='\\x'."),  # not Python
        ("train x", "the run is another one; choose another out.", "the run is another one; choose another --out."),
        ("compare a b", "not finished; use resume=True to continue it.", "not finished; use --resume to continue it."),
        ("train x", "load it with network=…, or many=True.", "load it with network=…, or many=True."),
        ("train x", "“conv 8 padding='same'” is unlike out='r'.", "“conv 8 padding='same'” is unlike --out r."),
        ("train x", "write \"conv padding='same'\", or out='r'.", "write \"conv padding='same'\", or --out r."),
        ("train x", "unknown 'resume=True'; it's resume=True.", "unknown 'resume=True'; it's --resume."),
        ("train --network X,padding='s'", "layer 2: x padding='s' is wrong.", "layer 2: x padding='s' is wrong."),
        ("train x", "go on with catseye.train(…, resume=True).", "go on with catseye.train(…, resume=True)."),
        (
            "train x",
            "early_stopping watches it: validation must be above 0, set early_stopping to 0.",
            "--early-stopping watches it: validation must be above 0, set --early-stopping to 0.",
        ),
        (
            "train x",
            "batch_norm needs a batch_size of 2; “batch_size” is 1.",
            "--batch-norm needs a --batch-size of 2; “batch_size” is 1.",
        ),
        (
            "train batch_size",
            "batch_size is neither a folder nor an archive.",
            "batch_size is neither a folder nor an archive.",
        ),
        (
            "train x",
            "runs/batch_size and my.batch_size.zip are there.",
            "runs/batch_size and my.batch_size.zip are there.",
        ),
        ("nothing", "steps must be at least 1.", "steps must be at least 1."),
    ],
)
def test_names_of_arguments_become_options(words: str, text: str, said: str) -> None:
    assert say_options(text, VERBS, words.split()) == said


def test_two_networks_are_refused() -> None:
    verb = VERBS["train"]
    with pytest.raises(UsageError, match="--network is given twice; give it once"):
        verb.make_context("train", ["digits", "--network", "dense", "--network", "convnet"])
