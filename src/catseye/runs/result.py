"""The result of a run: one typed value, the same for training and for transfer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from catseye.datasets.left_out import LeftOut
from catseye.drawing.numbers import percent
from catseye.inference.agreement import Agreement
from catseye.networks.titles import network_title
from catseye.runs.json_fields import JsonFields, json_value
from catseye.runs.score import Score
from catseye.runs.search import Search
from catseye.runs.update import Update
from catseye.short_repr import ShortRepr
from catseye.system.progress_bar import duration
from catseye.training.recipe import Recipe
from catseye.transfer_learning.recipe import TransferRecipe

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.insight.robustness.robustness import Robustness


@dataclass(frozen=True, repr=False)
class Seconds(ShortRepr, JsonFields):
    """How long the parts of a run took; 0 for those that it does not have.

    Attributes
    ----------
    total : float
        Time from the call to the result; of a resumed training, including the epochs before.
    training : float
        The epochs of a training, validation included.
    extract : float
        Extracting the features, or reading them from the cache.
    head : float
        Fitting the head, cross-validation included.
    fine_tune : float
        Fine-tuning, with the evaluation of its outcome.
    """

    total: float
    training: float = 0.0
    extract: float = 0.0
    head: float = 0.0
    fine_tune: float = 0.0


@dataclass(frozen=True, repr=False)
class Data(ShortRepr, JsonFields):
    """The data of a run.

    Attributes
    ----------
    name : str
        Name of the data set, or the last part of its path.
    fingerprint : str
        SHA-256 of the training pictures and their labels.
    test_fingerprint : str or None
        SHA-256 of the test pictures and their labels; runs with the same one are comparable.
    """

    name: str
    fingerprint: str
    test_fingerprint: str | None


@dataclass(frozen=True, repr=False)
class BackboneSource(ShortRepr, JsonFields):
    """The backbone of a transfer.

    Attributes
    ----------
    name : str
    weights : str
        Source of its weights.
    features : int
        Number of values per picture.
    """

    name: str
    weights: str
    features: int


@dataclass(frozen=True, repr=False)
class Extraction(ShortRepr, JsonFields):
    """How the features of a transfer were extracted.

    Attributes
    ----------
    engine : str
    pictures : int
        Number of pictures of all splits.
    computed : int
        Feature vectors that were computed, mirrored ones included; the others were cached.
    pictures_per_second : float
    agreement : Agreement
        How well the engine and the saved classifier agree; of 0 pictures if PyTorch was not needed.
    """

    engine: str
    pictures: int
    computed: int
    pictures_per_second: float
    agreement: Agreement

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the extraction with these fields."""
        return cls(**(values | {"agreement": Agreement.from_json(values["agreement"])}))


@dataclass(frozen=True, repr=False)
class HeadFit(ShortRepr, JsonFields):
    """How the head of a transfer was fitted.

    Attributes
    ----------
    inverse_regularisation : float
        Weight of the losses against the L2 penalty: ``C`` in scikit-learn.
    cross_validated : bool
        Whether the validation score is that of cross-validation on the training pictures.
    """

    inverse_regularisation: float
    cross_validated: bool


@dataclass(frozen=True, repr=False)
class FineTuning(ShortRepr, JsonFields):
    """Whether the fine-tuned network of a transfer is kept, and why."""

    kept: bool
    why: str


@dataclass(frozen=True, repr=False)
class Result:
    """The result of a run.

    Attributes
    ----------
    run_path, classifier_path, report_path : str or None
        Paths of the run's folder and of two files in it; ``None`` if nothing was written. Their JSON keys are ``run``,
        ``classifier`` and ``report``.
    data : Data
    network : str
    parameters : int
    recipe : Recipe or TransferRecipe
    epochs : int
        Finished epochs, of training or of fine-tuning.
    stopped : str
        Why training ended before the last epoch; empty if it did not.
    images_per_second : float or None
        Speed of the epochs; ``None`` if there were none.
    seconds : Seconds
    train : Score
    validation, test : Score or None
        ``None`` if there were no such pictures.
    left_out : tuple of LeftOut
        Broken pictures.
    notes : tuple of str
        Remarks on the data that matter for reading the numbers.
    backbone, features, head : BackboneSource, Extraction, HeadFit or None
        ``None`` for a training from random weights.
    fine_tuning : FineTuning or None
        ``None`` without fine-tuning.
    search : Search or None
        What was tried, if the best of several classifiers was asked for.
    robustness : Robustness or None
        Robustness on test pictures, measured after an adversarial training.
    update : Update or None
        What changed, if this run updates an earlier one with more pictures.
    """

    run_path: str | None
    classifier_path: str | None
    report_path: str | None
    data: Data
    network: str
    parameters: int
    recipe: Recipe | TransferRecipe
    epochs: int
    stopped: str
    images_per_second: float | None
    seconds: Seconds
    train: Score
    validation: Score | None
    test: Score | None
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]
    backbone: BackboneSource | None = None
    features: Extraction | None = None
    head: HeadFit | None = None
    fine_tuning: FineTuning | None = None
    search: Search | None = None
    robustness: Robustness | None = None
    update: Update | None = None

    @property
    def network_title(self) -> str:
        """The network's name; of one that is a text without a name, its beginning."""
        return network_title(self.network)

    def __repr__(self) -> str:
        test = f"test accuracy {self.test.accuracy_in_words}" if self.test else "no test pictures"
        train = f"training accuracy {percent(self.train.accuracy)}"
        return f"Result({self.network_title} on {self.data.name}: {test}, {train}, {duration(self.seconds.total)})"

    def to_json(self) -> dict[str, Any]:
        """Return all fields as JSON values."""
        return {name.removesuffix(_PATH): json_value(value) for name, value in vars(self).items()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the result that :meth:`to_json` described.

        Raises
        ------
        KeyError, TypeError, ValueError
            Something is missing, unknown or of another kind.
        """
        parsed = {name: _PARTS[name](value) for name, value in values.items() if name in _PARTS and value is not None}
        recipe = (TransferRecipe if values["backbone"] else Recipe).from_json(values["recipe"])
        own = {f"{name}{_PATH}" if name in _PATH_KEYS else name: value for name, value in values.items()}
        return cls(**(own | parsed | {"recipe": recipe}))


def _robustness(values: dict[str, Any]) -> Robustness:
    from catseye.insight.robustness.robustness import Robustness  # which loads PyTorch

    return Robustness.from_json(values)


_PATH, _PATH_KEYS = "_path", ("run", "classifier", "report")
_PARTS: dict[str, Callable[[Any], Any]] = {
    "data": Data.from_json,
    "seconds": Seconds.from_json,
    "train": Score.from_json,
    "validation": Score.from_json,
    "test": Score.from_json,
    "left_out": lambda values: tuple(LeftOut(**value) for value in values),
    "notes": tuple,
    "backbone": BackboneSource.from_json,
    "features": Extraction.from_json,
    "head": HeadFit.from_json,
    "fine_tuning": FineTuning.from_json,
    "search": Search.from_json,
    "robustness": _robustness,
    "update": Update.from_json,
}
