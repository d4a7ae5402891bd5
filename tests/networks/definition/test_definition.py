"""What a text builds: the last layer, and what is refused."""

from __future__ import annotations

import pytest

from catseye.errors import UsageError
from catseye.networks import build
from catseye.networks.definition.definition import Definition
from catseye.networks.definition.shape import LayerError
from catseye.networks.lessons import NAMED_TEXTS


@pytest.mark.parametrize(
    ("text", "extra"),
    [
        ("flatten, dense 10 relu", "relu"),
        ("flatten, dense 10, relu", "relu"),
        ("flatten, dense 10, dropout 0.3", "dropout 0.3"),
        ("flatten, dense 10, batch norm, relu", "batch norm"),
    ],
)
def test_what_changes_the_logits_is_refused(text: str, extra: str) -> None:
    """A second dense 10 behind it would be a network that nobody wrote."""
    with pytest.raises(LayerError, match=f"nothing behind it: leave out {extra}, or write another dense 10 at the end"):
        Definition.read(text).build((4, 4, 1), 10)
    assert len(Definition.read(f"{text}, dense 10").build((4, 4, 1), 10)) > 2
    assert len(Definition.read(text).build((4, 4, 1), 5)) > 2  # where it is a hidden layer


@pytest.mark.parametrize(
    ("text", "remedy", "instead"),
    [
        (
            "[conv 64] + input",
            "Write same in each layer inside the brackets and “+ [conv 64 1x1 linear]” for “+ input”",
            "[conv 64 same] + [conv 64 1x1 linear]",
        ),
        ("[conv 1] + input", "Write same in each layer inside the brackets, so that", "[conv 1 same] + input"),
        ("[conv 4] + [conv 5 same]", "the same number of filters, here 4.", "[conv 4 same] + [conv 4 same]"),
        ("[conv 4, flatten] + input", "flatten and dense belong behind the sum.", "[conv 4 same] + input, flatten"),
    ],
)
def test_of_a_sum_that_does_not_fit_the_error_says_what_to_write(text: str, remedy: str, instead: str) -> None:
    with pytest.raises(UsageError, match=r"cannot be added to 8×8") as raised:
        build(text, (8, 8, 1), 2)
    assert remedy in str(raised.value)
    build(instead, (8, 8, 4 if "4 same] + input" in instead else 1), 2)


@pytest.mark.parametrize("name", ["dense", "convnet", "resnet18"])
def test_a_text_has_no_name_of_another_network(name: str) -> None:
    with pytest.raises(UsageError, match=f"{name} is the name of another network"):
        Definition.read(f"{name}: conv 8, flatten")


def test_a_lesson_s_text_may_have_its_own_name() -> None:
    assert Definition.read(f"dense: {NAMED_TEXTS['dense']}").title == "dense"


@pytest.mark.parametrize("text", ["[conv 8 same | ]", "[ | conv 8 same]", "[conv 8 same | | conv 8 same]"])
def test_an_empty_path_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="for the input unchanged, write input"):
        Definition.read(text)
