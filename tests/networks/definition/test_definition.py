"""What a text builds: the last layer, and what is refused."""

from __future__ import annotations

import pytest

from catseye.errors import UsageError
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
