"""Why a picture was chosen, in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.arrays import Floats

_UNSURE = 0.5  # uncertainty from which on a classifier is called unsure: its first class leads by 50 points or less
_UNCERTAIN = 0.05  # uncertainty below which it is not worth mentioning
_RIVAL = 0.5  # share of the most probable class's probability from which on another class is named
_MOST_NAMED = 3  # classes


def describe_reasons(
    probabilities: Floats,
    uncertainty: float,
    classes: Sequence[str],
    *,
    unlike: bool,
    uncertain: bool,
    alike: int,
    otherwise: str,
) -> tuple[str, ...]:
    """Return the reasons why a picture was chosen, at least one, the most important first.

    Parameters
    ----------
    probabilities
        (K,).
    uncertainty
        How uncertain the classifier is, 0 to 1.
    classes
    unlike
        Whether it is unlike the training pictures, as predictions say, or farther from them than these usually are from
        each other.
    uncertain
        Whether the classifier is less certain about it than about most pictures.
    alike
        How many other uncertain pictures are in its group: roughly, those nearer to it than to the others chosen.
    otherwise
        The reason if no other applies.
    """
    reasons = [_name_rivals(probabilities, classes)] if uncertainty >= _UNSURE else []
    if unlike:
        reasons.append("unlike the training pictures")
    if not reasons:
        reasons.append("less certain than for most others" if uncertain and uncertainty >= _UNCERTAIN else otherwise)
    if alike:
        reasons.append(f"represents {counted(alike, 'other')}")
    return tuple(reasons)


def _name_rivals(probabilities: Floats, classes: Sequence[str]) -> str:
    order = np.argsort(-probabilities, kind="stable")
    rivals = [index for index in order[1:_MOST_NAMED] if probabilities[index] >= _RIVAL * probabilities[order[0]]]
    named = [classes[index] for index in (order[0], *(rivals or order[1:2]))]
    if probabilities[order[: len(named)]].sum() < _UNSURE:
        return f"unsure: perhaps {', '.join(named[:-1])} or {named[-1]}"
    return f"unsure between {', '.join(named[:-1])} and {named[-1]}"
