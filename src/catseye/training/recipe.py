"""Every choice of a training as one value that is printed, saved, and can be run again."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from catseye.errors import UsageError, unknown
from catseye.system.device import CPU, quick_precision

OPTIMIZERS = ("sgd", "rmsprop", "adam", "adamw", "muon")
SCHEDULES = ("constant", "cosine", "one_cycle")
PRECISIONS = ("fp32", "bf16")
INITIALISATIONS = ("he_normal", "he_uniform", "glorot_normal", "glorot_uniform", "orthogonal")

_MANY = 10_000  # training pictures from which on none of what follows is needed
_SMALL_BATCH = 32
_FOR_DENSE = {"epochs": 3, "batch_size": 128, "optimizer": "adamw", "learning_rate": 0.004}
_SIDES_PER_SHIFT = 12  # pictures are moved by up to a twelfth of their side; 8×8 digits stay where they are
_LARGEST_SHIFT = 64
# Of few pictures: steps below which they have not been seen often enough to be learned, and the largest learning rate.
_FOR_FEW = {"muon": (600, 0.006), "adamw": (1200, 0.003)}
_MOST_EPOCHS = 60


@dataclass(frozen=True)
class Recipe:
    """Every choice of a training.

    Attributes
    ----------
    epochs : int
        How often every training picture is seen.
    batch_size : int
        Pictures per step.
    optimizer : str
        ``"sgd"`` (with momentum), ``"rmsprop"`` (Tieleman & Hinton 2012), ``"adam"`` (Kingma & Ba 2015,
        arXiv:1412.6980), ``"adamw"`` (Loshchilov & Hutter 2019, arXiv:1711.05101) or ``"muon"`` (Jordan et al. 2024):
        of hidden layers' matrices only, with AdamW for the rest.
    learning_rate : float
        The largest that the schedule reaches.
    schedule : str
        ``"constant"``; ``"cosine"``: from the learning rate down to 0; ``"one_cycle"``: a short rise, then down to
        0 (Smith & Topin 2018, arXiv:1708.07120).
    momentum : float
        Of sgd and rmsprop; 0 is none.
    weight_decay : float
        How strongly weights are pulled towards 0 at each step.
    label_smoothing : float
        Share of the target spread over all classes (Szegedy et al. 2016, arXiv:1512.00567).
    gradient_clip : float
        Largest norm of the gradient; longer ones are shortened to it. 0 is off.
    early_stopping : int
        Stop when the validation loss has not fallen for this many epochs, and keep the best weights, those
        that training began with included. 0 is off.
    validation : float
        Share of the training pictures that is set aside, stratified, for calibration and early stopping, where the
        data have no validation split. 0 is none.
    flip : bool
        Mirror half of the training pictures left to right.
    shift : int
        Move each training picture by up to this many pixels along each axis.
    normalise : bool
        Bring the pictures to mean 0 and deviation 1, channel by channel, by the training pictures' statistics;
        otherwise values are only scaled to 0–1.
    initialisation : str
        ``"he_normal"``, ``"he_uniform"``, ``"glorot_normal"``, ``"glorot_uniform"`` or ``"orthogonal"``.
    batch_norm : bool
        Batch normalisation after convolutions and hidden dense layers.
    dropout : float
        Share of values that is set to zero before dense layers in training.
    precision : str
        ``"fp32"``, or ``"bf16"``: matrix products with 8 significant bits, quicker where the processor has them.
    layer_decay : float
        Learning rate of each of a backbone's stages as a share of the next one's, nearer the head, whose rate is the
        schedule's (Howard & Ruder 2018, arXiv:1801.06146). 1: all learn at one rate.
    frozen_statistics : bool
        Batch normalisation keeps the mean and variance that it came with and normalises by them, in training too.
    adversarial : float
        Train on pictures that are changed by up to this much in any value, in units of the range 0 to 1, so that the
        network of the moment errs. 0 is off.
    time_limit : float
        Seconds after which training stops and the classifier is made of what is there. 0 is no limit.
    seed : int
        Decides initial weights, order, variations and the validation share.

    Raises
    ------
    UsageError
        A value is outside its range.
    """

    epochs: int = 2
    batch_size: int = 256
    optimizer: str = "muon"
    learning_rate: float = 0.01
    schedule: str = "one_cycle"
    momentum: float = 0.9
    weight_decay: float = 0.05
    label_smoothing: float = 0.05
    gradient_clip: float = 0.0
    early_stopping: int = 0
    validation: float = 0.05
    flip: bool = False
    shift: int = 0
    normalise: bool = True
    initialisation: str = "he_uniform"
    batch_norm: bool = False
    dropout: float = 0.0
    precision: str = "fp32"
    layer_decay: float = 1.0
    frozen_statistics: bool = False
    adversarial: float = 0.0
    time_limit: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        for field in fields(self):
            _check_type(field.name, getattr(self, field.name), str(field.type))
        _check_ranges(self)
        _check_choices(self)

    @classmethod
    def default(cls, network: str, pictures: int, side: int) -> Self:
        """Return the recipe that serves most data.

        Where pictures are few: more epochs, smaller batches, batch normalisation and pictures that are moved about,
        without which a network learns them by heart. For the dense network AdamW: its one wide matrix costs little in
        a step, and six times that to orthogonalise.

        Parameters
        ----------
        network
            Its name.
        pictures
            How many there are to train on.
        side
            The smaller of their height and width in pixels.
        """
        usual = cls(precision=quick_precision(CPU)).with_changes(_FOR_DENSE if network == "dense" else {})
        if pictures >= _MANY:
            return usual
        steps_each = math.ceil(pictures / _SMALL_BATCH)
        enough, rate = _FOR_FEW[usual.optimizer]
        few = {
            "epochs": min(_MOST_EPOCHS, max(usual.epochs, math.ceil(enough / max(1, steps_each)))),
            "batch_size": _SMALL_BATCH,
            "learning_rate": rate,
            "validation": 0.1,
            "shift": min(side // _SIDES_PER_SHIFT, _LARGEST_SHIFT),
            "batch_norm": True,
        }
        return usual.with_changes(few)

    @classmethod
    def lesson(cls, network: str) -> Self:
        """Return the lessons' own training: RMSprop for the digits, Adam for the clothes, nothing set aside."""
        clothes = network == "fashion_convnet"
        return cls(
            epochs=10 if clothes else 5,
            batch_size=32 if clothes else 128,
            optimizer="adam" if clothes else "rmsprop",
            learning_rate=0.001,
            schedule="constant",
            momentum=0.0,
            weight_decay=0.0,
            label_smoothing=0.0,
            validation=0.0,
            normalise=False,
            initialisation="glorot_uniform",
        )

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the recipe with these fields; raise `UsageError` for one that does not exist."""
        known = [field.name for field in fields(cls)]
        for name in values:
            if name not in known:
                raise unknown("field of a recipe", name, known)
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return asdict(self)

    def with_changes(self, changes: dict[str, Any]) -> Self:
        """Return the recipe with some fields changed; raise `UsageError` for one that does not exist."""
        return self.from_json(self.to_json() | changes)


def _check_type(name: str, value: object, kind: str) -> None:
    expected: Any = {"int": int, "float": (int, float), "bool": bool, "str": str}[kind]
    wrong = not isinstance(value, expected) or (isinstance(value, bool) and kind != "bool")
    if wrong or (isinstance(value, float) and not math.isfinite(value)):
        raise UsageError(
            f"{name} is a finite {kind}; got {value!r}."
            if kind == "float"
            else f"{name} is of type {kind}; got {value!r}."
        )


def _check_ranges(recipe: Recipe) -> None:
    expected = {
        "epochs": ("1 to 100,000", 1 <= recipe.epochs <= 100_000),
        "batch_size": ("1 to 65,536", 1 <= recipe.batch_size <= 65_536),
        "learning_rate": ("above 0 to 1,000", 0 < recipe.learning_rate <= 1000),
        "momentum": ("0 to below 1", 0 <= recipe.momentum < 1),
        "weight_decay": ("0 or more", recipe.weight_decay >= 0),
        "label_smoothing": ("0 to below 1", 0 <= recipe.label_smoothing < 1),
        "gradient_clip": ("0 (off) or more", recipe.gradient_clip >= 0),
        "early_stopping": ("0 (off) or more", recipe.early_stopping >= 0),
        "validation": ("0 to 0.5", 0 <= recipe.validation <= 0.5),
        "shift": (f"0 to {_LARGEST_SHIFT}", 0 <= recipe.shift <= _LARGEST_SHIFT),
        "dropout": ("0 to below 1", 0 <= recipe.dropout < 1),
        "layer_decay": ("above 0 to 1", 0 < recipe.layer_decay <= 1),
        "adversarial": ("0 (off) to 1", 0 <= recipe.adversarial <= 1),
        "time_limit": ("0 (none) or more", recipe.time_limit >= 0),
        "seed": ("0 to 2**32 - 1", 0 <= recipe.seed < 2**32),
    }
    for name, (meaning, holds) in expected.items():
        if not holds:
            raise UsageError(f"{name} is {meaning}; got {getattr(recipe, name)}.")


def _check_choices(recipe: Recipe) -> None:
    choices = {
        "optimizer": OPTIMIZERS,
        "schedule": SCHEDULES,
        "precision": PRECISIONS,
        "initialisation": INITIALISATIONS,
    }
    for name, known in choices.items():
        if getattr(recipe, name) not in known:
            raise UsageError(f"{name} is one of {', '.join(known)}; got {getattr(recipe, name)!r}.")
    if recipe.batch_norm and recipe.batch_size == 1:
        raise UsageError("batch_norm normalises over a batch: it needs a batch_size of at least 2, or no batch_norm.")
    if recipe.early_stopping and recipe.validation == 0:
        raise UsageError("early_stopping watches the validation loss: it needs a validation share above 0.")
