"""What is said of pooling and shifts."""

from __future__ import annotations

import pytest

from catseye.insight.equivariance.view import _verdict


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (0.25, "pooling takes away 75 % of the change and is partly invariant"),
        (0.8, "pooling takes away 20 % of the change and is partly invariant"),
        (0.95, "pooling takes away 5 % of the change and is hardly invariant"),
        (1.0, "pooling is not invariant here"),
        (1.5, "pooling is not invariant here"),
    ],
)
def test_pooling_is_called_invariant_only_where_it_takes_away_much(left: float, said: str) -> None:
    assert _verdict(left) == said
