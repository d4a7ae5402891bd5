"""Random search: an attack without gradients, which exposes networks that only hide theirs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch

from catseye.attacks.projected_gradient_descent import WHITE, margins

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.attacks.differentiable import Model

_FIRST_SHARE = 0.5  # of the picture's area that the first squares cover
_TRIES = 1000  # tries over which the squares shrink to a pixel


def random_search(
    model: Model,
    pictures: torch.Tensor,
    classes: torch.Tensor,
    epsilon: float,
    tries: int,
    generator: torch.Generator,
    advance: Callable[[int], object] = lambda _: None,
) -> torch.Tensor:
    """Return the pictures changed by up to ``epsilon`` in any value (L∞), without gradients.

    Squares at random positions and of random colours are added to the change and kept where they increase the margin;
    they shrink as the search goes on (Square Attack, Andriushchenko et al. 2020, arXiv:1912.00049).

    Parameters
    ----------
    model
        Function from pictures to logits (B, K); its gradients are not used.
    pictures
        float32 (B, C, H, W), 0 to 255.
    classes
        int64 (B,): the correct class of each picture.
    epsilon
        Largest change of a value, in units of the range 0 to 1.
    tries
        Number of changes of each picture that are tried.
    generator
    advance
        Called with 1 after every try.
    """
    count, channels, height, width = pictures.shape
    size = epsilon * WHITE
    # Stripes are the best initial change that the paper found.
    best = (pictures + size * _signs((count, channels, 1, width), generator)).clamp(0, WHITE)
    with torch.no_grad():
        reached = margins(model(best), classes)
        for number in range(tries):
            side = _side(number / tries * _TRIES, height, width)
            tops = torch.randint(height - side + 1, (count,), generator=generator).tolist()
            lefts = torch.randint(width - side + 1, (count,), generator=generator).tolist()
            colours = size * _signs((count, channels, 1, 1), generator)
            tried = best.clone()
            for index, (top, left) in enumerate(zip(tops, lefts, strict=True)):
                square = (index, slice(None), slice(top, top + side), slice(left, left + side))
                tried[square] = (pictures[square] + colours[index]).clamp(0, WHITE)
            margin = margins(model(tried), classes)
            better = margin > reached
            best[better], reached = tried[better], torch.where(better, margin, reached)
            advance(1)
    return best


def _side(number: float, height: int, width: int) -> int:
    """Return the squares' side in pixels: their area is halved at increasing intervals."""
    halvings = sum(number > mark for mark in (5, 20, 50, 100, 200, 400, 600, 800))
    side = math.sqrt(_FIRST_SHARE / 2**halvings * height * width)
    return max(1, min(height, width, round(side)))


def _signs(shape: tuple[int, ...], generator: torch.Generator) -> torch.Tensor:
    return 2.0 * torch.randint(2, shape, generator=generator) - 1
