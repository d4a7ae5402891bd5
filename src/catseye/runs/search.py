"""What a transfer with a time limit or a bound of the classifier's size has tried, and why it kept what it kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from catseye.runs.json_fields import JsonFields
from catseye.short_repr import ShortRepr

CROSS_VALIDATION, VALIDATION_PICTURES = "cross-validation", "validation pictures"


@dataclass(frozen=True, repr=False)
class Trial(ShortRepr, JsonFields):
    """One classifier that was tried, or that the time did not allow.

    Attributes
    ----------
    name : str
        Such as ``"efficientnet_lite1, mirrored"``.
    backbone : str
    mirrored, fine_tuned : bool
    multiply_adds : int
        Of a prediction; estimated for what was not begun.
    milliseconds : float or None
        Time that the backbone takes for one picture of many, without decoding it, in the precision of the features.
    seconds : float or None
        Time that the trial took; ``None`` if it was not begun, and so for all that follow.
    loss, standard_error : float or None
        Mean log loss on pictures that the head did not learn from, and its standard error.
    accuracy : float or None
        Accuracy on the same pictures, 0 to 1.
    pictures : int or None
        How many these are.
    judged_by : str or None
        ``"cross-validation"`` on the training pictures, or ``"validation pictures"`` that were set aside.
    gain, gain_error : float or None
        By how much its loss is lower than the first trial's, the mean over the pictures, and the standard error of
        that mean; ``None`` for what was judged on other pictures.
    chosen : bool
    why : str
        Why it was chosen or not.
    """

    name: str
    backbone: str
    mirrored: bool
    fine_tuned: bool
    multiply_adds: int
    milliseconds: float | None = None
    seconds: float | None = None
    loss: float | None = None
    standard_error: float | None = None
    accuracy: float | None = None
    pictures: int | None = None
    judged_by: str | None = None
    gain: float | None = None
    gain_error: float | None = None
    chosen: bool = False
    why: str = ""


@dataclass(frozen=True, repr=False)
class Search(ShortRepr, JsonFields):
    """A search for the best classifier.

    Attributes
    ----------
    time_limit : float
        Seconds for the whole transfer; 0: no limit.
    size : str
        ``"small"``: nothing costlier than the first trial; ``"best"``: everything.
    seconds : float
        Time that all trials took.
    trials : tuple of Trial
        In the order in which they were tried; the first is the classifier that a transfer makes without a search.
    notes : tuple of str
        What limited the search.
    """

    time_limit: float
    size: str
    seconds: float
    trials: tuple[Trial, ...]
    notes: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the search with these fields."""
        trials = tuple(Trial.from_json(trial) for trial in values["trials"])
        return cls(**(values | {"trials": trials, "notes": tuple(values["notes"])}))

    @property
    def chosen(self) -> Trial:
        """The classifier that was kept."""
        return next(trial for trial in self.trials if trial.chosen)
