"""Results that nothing was trained for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from catseye.datasets.left_out import LeftOut
from catseye.evaluation.intervals import wilson_interval
from catseye.inference.agreement import Agreement
from catseye.runs.result import BackboneSource, Data, Extraction, FineTuning, HeadFit, Result, Seconds
from catseye.runs.run import Run
from catseye.runs.score import Score
from catseye.training.history import Epoch
from catseye.training.recipe import Recipe
from catseye.transfer_learning.recipe import TransferRecipe


def score_of(right: int, examples: int) -> Score:
    return Score(examples, 0.5, right / examples, wilson_interval(right, examples), 0.03)


TRAINED = Result(
    run_path="r",
    classifier_path="r/classifier.safetensors",
    report_path="r/report.html",
    data=Data("digits", "aaaaaaaaaa", "bbbbbbbbbb"),
    network="small_convnet",
    parameters=53_226,
    recipe=Recipe(epochs=3),
    epochs=3,
    stopped="",
    images_per_second=1000.0,
    seconds=Seconds(total=2.5, training=2.0),
    train=score_of(990, 1000),
    validation=score_of(97, 100),
    test=score_of(340, 359),
    left_out=(LeftOut("a.png", "the file is empty"),),
    notes=("a note",),
)
TRANSFERRED = replace(
    TRAINED,
    network="efficientnet_lite0",
    recipe=TransferRecipe(fine_tuning=Recipe(epochs=4)),
    epochs=0,
    images_per_second=None,
    seconds=Seconds(total=9.0, extract=7.0, head=1.0),
    validation=None,
    backbone=BackboneSource("efficientnet_lite0", "a package", 1280),
    features=Extraction("OpenVINO", 40, 40, 20.5, Agreement(8, 1.0, 0.01)),
    head=HeadFit(0.01, True),
    fine_tuning=FineTuning(False, "because"),
)


def epochs(count: int) -> tuple[Epoch, ...]:
    return tuple(Epoch(n, 0.1, 2 / n, 1 - 1 / (n + 1), 2.2 / n, 1 - 1 / (n + 0.5), 1.0) for n in range(1, count + 1))


def run_of(result: Result = TRAINED, history: int = 0) -> Run:
    return Run(Path("r"), cast("Any", None), epochs(history), result)
