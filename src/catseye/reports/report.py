"""The report of a run: one page that needs nothing but itself."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from catseye.evaluation.calibration import expected_calibration_error
from catseye.networks import summarise
from catseye.reports import figures
from catseye.reports.gallery import sample, surest_mistakes
from catseye.system.files import write_atomically
from catseye.system.threads import usable_cores

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from catseye.classifier.classifier import Classifier
    from catseye.datasets import Pictures
    from catseye.evaluation.metrics import Evaluation
    from catseye.insight.robustness.robustness import Robustness
    from catseye.reports.source import Source
    from catseye.training.history import Epoch

_LARGEST_TABLE = 40  # classes up to which the whole confusion table is shown
_MOST_CONFUSED = 10
_LONG_SUMMARY = 30  # layers from which on the table is folded away
_SPLITS = {"train": "training", "validation": "validation", "test": "test"}


def write_report(
    path: Path,
    source: Source,
    classifier: Classifier,
    history: Sequence[Epoch],
    evaluations: Mapping[str, Evaluation],
    result: Mapping[str, Any],
    robustness: Robustness | None = None,
) -> None:
    """Write the report of a run to ``path``."""
    environment = Environment(loader=PackageLoader("catseye.reports"), autoescape=True, undefined=StrictUndefined)
    environment.filters |= {"percent": _percent, "number": _number}
    page = environment.get_template("report.html.j2").render(
        classifier=classifier,
        info=source.dataset.info,
        dataset=source.dataset,
        splits=[(_SPLITS[name], len(part)) for name, part in source.splits.items()],
        summary=summarise(classifier.network, classifier.preprocess.shape, classifier.network_name),
        long_summary=_LONG_SUMMARY,
        recipe=source.recipe,
        history=history,
        curves=figures.curves(history) if history else (),
        test=_judged(source.splits.get("test"), evaluations.get("test")),
        evaluations=evaluations,
        robustness=_attacked(robustness) if robustness else None,
        result=result,
        command=source.command,
        machine=f"{platform.system()} {platform.machine()}, {usable_cores()} cores",
    )
    write_atomically(path, page.encode(errors="replace"))  # a file name may be no text


def _attacked(found: Robustness) -> dict[str, Any]:
    """Return all that the report shows of the classifier under attack."""
    from catseye.insight.robustness import figure

    return {
        "drawing": figure.robustness_drawing(found),
        "bound": figure.bound_in_words(found),
        "checks": figure.checks_in_words(found),
    }


def _judged(pictures: Pictures | None, test: Evaluation | None) -> dict[str, Any] | None:
    """Return all that the report shows of the test split."""
    if test is None or pictures is None:
        return None
    return {
        "evaluation": test,
        "error": expected_calibration_error(test.bins),
        "raw_error": expected_calibration_error(test.raw_bins),
        "diagram": figures.reliability_diagram(test.raw_bins, test.bins),
        "confusion": test.confusion.tolist() if len(test.classes) <= _LARGEST_TABLE else [],
        "confused": _confused(test),
        "mistakes": surest_mistakes(pictures, test),
        "right": sample(pictures, test, right=True),
        "wrong": sample(pictures, test, right=False),
    }


def _confused(test: Evaluation) -> list[tuple[str, str, int, float]]:
    """Return the pairs that are mixed up most: true class, predicted class, how often, share of the true class."""
    confusion = test.confusion
    pairs = [(int(count), i, j) for i, row in enumerate(confusion) for j, count in enumerate(row) if i != j and count]
    pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    classes = test.classes
    return [(classes[i], classes[j], count, count / int(confusion[i].sum())) for count, i, j in pairs[:_MOST_CONFUSED]]


def _percent(share: float | None, digits: int = 1) -> str:
    return "–" if share is None else f"{100 * share:.{digits}f} %"


def _number(value: float) -> str:
    return f"{value:,}".replace(",", "\u202f")
