"""Options describe themselves once: checks, flags, and the tables in the documentation follow from that."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from catseye.errors import UsageError
from catseye.training.options import USUAL_NAMES, Limits, either, unknown_option
from catseye.training.recipe import OPTIONS, Recipe
from catseye.transfer_learning.recipe import FINE_TUNING_OPTIONS, default_fine_tuning

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catseye.training.options import Option

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(
    ("limits", "words", "inside", "outside"),
    [
        (Limits(1, 100_000), "between 1 and 100,000", [1, 100_000], [0, 100_001]),
        (Limits(0, 1, below=True), "at least 0 and below 1", [0, 0.999], [-1, 1]),
        (Limits(0, 1, above=True), "above 0 and at most 1", [0.001, 1], [0, 1.1]),
        (Limits(0), "at least 0", [0, 10**9], [-0.1]),
    ],
)
def test_limits_in_words_and_in_numbers(limits: Limits, words: str, inside: list[float], outside: list[float]) -> None:
    assert str(limits) == words
    assert all(limits.admit(value) for value in inside)
    assert not any(limits.admit(value) for value in outside)


def test_choices_in_words() -> None:
    assert either(("a",)) == "a"
    assert either(("a", "b", "c")) == "a, b or c"


def test_flags_are_what_the_command_line_takes() -> None:
    assert OPTIONS["learning_rate"].on_command_line(0.5) == ["--lr", "0.5"]
    assert OPTIONS["batch_norm"].on_command_line(False) == ["--no-batch-norm"]


def test_every_default_is_valid_and_every_option_is_explained() -> None:
    usual = Recipe()
    for option in OPTIONS.values():
        option.check(getattr(usual, option.name))
        assert option.help.endswith(".")
        assert option.advice
        assert f"{option.name} : " in (Recipe.__doc__ or "")


def test_the_table_of_training_options_is_made_from_the_recipe() -> None:
    rows = ((_flag(each), f"{each.sentence} {each.details}".strip(), each.advice) for each in OPTIONS.values())
    _assert_in_docs("training.md", ("option", "effect", "when to use it"), rows)


def test_the_table_of_fine_tuning_options_is_made_from_the_recipe() -> None:
    many, few = (default_fine_tuning(pictures, 0).to_json() for pictures in (10**6, 1))
    rows = (
        (_flag(each), each.sentence, _default(many[each.name], few[each.name])) for each in FINE_TUNING_OPTIONS.values()
    )
    _assert_in_docs("transfer.md", ("option", "effect", "default"), rows)


def _flag(option: Option) -> str:
    return ", ".join(f"`{flag}`" for flag in option.declaration.split("/"))


def _default(many: object, few: object) -> str:
    if isinstance(many, bool):
        return "on" if many else "off"
    return str(many) if many == few else f"{many} to {few}"


def _assert_in_docs(page: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    lines = [head, ("---",) * len(head), *rows]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    assert table in (DOCS / page).read_text("utf-8"), f"docs/{page} must hold this table:\n\n{table}\n"


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("loss", "mse", "mean_squared_error"),
        ("loss", "Cross-Entropy", "cross_entropy"),
        ("optimizer", "SGD", "sgd"),
        ("optimizer", "adagrd", "adagrad"),
        ("schedule", "one cycle", "one_cycle"),
        ("initialisation", "Xavier", "glorot_uniform"),
        ("precision", "float32", "fp32"),
    ],
)
def test_a_choice_by_another_usual_name_is_suggested(name: str, value: str, meant: str) -> None:
    with pytest.raises(UsageError) as caught:
        OPTIONS[name].check(value)
    assert str(caught.value).endswith(f"; got {value!r}; did you mean {meant}?")


@pytest.mark.parametrize("value", ["adamax", "", "step", "x" * 1000])
def test_another_choice_is_not_guessed(value: str) -> None:
    with pytest.raises(UsageError, match=r"'\.$"):
        OPTIONS["optimizer"].check(value)


def test_every_other_name_is_of_a_choice() -> None:
    choices = {choice for each in OPTIONS.values() for choice in each.choices}
    assert set(USUAL_NAMES.values()) <= choices


@pytest.mark.parametrize(
    ("name", "meant"),
    [("lr", "learning_rate"), ("optimiser", "optimizer"), ("n_epochs", "epochs"), ("validation_split", "validation")],
)
def test_an_option_by_another_usual_name_is_suggested(name: str, meant: str) -> None:
    with pytest.raises(UsageError, match=rf"unknown recipe option '{name}'; did you mean {meant}\?"):
        Recipe().with_changes({name: 1})


def test_a_name_from_elsewhere_is_suggested_only_where_there_is_the_option() -> None:
    assert str(unknown_option("option", "random_state", ["seed"])).endswith("did you mean seed?")
    assert str(unknown_option("option", "random_state", ["epochs"])).endswith("available: epochs.")
