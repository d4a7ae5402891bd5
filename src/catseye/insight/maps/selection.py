"""Which layers and how many of their channels fit on a page that is projected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.errors import UsageError
from catseye.insight.maps.maps import CHANNELS
from catseye.networks.layers import activated_layers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import nn

ROWS, COLUMNS = 5, 8  # of maps on a page
MOST_LAYERS, MOST_MAPS = 32, 1024  # on a long sheet
_FEW = 2  # layers, each of which has room for two rows


def select_layers(network: nn.Module, shape: tuple[int, int, int]) -> dict[str, str]:
    """Return at most five layers with maps behind an activation, spread over the depth, each with its stage's name."""
    found = list(activated_layers(network, shape).items())
    count = min(ROWS, len(found))
    chosen = [round(number * (len(found) - 1) / max(1, count - 1)) for number in range(count)]
    return dict(found[index] for index in chosen)


def default_count(layers: int, *, long: bool) -> int:
    """Return how many channels of each of so many layers are drawn, unless told."""
    return CHANNELS if long or layers <= _FEW else COLUMNS


def fits_page(counts: Sequence[int]) -> bool:
    """Say whether layers of so many maps each fit on a page, every layer on rows of its own."""
    return sum(rows_of(count) for count in counts) <= ROWS


def rows_of(count: int, columns: int = COLUMNS) -> int:
    """Return how many rows so many maps take."""
    return -(-count // columns)


def check_size(counts: Sequence[int]) -> None:
    """Raise `UsageError` if layers of so many maps each are too many for one sheet."""
    if sum(counts) > MOST_MAPS:
        raise UsageError(
            f"that makes {sum(counts):,} maps, but at most {MOST_MAPS:,} are drawn; take fewer channels or layers."
        )
