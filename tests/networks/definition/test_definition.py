"""What a text builds: the last layer, and what is refused."""

from __future__ import annotations

import pytest

from catseye.networks.definition.definition import Definition
from catseye.networks.definition.shape import LayerError


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
