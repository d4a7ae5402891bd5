"""Times in words."""

import pytest

from catseye.system.progress import duration


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (89, "89 s"), (90, "2 min"), (200, "3 min"), (7100, "118 min"), (7800, "2 h 10 min")],
)
def test_a_time_is_told_as_people_would(seconds: float, words: str) -> None:
    assert duration(seconds) == words
