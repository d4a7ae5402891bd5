"""Catseye: see what a convnet sees.

The door to the library: every verb of the command line is a function here. What stands behind a name loads when it is
first used, so that importing ``catseye`` costs nothing.

>>> import catseye
>>> digits = catseye.load("digits")
>>> len(digits["train"])
1438
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye._lazy import lazily
from catseye._version import __version__

if TYPE_CHECKING:
    from catseye import errors, serve
    from catseye.classifier.classifier import Classifier
    from catseye.classifier.prediction import Prediction, Predictions
    from catseye.datasets import CallableModule
    from catseye.datasets.dataset import Dataset
    from catseye.datasets.loading import load
    from catseye.evaluation.metrics import Evaluation
    from catseye.export import CallableModule as ExportModule
    from catseye.runs.run import Run
    from catseye.runs.training import train
    from catseye.runs.transfer.pipeline import transfer
    from catseye.studies.reach.study import reach
    from catseye.studies.shifts.study import shifts
    from catseye.training.recipe import Recipe
    from catseye.verbs.by_hand import pool, tensors
    from catseye.verbs.comparison import compare
    from catseye.verbs.conversion import convert
    from catseye.verbs.data import check, info, show
    from catseye.verbs.diagnosis import doctor
    from catseye.verbs.evaluation import evaluate
    from catseye.verbs.explanation import explain
    from catseye.verbs.feature_maps import maps
    from catseye.verbs.insight import attack, ideal
    from catseye.verbs.labelling import label_next
    from catseye.verbs.lesson_figures import convolve_functions, equivariance, hierarchy
    from catseye.verbs.model_card import card
    from catseye.verbs.monitoring import drift
    from catseye.verbs.networks import convolve, receptive_field, summary
    from catseye.verbs.prediction import predict
    from catseye.verbs.sharing import pull, push
    from catseye.verbs.sorting import sort

    datasets: CallableModule  # a package and a verb
    export: ExportModule  # the same

_HOMES = {
    "Classifier": "catseye.classifier.classifier",
    "Dataset": "catseye.datasets.dataset",
    "Evaluation": "catseye.evaluation.metrics",
    "Prediction": "catseye.classifier.prediction",
    "Predictions": "catseye.classifier.prediction",
    "Recipe": "catseye.training.recipe",
    "Run": "catseye.runs.run",
    "attack": "catseye.verbs.insight",
    "card": "catseye.verbs.model_card",
    "check": "catseye.verbs.data",
    "compare": "catseye.verbs.comparison",
    "convert": "catseye.verbs.conversion",
    "convolve": "catseye.verbs.networks",
    "convolve_functions": "catseye.verbs.lesson_figures",
    "doctor": "catseye.verbs.diagnosis",
    "drift": "catseye.verbs.monitoring",
    "equivariance": "catseye.verbs.lesson_figures",
    "evaluate": "catseye.verbs.evaluation",
    "explain": "catseye.verbs.explanation",
    "hierarchy": "catseye.verbs.lesson_figures",
    "ideal": "catseye.verbs.insight",
    "info": "catseye.verbs.data",
    "label_next": "catseye.verbs.labelling",
    "load": "catseye.datasets.loading",
    "maps": "catseye.verbs.feature_maps",
    "pool": "catseye.verbs.by_hand",
    "predict": "catseye.verbs.prediction",
    "pull": "catseye.verbs.sharing",
    "push": "catseye.verbs.sharing",
    "reach": "catseye.studies.reach.study",
    "receptive_field": "catseye.verbs.networks",
    "shifts": "catseye.studies.shifts.study",
    "show": "catseye.verbs.data",
    "sort": "catseye.verbs.sorting",
    "summary": "catseye.verbs.networks",
    "tensors": "catseye.verbs.by_hand",
    "train": "catseye.runs.training",
    "transfer": "catseye.runs.transfer.pipeline",
}
_MODULES = ("datasets", "errors", "export", "serve")

__all__ = [
    "Classifier",
    "Dataset",
    "Evaluation",
    "Prediction",
    "Predictions",
    "Recipe",
    "Run",
    "__version__",
    "attack",
    "card",
    "check",
    "compare",
    "convert",
    "convolve",
    "convolve_functions",
    "datasets",
    "doctor",
    "drift",
    "equivariance",
    "errors",
    "evaluate",
    "explain",
    "export",
    "hierarchy",
    "ideal",
    "info",
    "label_next",
    "load",
    "maps",
    "pool",
    "predict",
    "pull",
    "push",
    "reach",
    "receptive_field",
    "serve",
    "shifts",
    "show",
    "sort",
    "summary",
    "tensors",
    "train",
    "transfer",
]


__getattr__, __dir__ = lazily(__name__, _HOMES, _MODULES)
