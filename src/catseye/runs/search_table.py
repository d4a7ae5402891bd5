"""A search as a table, for the terminal and the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.drawing.numbers import percent
from catseye.runs.search import VALIDATION_PICTURES
from catseye.system.progress_bar import duration

if TYPE_CHECKING:
    from catseye.runs.search import Search, Trial

# Those that end in ``>`` hold numbers.
COLUMNS = ("tried", "log loss>", "better by>", "accuracy>", "multiply-adds>", "ms>", "s>", "outcome")
_NONE = "–"


def make_rows(search: Search) -> list[tuple[str, ...]]:
    """Return a row for each trial."""
    return [_row(trial) for trial in search.trials]


def describe_bounds(search: Search) -> str:
    """Return in a sentence what the search was allowed."""
    time = f"within {duration(search.time_limit)}" if search.time_limit else "without a limit of time"
    size = " and at no higher cost of a prediction" if search.size == "small" else ""
    tried = sum(trial.seconds is not None for trial in search.trials)
    return f"The best of {tried} tried {time}{size}; trying took {duration(search.seconds)}."


def describe_columns(search: Search) -> tuple[str, ...]:
    """Return what the columns hold, in sentences."""
    pictures = next((trial.pictures for trial in search.trials if trial.pictures), 0)
    if not pictures:
        return ()
    judged = (
        f"Log loss: mean and standard error over the {pictures:,} training pictures, each classified by a head that "
        "was not fitted on it; better by: how much lower than that of the first row, picture by picture."
    )
    tuned = next((trial for trial in search.trials if trial.judged_by == VALIDATION_PICTURES), None)
    other = f" That of the fine-tuned network is of {tuned.pictures} validation pictures." if tuned else ""
    return (
        judged + other,
        "Multiply-adds are those of a prediction; ms is what the backbone takes for one of many pictures, decoding not "
        "included; s what the trial took. No test picture was used.",
    )


def _row(trial: Trial) -> tuple[str, ...]:
    if trial.loss is None or trial.seconds is None:
        seconds = _NONE if trial.seconds is None else f"{trial.seconds:.1f}"
        return trial.name, *[_NONE] * 3, _millions(trial), _number(trial.milliseconds, 1), seconds, trial.why
    return (
        trial.name,
        f"{trial.loss:.4f} ± {_number(trial.standard_error, 4)}",
        _NONE if trial.gain is None else f"{trial.gain:+.4f} ± {_number(trial.gain_error, 4)}".replace("-", "\u2212"),
        percent(trial.accuracy, 2),
        _millions(trial),
        _number(trial.milliseconds, 1),
        f"{trial.seconds:.1f}",
        trial.why,
    )


def _millions(trial: Trial) -> str:
    return f"{trial.multiply_adds / 1e6:,.0f} M"


def _number(value: float | None, digits: int) -> str:
    return _NONE if value is None else f"{value:.{digits}f}"
