"""Confidence intervals of proportions."""

from __future__ import annotations

import math

Z_95 = 1.959963984540054  # the normal distribution's 97.5 % point


def wilson_interval(right: int, examples: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927, J. Am. Stat. Assoc. 22), within 0 to 1."""
    share, z2 = right / examples, Z_95**2
    centre = share + z2 / (2 * examples)
    margin = Z_95 * math.sqrt(share * (1 - share) / examples + z2 / (4 * examples**2))
    scale = 1 + z2 / examples
    # Exactly 0 and 1 at the ends, where rounding would leave a little.
    return (centre - margin) / scale if right else 0.0, (centre + margin) / scale if right < examples else 1.0
