"""Why a picture was chosen, in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.arrays import Floats

_UNSURE = 0.5  # doubt from which on a classifier is called unsure: its first class leads by half or less
_DOUBTFUL = 0.05  # doubt below which it is not worth a word
_RIVAL = 0.5  # share of the most probable class's probability from which on another class is named
_MOST_NAMED = 3  # classes


def describe_reasons(
    probabilities: Floats,
    doubt: float,
    classes: Sequence[str],
    *,
    unlike: bool,
    doubtful: bool,
    alike: int,
    otherwise: str,
) -> tuple[str, ...]:
    """Return the reasons for which a picture was chosen, at least one, the weightiest first.

    Parameters
    ----------
    probabilities
        (K,).
    doubt
        How unsure the classifier is, 0 to 1.
    classes
    unlike
        Whether it is unlike the training pictures, as predictions say, or farther from them than is usual among them.
    doubtful
        Whether the classifier is less sure of it than of most pictures.
    alike
        How many other doubtful pictures are in its group: nearer to it than to the others chosen, more or less.
    otherwise
        The reason if there is no weightier one.
    """
    reasons = [_name_rivals(probabilities, classes)] if doubt >= _UNSURE else []
    if unlike:
        reasons.append("unlike the training pictures")
    if not reasons:
        reasons.append("less sure than of most others" if doubtful and doubt >= _DOUBTFUL else otherwise)
    if alike:
        reasons.append(f"stands for {counted(alike, 'other')}")
    return tuple(reasons)


def _name_rivals(probabilities: Floats, classes: Sequence[str]) -> str:
    order = np.argsort(-probabilities, kind="stable")
    rivals = [index for index in order[1:_MOST_NAMED] if probabilities[index] >= _RIVAL * probabilities[order[0]]]
    named = [classes[index] for index in (order[0], *(rivals or order[1:2]))]
    if probabilities[order[: len(named)]].sum() < _UNSURE:
        return f"unsure: perhaps {', '.join(named[:-1])} or {named[-1]}"
    return f"unsure between {', '.join(named[:-1])} and {named[-1]}"
