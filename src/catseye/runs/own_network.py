"""Errors of a network that was written in Python, said as such."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from catseye.errors import CatseyeError, UsageError, first_line
from catseye.networks.names import is_custom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.training.planning import Plan


@contextmanager
def named_errors(planned: Plan) -> Iterator[None]:
    """Raise `UsageError` for whatever the code of a network written in Python raises in the block.

    It was tried out before, but not with batches of every size, nor with every picture, nor in the precision of the
    training.
    """
    try:
        yield
    except (CatseyeError, OSError, MemoryError):
        raise
    except Exception as error:
        if not is_custom(planned.network):
            raise
        precision = planned.recipe.precision
        rounded = precision != "fp32" and re.search(r"bfloat16|bf16", str(error), re.IGNORECASE)
        advice = f' It is trained in {precision}; precision="fp32" may be what it needs.' if rounded else ""
        raise UsageError(f"the network fails while it is trained: {first_line(error).rstrip('.')}.{advice}") from error
