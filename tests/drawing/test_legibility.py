"""What is drawn can be read at the back of a room: nothing is cut off, on top of something else, or tiny."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from catseye.drawing.picture_grid import draw_picture_grid
from catseye.drawing.style import styled
from catseye.evaluation.calibration import Calibration
from catseye.evaluation.figure import draw_evaluation
from catseye.evaluation.metrics import evaluate_logits
from catseye.insight.explanation.explanation import explain
from catseye.insight.maps.filters import Filters
from catseye.insight.maps.filters_figure import draw_filters
from catseye.verbs.feature_maps import maps
from tests.drawing.legibility import check_legible

if TYPE_CHECKING:
    from catseye.runs.run import Run

LONG = "a photograph of a {} that was taken indoors without flash"


@pytest.mark.parametrize(("count", "lines"), [(1, 45), (2, 45), (9, 54), (40, 72)])
def test_pictures(count: int, lines: float) -> None:
    pictures = [np.zeros((40, 30 + count % 7, 3), np.uint8)] * count
    with styled():
        check_legible(draw_picture_grid(pictures, ["british shorthair"] * count, "pets, train: all of them"), 60)
        names = [LONG.format(number) for number in range(count)]
        check_legible(draw_picture_grid(pictures, names, "pets, train: all of them"), lines)


@pytest.mark.parametrize("count", [1, 3, 32, 64])
@pytest.mark.parametrize("colours", [1, 3])
def test_filters(count: int, colours: int) -> None:
    weights = np.random.default_rng(0).normal(size=(count, colours, 3, 3)).astype(np.float32)
    with styled():
        check_legible(draw_filters(Filters("conv1", weights, "a-run")), 60)


def test_top_activating_pictures(digits_run: Run) -> None:
    for by in ("max", "mean"):
        found = maps(digits_run, data="digits", split="test[:20]", layer="relu1", channel=2, by=by)
        check_legible(found.figure(), 60)


@pytest.mark.parametrize("classes", [2, 10, 30])
def test_an_evaluation(classes: int) -> None:
    generator = np.random.default_rng(0)
    logits, labels = generator.normal(size=(200, classes)), generator.integers(classes, size=200)
    names = tuple(LONG.format(number) for number in range(classes))
    found = evaluate_logits(logits, labels, names, Calibration())
    with styled():
        check_legible(draw_evaluation(found), 75)


def test_an_explanation(digits_run: Run) -> None:
    picture = np.random.default_rng(0).integers(0, 255, (8, 8), np.uint8)
    check_legible(explain(digits_run.classifier, picture).figure(), 45)
    check_legible(explain(digits_run.classifier, picture, methods="all", scores=True).figure(), 60)
    check_legible(explain(digits_run.classifier, picture, methods=["grad_cam"], check=True).figure(), 60)
