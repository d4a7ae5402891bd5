"""``catseye evaluate``: how far to trust a classifier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from catseye.cli.common import (
    Archives,
    ClassifierPath,
    Data,
    DataDir,
    Json,
    Label,
    Strict,
    console,
    percent,
    print_json,
    table,
    tell_notes,
)

if TYPE_CHECKING:
    from catseye.evaluation.metrics import Evaluation

_LARGEST_CONFUSION = 12  # classes whose table still fits a terminal


def evaluate(
    classifier: ClassifierPath,
    data: Data,
    split: Annotated[str, typer.Option(help="E.g. test, or train[:100]+test.")] = "test",
    label: Label = None,
    strict: Strict = False,
    archives: Archives = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Measure a classifier on labelled pictures: accuracy with its interval, errors by class, calibration."""
    from catseye.classifier import Classifier
    from catseye.datasets import load

    loaded = Classifier.load(classifier)
    dataset = load(data, data_dir=data_dir, archives=archives, strict=strict, label=label)
    evaluation = loaded.evaluate(dataset[split])
    tell_notes(dataset.notes, [out.to_json() for out in dataset.left_out])
    if json:
        print_json(evaluation.to_json())
    else:
        _show(evaluation, f"{data} ({split})")


def _show(evaluation: Evaluation, data: str) -> None:
    numbers = evaluation.to_json()
    low, high = evaluation.accuracy_interval
    calibration = evaluation.calibration
    out = console()
    out.print(f"{data}: {evaluation.examples:,} pictures")
    out.print(f"accuracy {percent(evaluation.accuracy)}  (95 % interval {percent(low)} to {percent(high)})")
    for k, share in evaluation.top_k.items():
        out.print(f"top-{k}    {percent(share)}")
    out.print(f"loss     {evaluation.loss:.4f}")
    before = percent(numbers["expected_calibration_error_uncalibrated"])
    fitted = f"temperature {calibration.temperature:.2f}, fitted on {calibration.examples:,} validation pictures"
    out.print(
        f"expected calibration error {percent(numbers['expected_calibration_error'])}  "
        + (f"({before} before: {fitted})" if calibration.examples else "(not calibrated: nothing was set aside)"),
        soft_wrap=True,
    )
    scores = (
        (s.name, percent(s.precision, 1), percent(s.recall, 1), percent(s.f1, 1), f"{s.support:,}")
        for s in evaluation.per_class
    )
    out.print(table(("class", "precision>", "recall>", "F1>", "n>"), scores))
    if len(evaluation.classes) <= _LARGEST_CONFUSION:
        rows = ((name, *row) for name, row in zip(evaluation.classes, evaluation.confusion.tolist(), strict=True))
        out.print("confusion: rows are the true class, columns what it was taken for")
        out.print(table(("", *(f"{name[:6]}>" for name in evaluation.classes)), rows))
