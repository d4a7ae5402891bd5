"""``catseye evaluate``: measure a classifier."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catseye.cli.common import (
    Archives,
    ClassifierPath,
    Data,
    DataDir,
    Force,
    Json,
    Label,
    Strict,
    console,
    make_table,
    parse_epsilon,
    percent,
    print_json,
    tell_notes,
)
from catseye.cli.printing import write_and_print
from catseye.errors import UsageError

if TYPE_CHECKING:
    from catseye.classifier.classifier import Classifier
    from catseye.datasets import Pictures
    from catseye.drawing.view import View
    from catseye.evaluation.metrics import Evaluation

_LARGEST_CONFUSION = 12  # classes whose table still fits a terminal
_SMALL = 64  # pixels
_SMALL_EXAMPLES, _LARGE_EXAMPLES = 500, 100


def evaluate(
    classifier: ClassifierPath,
    data: Data,
    split: Annotated[
        str, typer.Option(metavar="SPLIT", help="Pictures to use, e.g. test or train[:100]+test.")
    ] = "test",
    label: Label = None,
    robust: Annotated[
        str | None,
        typer.Option(
            metavar="EPSILON,...", help="Also measure robustness to attacks of these sizes, e.g. 1/255,4/255."
        ),
    ] = None,
    examples: Annotated[
        int | None,
        typer.Option(
            help=f"Number of pictures to attack [default: {_SMALL_EXAMPLES}, or {_LARGE_EXAMPLES} if they are large]."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Random seed for choosing and attacking the pictures.")] = 0,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Draw the robustness curves to this .png, .svg or .html file."
        ),
    ] = None,
    force: Force = False,
    strict: Strict = False,
    archives: Archives = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Measure a classifier on labelled pictures: accuracy with its interval, errors by class, calibration.

    With --robust, also measure accuracy under attack and under common corruptions on a sample of the pictures.
    """
    from catseye.classifier.classifier import Classifier
    from catseye.datasets import load

    epsilons = [parse_epsilon(word) for word in robust.split(",")] if robust is not None else []
    _check(robust, examples, output, force)
    loaded = Classifier.load(classifier)
    dataset = load(data, data_dir=data_dir, archives=archives, strict=strict, label=label)
    evaluation = loaded.evaluate(dataset[split])
    tell_notes(dataset.notes, [out.to_json() for out in dataset.left_out])
    robustness = None
    if epsilons:
        robustness = _robustness(loaded, dataset[split], epsilons, examples, seed, f"{classifier} on {data} ({split})")
    if json:
        if robustness and output:
            robustness.write(output)
        print_json(evaluation.to_json() | ({"robustness": robustness.to_json()} if robustness else {}))
        return
    _show(evaluation, f"{data} ({split})")
    if robustness:
        write_and_print(robustness, output, json=False)


def _check(robust: str | None, examples: int | None, output: Path | None, force: bool) -> None:
    if robust is None and (output or examples is not None):
        raise UsageError(f"{'-o' if output else '--examples'} needs --robust.")
    if examples is not None and examples < 1:
        raise UsageError(f"--examples must be at least 1; got {examples}.")
    if output:
        from catseye.drawing.figure_file import figure_output

        figure_output(output, force=force)


def _robustness(
    classifier: Classifier, pictures: Pictures, epsilons: list[float], examples: int | None, seed: int, name: str
) -> View:
    from catseye.insight.robustness.robustness import measure_robustness
    from catseye.insight.robustness.view import view_robustness

    usual = _SMALL_EXAMPLES if max(classifier.preprocess.covers) <= _SMALL else _LARGE_EXAMPLES
    found = measure_robustness(classifier, pictures, epsilons, examples=examples or usual, seed=seed)
    return view_robustness(found, name)


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
    fitted = f"temperature {calibration.temperature:.2f}, fitted on {calibration.examples:,} predictions"
    out.print(
        f"expected calibration error {percent(numbers['expected_calibration_error'])}  "
        + (
            f"({before} before calibration; {fitted})"
            if calibration.examples
            else "(not calibrated: nothing was set aside)"
        ),
        soft_wrap=True,
    )
    scores = (
        (s.name, percent(s.precision, 1), percent(s.recall, 1), percent(s.f1, 1), f"{s.support:,}")
        for s in evaluation.per_class
    )
    out.print(make_table(("class", "precision>", "recall>", "F1>", "n>"), scores))
    if len(evaluation.classes) <= _LARGEST_CONFUSION:
        rows = ((name, *row) for name, row in zip(evaluation.classes, evaluation.confusion.tolist(), strict=True))
        out.print("confusion: rows are the true class, columns the predicted class")
        out.print(make_table(("", *(f"{name[:6]}>" for name in evaluation.classes)), rows))
