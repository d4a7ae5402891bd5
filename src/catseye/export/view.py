"""The views of an export and of a quantisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.drawing.answer import make_view
from catseye.drawing.numbers import percent, points
from catseye.drawing.parts import Table
from catseye.drawing.view import View
from catseye.evaluation.paired_accuracy import describe_p
from catseye.export.agreement import LARGEST_DIFFERENCE
from catseye.export.export_result import Export
from catseye.export.quantisation import LARGEST_LOSS
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.export.agreement import Agreement
    from catseye.export.quantisation import Quantisation

_UNITS = ((1e9, "GB"), (1e6, "MB"), (1e3, "KB"))


def size_in_words(count: int) -> str:
    """Return a number of bytes with at most three digits: ``"48 KB"``, ``"1.2 MB"``."""
    for unit, name in _UNITS:
        if count >= 0.9995 * unit:
            size = count / unit
            return f"{size:.1f} {name}" if size < 9.95 else f"{size:.0f} {name}"
    return f"{count} bytes"


def tabulate_agreements(agreements: Sequence[Agreement]) -> Table:
    """Return a table of the agreement in each runtime in which a file was checked."""
    columns = ("checked in", "pictures>", "same class>", "largest difference in probability>", "in unfamiliarity>")
    rows = tuple(
        (
            one.runtime,
            str(one.checked),
            percent(one.equal_classes),
            f"{one.largest_difference:.1e}",
            "–" if one.unfamiliarity_difference is None else f"{one.unfamiliarity_difference:.1e}",
        )
        for one in agreements
    )
    return Table(columns, rows)


@make_view.register
def _view_export(export: Export) -> View:
    size = f"{export.file}: {size_in_words(export.bytes)}"
    words: tuple[str | Table, ...] = (
        f"The answers agree with the classifier's; the export fails if a probability differs by more than "
        f"{LARGEST_DIFFERENCE:g}.",
    )
    if export.quantisation:
        words = describe_quantisation(export.quantisation)
    notes = tuple(f"note: {note}" for note in export.notes)
    return View(f"Export to {export.format}", (size, tabulate_agreements(export.agreements), *words, *notes))


def describe_quantisation(found: Quantisation) -> tuple[str | Table, ...]:
    """Return the cost and benefit of quantisation, in words and a table."""
    counts, (low, high) = found.counts, found.speed.quartiles
    columns = ("", "accuracy>", "log loss>", "calibration error>", "unfamiliar>", "size>", "ms per picture>")
    unfamiliar = found.unfamiliar or (None, None)
    speeds = found.speed.original, found.speed.quantised
    rows = tuple(
        (
            name,
            percent(accuracy),
            f"{calibrated.loss:.3f}",
            percent(calibrated.error),
            "–" if unlike is None else percent(unlike),
            size_in_words(size),
            f"{milliseconds:,.1f}",
        )
        for name, accuracy, calibrated, unlike, size, milliseconds in zip(
            ("single precision", "int8"),
            found.accuracies,
            found.calibrated,
            unfamiliar,
            found.bytes,
            speeds,
            strict=True,
        )
    )
    return (
        f"Quantised on {counted(found.calibration_pictures, 'picture')}, and measured on {counts.examples:,} others "
        "with labels. The pictures checked in each runtime include odd, rendered ones, on which it may differ more.",
        Table(columns, rows),
        f"Accuracy: {counts}, p {describe_p(counts.p_value)}: {counts.verdict}. At most {points(LARGEST_LOSS)} lower, "
        "or one picture, is accepted.",
        f"The same class on {percent(found.equal_classes)} of these; the largest difference in probability is "
        f"{found.largest_difference:.2g}, on average {found.mean_difference:.2g}. Speed-up: "
        f"{found.speed.ratio:.1f} (quartiles {low:.1f} to {high:.1f}), on pictures of the network's size.",
        *_describe_missing_gain(found),
    )


def _describe_missing_gain(found: Quantisation) -> tuple[str, ...]:
    original, quantised = found.bytes
    missing = [
        words
        for words, is_missing in (("smaller", quantised >= original), ("clearly faster", found.speed.quartiles[0] <= 1))
        if is_missing
    ]
    return (f"Quantised, it is not {' or '.join(missing)}.",) if missing else ()
