"""What is left of the time."""

from __future__ import annotations

import math

from catseye.runs.transfer.budget import Budget


def test_time_passes_from_the_start_and_without_a_limit_is_never_short() -> None:
    assert Budget(60, "best", 100.0, lambda: 125.0).left == 35
    assert Budget(60, "best", 100.0, lambda: 170.0).left == -10
    assert Budget(0, "best", 100.0, lambda: 1e9).left == math.inf
