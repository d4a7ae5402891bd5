"""Networks by name."""

import pytest

from catseye.errors import UsageError
from catseye.networks.registry import resolve_network


@pytest.mark.parametrize("name", ["mine.keras", "weights/mine.h5", "mine.pth", "run/classifier.safetensors"])
def test_a_file_that_is_not_there_is_no_text(name: str) -> None:
    with pytest.raises(UsageError, match=f"^there is no file {name}"):
        resolve_network(name)
