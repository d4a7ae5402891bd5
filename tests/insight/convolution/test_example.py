"""What a convolution and pooling by hand have in common."""

from __future__ import annotations

import numpy as np
import pytest

from catseye.errors import UsageError
from catseye.insight.convolution.convolution import Convolution
from catseye.insight.convolution.example import Example
from catseye.insight.convolution.pooled_example import PooledExample
from catseye.insight.convolution.pooling import Pooling
from catseye.insight.convolution.worked_example import WorkedExample


@pytest.mark.parametrize("values", [np.zeros((4, 5)), np.zeros((3, 4, 5))])
def test_an_input_has_height_width_and_channels(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> None:
    examples: tuple[Example, ...] = (
        WorkedExample("it", values, Convolution("sobel_x")),
        PooledExample("it", values, Pooling()),
    )
    for example in examples:
        assert example.shape == (4, 5)
        assert example.channels.shape == (1 if values.ndim == 2 else 3, 4, 5)


def test_a_number_of_steps_below_one_is_refused_by_both() -> None:
    values = np.zeros((4, 4))
    for make in (
        lambda: WorkedExample("it", values, Convolution("sobel_x"), most=0),
        lambda: PooledExample("it", values, Pooling(), most=0),
    ):
        with pytest.raises(UsageError, match="at least 1; got 0"):
            make()
