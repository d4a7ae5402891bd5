"""A doubt about what the classes of a data set are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Doubt:
    """Why the classes of a data set may not be the intended ones.

    Attributes
    ----------
    reason : str
        What was found and what to do, as one or two sentences.
    classes : tuple of str
        The classes that it is about.
    serious : bool
        Whether nothing should be trained on these classes.
    """

    reason: str
    classes: tuple[str, ...]
    serious: bool
