"""An evaluation in every form in which it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.drawing.answer import make_view
from catseye.drawing.graphemes import shorten
from catseye.drawing.numbers import percent
from catseye.drawing.parts import Table
from catseye.drawing.view import View
from catseye.evaluation.calibration import expected_calibration_error
from catseye.evaluation.metrics import Evaluation
from catseye.short_repr import counted

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from catseye.drawing.parts import Part

_LARGEST_CONFUSION = 12  # classes whose table still fits a terminal
_SHORT = 6  # letters of a class above a column


@make_view.register(Evaluation)
def view_evaluation(evaluation: Evaluation) -> View:
    """Return the accuracy with its interval, the calibration, the classes one by one, and what is confused most."""
    title = f"{evaluation.data}: {counted(evaluation.examples, 'picture')}"
    accuracy, calibration = accuracy_in_words(evaluation), _calibration(evaluation)
    parts: tuple[Part, ...] = (title, accuracy, *_further(evaluation), calibration)
    parts += (*unfamiliarity_in_words(evaluation), *_detection(evaluation), _classes(evaluation))
    parts += _confusion(evaluation)
    robustness = evaluation.robustness.view().parts if evaluation.robustness else ()
    return View(
        title,
        (*parts, *robustness),
        lambda: _draw(evaluation),
        (accuracy, calibration, *evaluation.notes),
        {".csv": evaluation.save_csv},
        html=lambda: _html(evaluation, parts),
    )


def accuracy_in_words(evaluation: Evaluation) -> str:
    """Return the accuracy with its interval."""
    low, high = evaluation.accuracy_interval
    return f"accuracy {percent(evaluation.accuracy, 2)}  (95 % interval {percent(low, 2)} to {percent(high, 2)})"


def unfamiliarity_in_words(evaluation: Evaluation) -> tuple[str, ...]:
    """Return the share of pictures that are unlike the training pictures, where that is known."""
    if evaluation.unfamiliarity is None:
        return ()
    low, high = (percent(limit) for limit in evaluation.unfamiliar_interval)
    expected = f"about {percent(evaluation.false_alarms, 0)} expected for pictures like the training pictures"
    share = percent(evaluation.unfamiliar)
    return (f"{share} are unlike the training pictures (95 % interval {low} to {high}; {expected})",)


def _detection(evaluation: Evaluation) -> tuple[str, ...]:
    found = evaluation.detection
    if found is None:
        return ()
    low, high = found.auroc_interval
    least, most = (percent(limit) for limit in found.false_alarms_interval)
    others = counted(len(found.others), "picture")
    return (
        f"against {found.data}: {others}, {percent(found.detected / len(found.others))} unlike the training pictures",
        f"AUROC {found.auroc:.3f}  (95 % interval {low:.3f} to {high:.3f}): the probability that one of "
        "those scores as less like the training pictures than one of these",
        f"false alarms at 95 % detection {percent(found.false_alarms_at_95)}  (95 % interval {least} to {most}): the "
        "share of these that would be flagged if 95 % of those were",
    )


def _further(evaluation: Evaluation) -> tuple[str, ...]:
    top = (f"top-{k}    {percent(share, 2)}" for k, share in evaluation.top_k.items())
    return *top, f"log loss {evaluation.loss:.4f}"


def _calibration(evaluation: Evaluation) -> str:
    calibration = evaluation.calibration
    error, raw = (percent(expected_calibration_error(bins), 2) for bins in (evaluation.bins, evaluation.raw_bins))
    fitted = f"fitted on {counted(calibration.examples, 'prediction')}"
    if not calibration.examples:
        origin = "not calibrated: no predictions for it are known"
    elif calibration.temperature == 1:  # as a model of Keras holds it
        origin = f"calibrated by a temperature in the weights, {fitted}"
    else:
        origin = f"{raw} before calibration; temperature {calibration.temperature:.2f}, {fitted}"
    return f"expected calibration error {error}  ({origin})"


def _classes(evaluation: Evaluation) -> Table:
    rows = tuple(
        (s.name, percent(s.precision), percent(s.recall), percent(s.f1), f"{s.support:,}") for s in evaluation.per_class
    )
    return Table(("class", "precision>", "recall>", "F1>", "n>"), rows)


def _confusion(evaluation: Evaluation) -> tuple[Part, ...]:
    if len(evaluation.classes) > _LARGEST_CONFUSION:
        return ()
    counts = zip(evaluation.classes, evaluation.confusion.tolist(), strict=True)
    rows = tuple((name, *map(str, row)) for name, row in counts)
    columns = ("", *(f"{shorten(name, _SHORT)}>" for name in evaluation.classes))
    return "confusion: rows are the true class, columns the predicted class", Table(columns, rows)


def _html(evaluation: Evaluation, parts: tuple[Part, ...]) -> str:
    """Return the answer for a notebook: the figure stands for the table of the confusion; then the robustness."""
    from catseye.drawing.notebook import to_html

    notes = (f"note: {note}" for note in evaluation.notes)
    without = (*notes, *parts[: len(parts) - len(_confusion(evaluation))])
    shown = to_html(View(f"{evaluation.data}: confusion and calibration", without, lambda: _draw(evaluation)))
    return shown + (to_html(evaluation.robustness.view()) if evaluation.robustness else "")


def _draw(evaluation: Evaluation) -> Figure:
    from catseye.evaluation.figure import draw_evaluation

    return draw_evaluation(evaluation)
